import { keys, partitions } from './keys.ts'
import { listPartition, rowKey } from './listings/places.ts'
import { transactionLists as lists } from './listings/transaction.ts'
import { InvalidCursorError, LOOKS_MAX, pageOfRows, parseCursor } from './paging.ts'
import type { Page, PageRequest, Transaction, TransactionFilter } from './port.ts'
import type { Query, TableClient } from './table-client.ts'
import { orderOf, timeOf, toTransaction } from './transaction-record.ts'

type Filter = TransactionFilter & { oldestFirst?: boolean }

/** One page of the transactions that a filter wants, by start. */
export async function pageOfTransactions(
  table: TableClient,
  { oldestFirst = false, ...filter }: Filter,
  page: PageRequest,
): Promise<Page<Transaction>> {
  const { from, to } = filter
  if (from !== undefined && to !== undefined && from >= to) return { items: [] }
  // Orders are longer than the instants they begin with, so the end is not in the range.
  const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  const list = listOf(filter)
  if (list !== undefined) {
    const found = new ListReader(table, list, { filter, range, newestFirst: !oldestFirst })
    return found.page(page)
  }
  const query = { ...indexOf(filter), ...range, newestFirst: !oldestFirst }
  return pageOfRows(table, query, page, async (items) =>
    items.map(toTransaction).map((each) => (isWanted(each, filter) ? each : undefined)),
  )
}

/** An index finds, the record decides. */
export function isWanted(transaction: Transaction, filter: TransactionFilter): boolean {
  const { chargePointId, connectorId, idTag, userId, siteId, active, flag, flagged, reason } = filter
  const { flags, stop } = transaction
  const time = timeOf(transaction)
  return (
    same(chargePointId, transaction.chargePointId) &&
    same(connectorId, transaction.connectorId) &&
    same(idTag?.toLowerCase(), transaction.idTag?.toLowerCase()) &&
    same(userId, transaction.userId) &&
    same(siteId, transaction.siteId) &&
    same(active, !stop) &&
    (flag === undefined || flags.includes(flag)) &&
    (!flagged || flags.length > 0) &&
    same(reason, stop?.reason) &&
    (filter.from ?? time) <= time &&
    (filter.to === undefined || time < filter.to)
  )
}

const same = <T>(wanted: T | undefined, is: T | undefined): boolean => wanted === undefined || wanted === is

/** The list beside the records in which those that a filter wants are found best. */
function listOf({ active, ...filter }: TransactionFilter): string | undefined {
  const { idTag, userId, chargePointId, siteId, flag, flagged, reason } = filter
  if (active) {
    if (idTag) return lists.runningBy(idTag)
    if (chargePointId !== undefined) return lists.runningAt(chargePointId)
    if (userId !== undefined) return lists.runningOf(userId)
    if (siteId !== undefined) return lists.runningOn(siteId)
  }
  if (idTag) return undefined
  if (userId !== undefined) return lists.user(userId)
  if (chargePointId !== undefined) return undefined
  if (flag !== undefined) return lists.flag(flag)
  if (flagged) return lists.flagged()
  if (siteId !== undefined) return lists.site(siteId)
  return active || reason === undefined ? undefined : lists.reason(reason)
}

/** The index of the table in which they are found best: it holds them all, and from the moment they are written. */
function indexOf({ idTag, chargePointId, active }: TransactionFilter): Pick<Query, 'index' | 'partition'> {
  if (idTag) return { index: 'idTag', partition: partitions.ofIdTag(idTag) }
  if (chargePointId !== undefined)
    return { index: 'chargePoint', partition: partitions.ofChargePoint(chargePointId) }
  return { index: active ? 'active' : 'list', partition: partitions.transactions }
}

/** Rows of a list read at once; the records come in one batch. */
const STEP = 100

/** A list follows its records by a moment. The latest of the index are looked at beside it: what has just begun is shown. */
const LATEST = 25

interface Reading {
  filter: TransactionFilter
  range: Pick<Query, 'from' | 'to'>
  newestFirst: boolean
}

/** Reads a list beside the records, with the latest of an index, as one list in the same order. */
class ListReader {
  private readonly table: TableClient
  private readonly list: string
  private readonly reading: Reading

  constructor(table: TableClient, list: string, reading: Reading) {
    this.table = table
    this.list = list
    this.reading = reading
  }

  async page({ limit, cursor }: PageRequest): Promise<Page<Transaction>> {
    const start = cursor === undefined ? undefined : this.readCursor(cursor)
    const latest = await this.latest()
    const listed: Transaction[] = []
    let position = start
    let looks = 0
    let ended = false
    while (!ended && looks < LOOKS_MAX && listed.length <= limit) {
      const orders = await this.rows(position)
      listed.push(...(await this.records(orders)))
      looks += STEP
      ended = orders.length < STEP
      position = orders.at(-1) ?? position
    }
    const known = latest.filter((each) => this.isWithin(orderOf(each), start, ended ? undefined : position))
    const merged = this.merge(listed, known)
    const items = merged.slice(0, limit)
    const last = merged.length > items.length ? items.at(-1) : undefined
    const next = last ? orderOf(last) : ended ? undefined : position
    return { items, ...(next === undefined ? {} : { cursor: this.writeCursor(next) }) }
  }

  private async rows(after: string | undefined): Promise<string[]> {
    const { range, newestFirst } = this.reading
    const { items } = await this.table.query({
      partition: listPartition(this.list),
      ...range,
      newestFirst,
      limit: STEP,
      ...(after === undefined ? {} : { after: { ...rowKey({ list: this.list, order: after }) } }),
    })
    return items.map(({ sk }) => sk)
  }

  private async records(orders: string[]): Promise<Transaction[]> {
    const ids = orders.map((order) => Number(order.slice(order.lastIndexOf('#') + 1)))
    const items = await this.table.getMany(ids.map(keys.transaction), { consistent: true })
    return items.flatMap((item) => (item ? this.wanted(toTransaction(item)) : []))
  }

  private async latest(): Promise<Transaction[]> {
    const { filter, range } = this.reading
    const { items } = await this.table.query({
      ...indexOf(filter),
      ...range,
      newestFirst: true,
      limit: LATEST,
    })
    return items.flatMap((item) => this.wanted(toTransaction(item)))
  }

  private wanted(transaction: Transaction): Transaction[] {
    return isWanted(transaction, this.reading.filter) ? [transaction] : []
  }

  /** After one place in the list, and no further than another. */
  private isWithin(order: string, after: string | undefined, until: string | undefined): boolean {
    const from = after === undefined || this.compare(after, order) < 0
    return from && (until === undefined || this.compare(order, until) <= 0)
  }

  private compare(a: string, b: string): number {
    const ascending = a < b ? -1 : a > b ? 1 : 0
    return this.reading.newestFirst ? -ascending : ascending
  }

  /** The record that the list led to is the fresher one. */
  private merge(listed: Transaction[], latest: Transaction[]): Transaction[] {
    const byOrder = new Map([...latest, ...listed].map((each) => [orderOf(each), each]))
    return [...byOrder].sort(([a], [b]) => this.compare(a, b)).map(([, transaction]) => transaction)
  }

  private writeCursor(order: string): string {
    return Buffer.from(JSON.stringify([this.list, order])).toString('base64url')
  }

  private readCursor(cursor: string): string {
    const { from = '', to } = this.reading.range
    const [list, order] = parseCursor(cursor)
    const inside = typeof order === 'string' && order >= from && (to === undefined || order < to)
    if (list !== this.list || !inside || order === '')
      throw new InvalidCursorError('the cursor is not one of this list')
    return order
  }
}
