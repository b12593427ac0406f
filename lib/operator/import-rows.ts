import { isDeepStrictEqual } from 'node:util'
import type * as z from 'zod'
import { needsPassword } from '../central-system/authenticate.ts'
import type { RowData, RowOutcome, TakeRow } from '../central-system/imports.ts'
import { derivedMessageId } from '../central-system/message-id.ts'
import { isPassword } from '../central-system/password.ts'
import type { CentralSystem } from '../central-system/system.ts'
import type { ChargePoint, IdTag, Import } from '../store/port.ts'
import { recordChange, withoutCase } from './auditing.ts'
import { newChargePointSchema, toChange, touchesCredentials } from './charge-point-input.ts'
import { disconnect } from './charge-points.ts'
import { defined } from './defined.ts'
import { newIdTagSchema, viewIdTag } from './id-tag-view.ts'
import { invalid, isProblem, type Problem } from './problem.ts'
import { issuesOf } from './read.ts'
import { registerChargePoint, registerIdTag, siteIssue, userIssue } from './registrations.ts'

/**
 * A row is read as the body of the POST that registers one, and registered as that does. What is there already is given the
 * properties that the row gives, as a PATCH would; what the row does not give stays.
 */
export const importRow: TakeRow = async (system, record, data) => {
  const schema = record.kind === 'id-tags' ? newIdTagSchema : newChargePointSchema
  const input = schema.safeParse(data)
  if (!input.success) return failed(invalid(issuesOf(input.error.issues)))
  return record.kind === 'id-tags'
    ? takeIdTag(system, record, data, input.data as z.output<typeof newIdTagSchema>)
    : takeChargePoint(system, record, data, input.data as z.output<typeof newChargePointSchema>)
}

const failed = ({ detail, issues }: Problem): RowOutcome => ({
  message: detail,
  ...(issues ? { issues } : {}),
})

/** Another edit may come between reading and writing. */
const ATTEMPTS = 3

const contested: RowOutcome = { message: 'it was edited again and again meanwhile' }

async function takeChargePoint(
  system: CentralSystem,
  record: Import,
  data: RowData,
  input: z.output<typeof newChargePointSchema>,
): Promise<RowOutcome> {
  const { store } = system
  const now = record.createdAt
  const { chargePointId } = input
  const note = (operation: string, after: ChargePoint, before?: ChargePoint) =>
    noteRow(system, record, data, `/charge-points/${encodeURIComponent(chargePointId)}`, {
      operation,
      after: operatorsPart(after),
      before: before && operatorsPart(before),
    })
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const current = await store.getChargePoint(chargePointId)
    if (!current) {
      const { securityProfile = 0, password } = input
      if (needsPassword(securityProfile) && password === undefined) return withoutPassword(securityProfile)
      const made = await registerChargePoint({ system, now }, input)
      if (!isProblem(made)) return note('createChargePoint', made.chargePoint).then(() => 'created')
      if (made.problem === 'exists') continue
      return failed(made)
    }
    const change = await changeOf(system, current, data, input, now)
    if (isProblem(change)) return failed(change)
    const differing = differences(current, change)
    if (differing.length === 0) {
      const done = doneBy(record, current)
      if (done === 'created') await note('createChargePoint', current)
      if (done === 'updated') await note('changeChargePoint', current)
      if (done === 'updated' && touchesCredentials(data)) await disconnect(system, chargePointId)
      return done
    }
    if (record.mode === 'create') return exists(chargePointId, differing)
    const result = await store.updateChargePoint(chargePointId, change, now, current.version)
    if (typeof result === 'string') continue
    if (differing.some((name) => CREDENTIALS.has(name))) await disconnect(system, chargePointId)
    await note('changeChargePoint', result, current)
    return 'updated'
  }
  return contested
}

const CREDENTIALS: ReadonlySet<string> = new Set(['passwordHash', 'securityProfile'])

const withoutPassword = (securityProfile: number): RowOutcome => ({
  message: `security profile ${securityProfile} needs a password; an import makes none, for nobody would be shown it`,
  issues: [{ path: 'password', message: 'is missing' }],
})

