import { fitting, LOOKS_MAX, readCursor, writeCursor } from '../paging.ts'
import type { Page, PageRequest } from '../port.ts'
import { TABLE } from '../table.ts'
import { type Item, inOrder, type Key, nameOf, type Query, type TableClient } from '../table-client.ts'
import { listPartition, recordIn } from './places.ts'

export type RowQuery = Omit<Query, 'limit' | 'after'>

/** What belongs to some rows, in their order: undefined where a row, or the record it names, is not wanted. */
export type Find<T> = (rows: Item[]) => Promise<(T | undefined)[]>

const STEP = 100

/**
 * One page of those rows that `find` makes something of. After {@link LOOKS_MAX} rows it ends, short or empty, and its
 * cursor goes on from there. Ranges may move with time: a cursor before the range begins with it, one behind it ends.
 * A row that moves meanwhile can be met twice: of each record, named by `recordOf`, the first is taken.
 */
export async function pageOfRows<T>(
  table: TableClient,
  query: RowQuery,
  { limit, cursor }: PageRequest,
  find: Find<T>,
  recordOf: (row: Item) => Key = (row) => row,
): Promise<Page<T>> {
  const start = cursor === undefined ? {} : startOf(query, cursor)
  if (start === 'end') return { items: [] }
  const found: { row: Item; value: T }[] = []
  const taken = new Set<string>()
  let { after } = start
  for (let looks = 0; ; ) {
    const step = Math.min(Math.max(limit + 1 - found.length, looks === 0 ? 1 : STEP), LOOKS_MAX - looks)
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

function page<T>(query: RowQuery, found: { value: T }[], next: Record<string, unknown> | undefined): Page<T> {
  return { items: found.map(({ value }) => value), ...(next ? { cursor: writeCursor(query, next) } : {}) }
}

/** Rows of a list, read consistently, and with each the record that it names. */
export function pageOfPlaces<T>(
  table: TableClient,
  { list, ...range }: { list: string } & Pick<Query, 'prefix' | 'from' | 'to' | 'newestFirst'>,
  request: PageRequest,
  find: (records: Key[]) => Promise<(T | undefined)[]>,
): Promise<Page<T>> {
  const query = { partition: listPartition(list), consistent: true, ...range }
  return pageOfRows(table, query, request, (rows) => find(rows.map(recordIn)), recordIn)
}

/** Where a page after a cursor begins: DynamoDB refuses a start outside the range. */
function startOf(query: RowQuery, cursor: string): { after?: Record<string, unknown> } | 'end' {
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
