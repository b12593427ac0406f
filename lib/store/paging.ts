import type { Page, PageRequest } from './port.ts'
import { TABLE } from './table.ts'
import { type Item, inOrder, type Key, nameOf, type Query, type TableClient } from './table-client.ts'

/** The cursor is not one that this list gave out. */
export class InvalidCursorError extends Error {
  override name = 'InvalidCursorError'
}

/** Of the 6 MB that a function may answer with. What a view adds, such as live records, comes on top. */
const PAGE_MAX_BYTES = 4_000_000

/** Items read at once where a filter passes over some. */
const FILTERED_STEP = 100

/**
 * One page of a list, filled up over as many queries as a filter makes necessary, and cut short where items are large.
 * A cursor is the key of the last item given out, so a list stays stable while it is written to.
 */
export async function pageOf<T>(
  table: TableClient,
  list: Omit<Query, 'limit' | 'after'>,
  { limit, cursor, order }: PageRequest,
  read: (item: Item) => T,
): Promise<Page<T>> {
  const query = inGivenOrder(list, order)
  const found: Item[] = []
  let after = cursor === undefined ? undefined : readCursor(query, cursor)
  let step = 1
  do {
    // One more than asked for tells whether there is a next page at all.
    const { items, last } = await table.query({
      ...query,
      limit: Math.max(limit + 1 - found.length, step),
      ...(after ? { after } : {}),
    })
    found.push(...items)
    after = last
    // A filter that passes over some may pass over many: larger steps are fewer, and cost the same.
    if (query.filter) step = FILTERED_STEP
  } while (after && fitting(found, limit) === found.length)
  const items = found.slice(0, fitting(found, limit))
  const lastItem = items.at(-1)
  return {
    items: items.map(read),
    ...(found.length > items.length && lastItem ? { cursor: writeCursor(query, lastItem) } : {}),
  }
}

const inGivenOrder = <Q extends Pick<Query, 'newestFirst'>>(query: Q, order: PageRequest['order']): Q =>
  order === undefined ? query : { ...query, newestFirst: order === 'desc' }

/** Rows that are looked at for one page where not all of them belong to it. */
export const LOOKS_MAX = 1000

/** What belongs to some rows, in their order: undefined where a row, or the record it names, is not wanted. */
type Find<T> = (rows: Item[]) => Promise<(T | undefined)[]>

/**
 * One page of those rows that `find` makes something of. After {@link LOOKS_MAX} rows it ends, short or empty, and its
 * cursor goes on from there. Ranges may move with time: a cursor before the range begins with it, one behind it ends.
 * A row that moves meanwhile can be met twice: of each record, named by `recordOf`, the first is taken.
 */
export async function pageOfRows<T>(
  table: TableClient,
  list: Omit<Query, 'limit' | 'after'>,
  { limit, cursor, order }: PageRequest,
  find: Find<T>,
  recordOf: (row: Item) => Key = (row) => row,
): Promise<Page<T>> {
  const query = inGivenOrder(list, order)
  const start = cursor === undefined ? {} : startOf(query, cursor)
  if (start === 'end') return { items: [] }
  const found: { row: Item; value: T }[] = []
  const taken = new Set<string>()
  let { after } = start
  for (let looks = 0; ; ) {
    const step = Math.min(
      Math.max(limit + 1 - found.length, looks === 0 ? 1 : FILTERED_STEP),
      LOOKS_MAX - looks,
    )
    const { items, last } = await table.query({ ...query, limit: step, ...(after ? { after } : {}) })
    const values = await find(items)
    for (const [position, value] of values.entries()) {
      const row = items[position]
      if (!row || value === undefined || taken.has(nameOf(recordOf(row)))) continue
      taken.add(nameOf(recordOf(row)))
      found.push({ row, value })
    }
    looks += step
    after = last
    const fit = fitting(
      found.map(({ value }) => value),
      limit,
    )
    if (fit < found.length) return page(query, found.slice(0, fit), found[fit - 1]?.row)
    if (!last || looks >= LOOKS_MAX) return page(query, found, last)
  }
}

function page<T>(
  query: Pick<Query, 'index'>,
  found: { value: T }[],
  next: Record<string, unknown> | undefined,
): Page<T> {
  return { items: found.map(({ value }) => value), ...(next ? { cursor: writeCursor(query, next) } : {}) }
}

/** Where a page after a cursor begins: DynamoDB refuses a start outside the range. */
function startOf(
  query: Omit<Query, 'limit' | 'after'>,
  cursor: string,
): { after?: Record<string, unknown> } | 'end' {
  const { from, to, newestFirst = false } = query
  const { from: _, to: __, ...whole } = query
  const after = readCursor(whole, cursor)
  const sort = String(after[(query.index ? TABLE.indexes[query.index] : TABLE).sortKey])
  const isBefore = from !== undefined && !inOrder(from, sort)
  const isBehind = to !== undefined && !inOrder(sort, to)
  if (isBefore) return newestFirst ? 'end' : {}
  if (isBehind) return newestFirst ? {} : 'end'
  return { after }
}

/** How many of these make a page: as many as were asked for and can be answered with, but always one. */
export function fitting(found: readonly unknown[], limit: number): number {
  let bytes = 0
  const tooMuch = found.findIndex((item, position) => {
    bytes += bytesOf(item)
    return position > 0 && bytes > PAGE_MAX_BYTES
  })
  return Math.min(limit, tooMuch < 0 ? found.length : tooMuch)
}

/** In an answer: the body is JSON, and a text in the JSON that a function gives back. */
const bytesOf = (item: unknown): number => Buffer.byteLength(JSON.stringify(JSON.stringify(item)))

function keyNames({ index }: Pick<Query, 'index'>): string[] {
  const own = [TABLE.partitionKey, TABLE.sortKey]
  return index ? [...own, TABLE.indexes[index].partitionKey, TABLE.indexes[index].sortKey] : own
}

export function writeCursor(query: Pick<Query, 'index'>, item: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(keyNames(query).map((name) => item[name]))).toString('base64url')
}

function readCursor(
  query: Pick<Query, 'index' | 'partition' | 'prefix' | 'from' | 'to'>,
  cursor: string,
): Record<string, unknown> {
  const names = keyNames(query)
  const values = parseCursor(cursor)
  const key = Object.fromEntries(names.map((name, position) => [name, values[position]]))
  const { partitionKey, sortKey } = query.index ? TABLE.indexes[query.index] : TABLE
  const right =
    values.length === names.length && values.every((value) => typeof value === 'string' && value !== '')
  // Several lists share a partition; DynamoDB refuses a start outside the one that is asked for.
  const sort = String(key[sortKey])
  const inRange = inOrder(query.from ?? sort, sort) && inOrder(sort, query.to ?? sort)
  const inside = key[partitionKey] === query.partition && sort.startsWith(query.prefix ?? '') && inRange
  if (!right || !inside) throw new InvalidCursorError('the cursor is not one of this list')
  return key
}

/** The values in a cursor; none where it is none. */
export function parseCursor(cursor: string): unknown[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(values) ? values : []
  } catch {
    return []
  }
}
