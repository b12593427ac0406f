import { TABLE } from './table.ts'
import type { Item, Update } from './table-client.ts'

const KEY_NAMES: ReadonlySet<string> = new Set([
  TABLE.partitionKey,
  TABLE.sortKey,
  TABLE.timeToLive,
  ...Object.values(TABLE.indexes).flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]),
])

/** The record an item holds, without the attributes that only place it. */
export function withoutKeys<T>(item: Item): T {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !KEY_NAMES.has(name))) as T
}

/** An operator's edit of a record: sets what is given, removes what is `null`, counts the version. */
export function changeExpression(
  change: object,
  at: string,
  version: number | undefined,
): Omit<Update, 'key'> {
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  const set = given.filter(([, value]) => value !== null).map(([name]) => `#${name} = :${name}`)
  const remove = given.filter(([, value]) => value === null).map(([name]) => `#${name}`)
  return {
    update: [
      `SET ${[...set, '#updatedAt = :at', '#version = #version + :one'].join(', ')}`,
      ...(remove.length > 0 ? [`REMOVE ${remove.join(', ')}`] : []),
    ].join(' '),
    condition: version === undefined ? 'attribute_exists(#pk)' : '#version = :ifVersion',
    values: {
      ...Object.fromEntries(given.filter(([, value]) => value !== null)),
      at,
      one: 1,
      ...(version === undefined ? {} : { ifVersion: version }),
    },
  }
}
