import type { Page, PageRequest } from './port.ts'
import { TABLE } from './table.ts'
import type { Item, Query, TableClient } from './table-client.ts'

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
  query: Omit<Query, 'limit' | 'after'>,
  { limit, cursor }: PageRequest,
  read: (item: Item) => T,
): Promise<Page<T>> {
  const found: Item[] = []
  let after = cursor === undefined ? undefined : readCursor(query, cursor)
  do {
    // One more than asked for tells whether there is a next page at all.
    const { items, last } = await table.query({
      ...query,
      // Under a filter few of what is read is found: larger steps are fewer, and cost the same.
      limit: Math.max(limit + 1 - found.length, query.filter ? FILTERED_STEP : 1),
      ...(after ? { after } : {}),
    })
    found.push(...items)
    after = last
  } while (after && fitting(found, limit) === found.length)
  const items = found.slice(0, fitting(found, limit))
  const lastItem = items.at(-1)
  return {
    items: items.map(read),
    ...(found.length > items.length && lastItem ? { cursor: writeCursor(query, lastItem) } : {}),
  }
}

/** How many of these make a page: as many as were asked for and can be answered with, but always one. */
function fitting(found: Item[], limit: number): number {
  let bytes = 0
  const tooMuch = found.findIndex((item, position) => {
    bytes += bytesOf(item)
    return position > 0 && bytes > PAGE_MAX_BYTES
  })
  return Math.min(limit, tooMuch < 0 ? found.length : tooMuch)
}

/** In an answer: the body is JSON, and a text in the JSON that a function gives back. */
const bytesOf = (item: Item): number => Buffer.byteLength(JSON.stringify(JSON.stringify(item)))

function keyNames({ index }: Pick<Query, 'index'>): string[] {
  const own = [TABLE.partitionKey, TABLE.sortKey]
  return index ? [...own, TABLE.indexes[index].partitionKey, TABLE.indexes[index].sortKey] : own
}

function writeCursor(query: Pick<Query, 'index'>, item: Item): string {
  return Buffer.from(JSON.stringify(keyNames(query).map((name) => item[name]))).toString('base64url')
}

function readCursor(
  query: Pick<Query, 'index' | 'partition' | 'prefix'>,
  cursor: string,
): Record<string, unknown> {
  const names = keyNames(query)
  const values = parse(cursor)
  const key = Object.fromEntries(names.map((name, position) => [name, values[position]]))
  const { partitionKey, sortKey } = query.index ? TABLE.indexes[query.index] : TABLE
  const right =
    values.length === names.length && values.every((value) => typeof value === 'string' && value !== '')
  // Several lists share a partition; DynamoDB refuses a start outside the one that is asked for.
  const inside = key[partitionKey] === query.partition && String(key[sortKey]).startsWith(query.prefix ?? '')
  if (!right || !inside) throw new InvalidCursorError('the cursor is not one of this list')
  return key
}

function parse(cursor: string): unknown[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(values) ? values : []
  } catch {
    return []
  }
}
