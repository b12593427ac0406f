/** A place where what was there before and what is there now are not the same. */
export interface Change {
  /** `a.b[0].c`; empty for the whole. */
  path: string
  kind: 'added' | 'removed' | 'changed'
  before?: unknown
  after?: unknown
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Place by place, in the order in which they stand; lists are compared item by item. */
export function changesOf(before: unknown, after: unknown, path = ''): Change[] {
  if (before === undefined) return after === undefined ? [] : [{ path, kind: 'added', after }]
  if (after === undefined) return [{ path, kind: 'removed', before }]
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return names.flatMap((name) =>
      changesOf(before[name], after[name], path === '' ? name : `${path}.${name}`),
    )
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const places = Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index)
    return places.flatMap((index) => changesOf(before[index], after[index], `${path}[${index}]`))
  }
  return Object.is(before, after) ? [] : [{ path, kind: 'changed', before, after }]
}

/** What an entry of the audit log says has changed. */
export function changesIn({ before, after }: { before?: unknown; after?: unknown }): Change[] {
  if (before === undefined) return changesOf(isRecord(after) ? {} : undefined, after)
  if (after === undefined) return changesOf(before, isRecord(before) ? {} : undefined)
  return changesOf(before, after).filter(({ path }) => !STAMPS.has(path))
}

/** Every edit changes these. */
const STAMPS: ReadonlySet<string> = new Set(['version', 'updatedAt'])