/** What the row gives, as an edit of what is there. A password that it has already is no edit. */
async function changeOf(
  system: CentralSystem,
  current: ChargePoint,
  data: RowData,
  { chargePointId: _, password, ...input }: z.output<typeof newChargePointSchema>,
  now: string,
) {
  const issue = await siteIssue(system, input.siteId)
  if (issue) return invalid([issue])
  const known = password !== undefined && current.passwordHash !== undefined
  const same = known && (await isPassword(Buffer.from(password), current.passwordHash ?? ''))
  return toChange({ ...givenOf(data, input), ...(same || !password ? {} : { password }) }, current, now)
}

async function takeIdTag(
  system: CentralSystem,
  record: Import,
  data: RowData,
  input: z.output<typeof newIdTagSchema>,
): Promise<RowOutcome> {
  const { store } = system
  const now = record.createdAt
  const { idTag, ...properties } = input
  const note = (operation: string, after: IdTag, before?: IdTag) =>
    noteRow(system, record, data, withoutCase(`/id-tags/${encodeURIComponent(idTag)}`), {
      operation,
      after: viewIdTag(after),
      before: before && viewIdTag(before),
    })
  const issue = await userIssue(system, input.userId)
  if (issue) return failed(invalid([issue]))
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const current = (await store.getIdTag(idTag))?.idTag
    if (!current) {
      const made = await registerIdTag({ system, now }, input)
      if (!isProblem(made)) return note('createIdTag', made).then(() => 'created')
      if (made.problem === 'exists') continue
      return failed(made)
    }
    const change = givenOf(data, properties)
    const differing = differences(current, change)
    if (differing.length === 0) {
      const done = doneBy(record, current)
      if (done === 'created') await note('createIdTag', current)
      if (done === 'updated') await note('changeIdTag', current)
      return done
    }
    if (record.mode === 'create') return exists(idTag, differing)
    const result = await store.updateIdTag(idTag, change, now, current.version)
    if (typeof result === 'string') continue
    await note('changeIdTag', result, current)
    return 'updated'
  }
  return contested
}

/** Without what defaults have filled in. */
function givenOf<T extends object>(data: RowData, input: T): Partial<T> {
  return Object.fromEntries(Object.entries(input).filter(([name]) => Object.hasOwn(data, name))) as Partial<T>
}

/** The properties that a change would change. */
function differences(current: object, change: object): string[] {
  const known = current as Record<string, unknown>
  return Object.entries(change)
    .filter(([name, value]) => !isDeepStrictEqual(told(known[name]), told(value)))
    .map(([name]) => name)
}

/** What is not there is as good as `false` or `null`. */
const told = (value: unknown) => (value === false ? null : (value ?? null))

/** Whether it is as the row says because this very import has made it so. */
function doneBy({ createdAt }: Import, current: { createdAt: string; updatedAt: string }) {
  if (current.createdAt === createdAt) return 'created'
  return current.updatedAt === createdAt ? 'updated' : 'unchanged'
}

const exists = (id: string, differing: string[]): RowOutcome => ({
  message: `${id} is registered already, with another ${differing.map(nameOf).join(', ')}`,
})

const nameOf = (property: string): string => (property === 'passwordHash' ? 'password' : property)

/** What a station has told, and by what its credentials are told apart, is no part of what a row changes. */
const operatorsPart = ({ passwordHash, credentialsId: _, boot: __, ...part }: ChargePoint) => ({
  ...part,
  hasPassword: passwordHash !== undefined,
})

/** An entry of the audit log for each row that changed something; the same one, however often it is written. */
async function noteRow(
  system: CentralSystem,
  { importId, createdAt, origin, role }: Import,
  data: RowData,
  target: string,
  { operation, after, before }: { operation: string; after: object; before: object | undefined },
): Promise<void> {
  await recordChange(system, {
    auditId: derivedMessageId(importId, 'row', target),
    at: createdAt,
    operation,
    target,
    status: operation.startsWith('create') ? 201 : 200,
    given: Object.keys(data),
    importId,
    ...defined({ by: origin, role, before, after }),
  })
}
