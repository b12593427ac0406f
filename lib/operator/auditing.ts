import type { CentralSystem } from '../central-system/system.ts'
import type { AuditEntry } from '../store/port.ts'
import { defined } from './defined.ts'
import type { Answer, Asked, Spec } from './endpoint.ts'
import { isProblem, type Problem } from './problem.ts'

/**
 * Whatever is not a reading is put on record once it is done, before it is answered. What was refused changed nothing;
 * where it failed, nobody knows how far it came, and the entry says so by its status. `given`: names of the properties that
 * the body gives.
 */
export async function audited(
  spec: Spec,
  asked: Asked,
  given: string[],
  perform: () => Promise<Answer | Problem>,
): Promise<Answer | Problem> {
  if (spec.method === 'get') return perform()
  const note = (answer: Answer) => recordChange(asked.system, entryOf(spec, asked, given, answer))
  const answer = await perform().catch(async (error: unknown) => {
    await note({ status: 500 })
    throw error
  })
  if (!isProblem(answer) && !answer.unchanged) await note(answer)
  return answer
}

/** A change that cannot be put on record has happened all the same: the entry goes to the log, and the answer out. */
export async function recordChange(
  { store, settings, log }: CentralSystem,
  { before, after, ...entry }: AuditEntry,
): Promise<void> {
  const kept = { before: keepable(before), after: keepable(after) }
  const cut = Object.entries(kept).flatMap(([side, { cut }]) => cut.map((name) => `${side}.${name}`))
  const whole: AuditEntry = {
    ...entry,
    ...defined({ before: kept.before.value, after: kept.after.value }),
    ...(cut.length > 0 ? { cut } : {}),
  }
  await store
    .recordAudit(whole, settings.auditDays)
    .catch((error: unknown) => log.error('a change is missing from the audit log', { entry: whole, error }))
}

function entryOf(
  spec: Spec,
  { system, params, now, caller }: Asked,
  given: string[],
  { status, body, location, before }: Answer,
): AuditEntry {
  return {
    auditId: system.newMessageId(),
    at: now,
    operation: spec.operationId,
    target: targetOf(spec, params, location),
    status,
    ...(given.length > 0 ? { given } : {}),
    ...defined({ by: caller.name, role: caller.role, before, after: body }),
  }
}

/** What was made, where something was; or else what the path names, in one way of writing it. */
function targetOf({ path }: Spec, params: unknown, location: string | undefined): string {
  if (location !== undefined) return withoutCase(location.replace(/^\/api|\?.*$/gs, ''))
  const given = (params ?? {}) as Record<string, unknown>
  return withoutCase(path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(given[name]))))
}

/** Case does not tell id tags apart. */
export const withoutCase = (path: string): string =>
  path.replace(/^(\/(?:unknown-)?id-tags\/)([^/]+)/, (_, start, idTag) => start + encodedLowerCase(idTag))

function encodedLowerCase(segment: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(segment).toLowerCase())
  } catch {
    return segment
  }
}

/** Of each side of a change. */
const KEPT_MAX_BYTES = 8 * 1024

/** As much as is kept: without its largest properties, where it is too large. */
function keepable(value: unknown): { value: unknown; cut: string[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value, cut: [] }
  const parts = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .map(([name, part]) => ({ name, part, bytes: Buffer.byteLength(JSON.stringify(part)) + name.length }))
    .sort((a, b) => a.bytes - b.bytes)
  const fitting = new Set<string>()
  let room = KEPT_MAX_BYTES
  for (const { name, bytes } of parts) {
    room -= bytes
    if (room >= 0) fitting.add(name)
  }
  return {
    value: Object.fromEntries(Object.entries(value).filter(([name]) => fitting.has(name))),
    cut: parts.filter(({ name }) => !fitting.has(name)).map(({ name }) => name),
  }
}
