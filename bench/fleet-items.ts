import { chargePointVerbs } from '../lib/store/charge-points.ts'
import { idTagVerbs } from '../lib/store/id-tags.ts'
import { keys } from '../lib/store/keys.ts'
import { chargePointListing } from '../lib/store/listings/charge-point.ts'
import type { Place } from '../lib/store/listings/listing.ts'
import { idTagListing } from '../lib/store/listings/others.ts'
import { rowOf } from '../lib/store/listings/places.ts'
import { transactionListing } from '../lib/store/listings/transaction.ts'
import { toLive } from '../lib/store/live-record.ts'
import { writeCursor } from '../lib/store/paging.ts'
import type { ChargePoint, IdTag, TransactionStart } from '../lib/store/port.ts'
import type { IndexName } from '../lib/store/table.ts'
import type { Item, Key, TableClient } from '../lib/store/table-client.ts'
import { toTransaction } from '../lib/store/transaction-record.ts'
import { transactionVerbs } from '../lib/store/transactions.ts'

export interface Fleet {
  items: () => Iterable<Item>
  /** About so many. */
  count: number
  /** Each list to read, and a cursor into its middle. */
  lists: { path: string; middle?: string }[]
  now: string
}

const NOW = '2026-11-21T12:00:00.000Z'
const START = Date.parse('2024-01-01T00:00:00.000Z')

/** The very items that the store writes of a fleet: its own verbs write them, to nowhere. */
export function aFleet({
  chargePoints,
  transactions,
}: {
  chargePoints: number
  transactions: number
}): Fleet {
  const span = Date.parse(NOW) - START
  const startOf = (n: number) => new Date(START + Math.floor((span * n) / transactions)).toISOString()

  function* items(): Iterable<Item> {
    for (let n = 0; n < chargePoints; n++) yield* chargePointItems(n, chargePoints)
    for (let n = 0; n < chargePoints; n++) yield* idTagItems(n)
    for (let n = 0; n < transactions; n++) yield* transactionItems(n, startOf(n))
  }

  /** The first of the records from the middle on that stands in a list. */
  const inList = (from: (n: number) => Iterable<Item>, half: number, list: string) => {
    for (let n = half; n < half + 2000; n++) {
      const row = [...from(n)].find(({ pk }) => pk === `LIST#${list}`)
      if (row) return list.startsWith('transactions/') ? orderCursor(list, row.sk) : writeCursor({}, row)
    }
    throw new Error(`nothing stands in ${list}`)
  }
  const inIndex = (
    from: (n: number) => Iterable<Item>,
    half: number,
    index: IndexName,
    partition: string,
  ) => {
    for (let n = half; n < half + 2000; n++) {
      const item = [...from(n)].find((each) => each[`${index}Pk`] === partition)
      if (item) return writeCursor({ index }, item)
    }
    throw new Error(`nothing stands in ${partition}`)
  }
  const cps = (n: number) => chargePointItems(n, chargePoints)
  const txs = (n: number) => transactionItems(n, startOf(n))
  const halfCp = Math.floor(chargePoints / 2)
  const halfTx = Math.floor(transactions / 2)
  return {
    items,
    count: chargePoints * 14 + transactions * 4,
    now: NOW,
    lists: [
      { path: '/charge-points', middle: inIndex(cps, halfCp, 'list', 'CP') },
      { path: '/charge-points?order=desc', middle: inIndex(cps, halfCp, 'list', 'CP') },
      {
        path: '/charge-points?registrationStatus=Pending',
        middle: inList(cps, halfCp, 'chargePoints/registrationStatus/Pending'),
      },
      { path: '/charge-points?vendor=Vendor1', middle: inList(cps, halfCp, 'chargePoints/vendor/Vendor1') },
      { path: '/charge-points?model=Model1', middle: inList(cps, halfCp, 'chargePoints/model/Model1') },
      {
        path: '/charge-points?firmwareVersion=1.3',
        middle: inList(cps, halfCp, 'chargePoints/firmwareVersion/1.3'),
      },
      { path: '/charge-points?siteId=site-1', middle: inList(cps, halfCp, 'chargePoints/site/site-1') },
      {
        path: '/charge-points?connectorStatus=Faulted',
        middle: inList(cps, halfCp, 'chargePoints/connectorStatus/Faulted'),
      },
      { path: '/charge-points?connectionState=online' },
      { path: '/charge-points?connectionState=offline' },
      {
        path: '/charge-points?connectionState=stale',
        middle: inList(cps, halfCp, 'chargePoints/stale'),
      },
      { path: '/charge-points?heardWithin=3600' },
      { path: '/charge-points?vendor=Vendor1&connectorStatus=Faulted' },
      { path: '/id-tags', middle: inIndex(idTagItems, halfCp, 'list', 'TAG') },
      { path: '/id-tags?blocked=true', middle: inList(idTagItems, halfCp, 'idTags/blocked') },
      { path: '/id-tags?userId=user-1', middle: inList(idTagItems, halfCp, 'idTags/user/user-1') },
      { path: '/id-tags?expired=true' },
      { path: '/transactions', middle: inIndex(txs, halfTx, 'list', 'TX') },
      { path: '/transactions?order=asc', middle: inIndex(txs, halfTx, 'list', 'TX') },
      { path: '/transactions?state=active' },
      { path: '/transactions?state=stopped', middle: inIndex(txs, halfTx, 'list', 'TX') },
      {
        path: `/transactions?chargePointId=${idOf(0)}`,
        middle: inIndex(txs, halfTx, 'chargePoint', `CP#${idOf(0)}`),
      },
      {
        path: `/transactions?chargePointId=${idOf(0)}&connectorId=1`,
        middle: inIndex(txs, halfTx, 'chargePoint', `CP#${idOf(0)}`),
      },
      { path: '/transactions?idTag=TAG0', middle: inIndex(txs, halfTx, 'idTag', 'TAG#tag0') },
      { path: '/transactions?userId=user-1', middle: inList(txs, halfTx, 'transactions/user/user-1') },
      { path: '/transactions?siteId=site-1', middle: inList(txs, halfTx, 'transactions/site/site-1') },
      { path: '/transactions?reason=Remote', middle: inList(txs, halfTx, 'transactions/reason/Remote') },
      { path: '/transactions?flag=refused', middle: inList(txs, halfTx, 'transactions/flag/refused') },
      { path: '/transactions?flagged=true', middle: inList(txs, halfTx, 'transactions/flagged') },
      {
        path: `/transactions?from=${startOf(halfTx)}`,
        middle: inIndex(txs, Math.floor(transactions * 0.75), 'list', 'TX'),
      },
      { path: '/overview' },
    ],
  }
}

/** Lists of transactions are merged with the latest ones; their cursors name a place, no key. */
const orderCursor = (list: string, order: string): string =>
  Buffer.from(JSON.stringify([list, order])).toString('base64url')

const idOf = (n: number): string => `CP${String(n).padStart(7, '0')}`

/** The verbs write to this; it keeps what they write. */
function writing(write: (table: TableClient) => Promise<unknown>): Item[] {
  const items: Item[] = []
  const table = {
    put: (item: Item) => {
      items.push(item)
      return Promise.resolve({ written: true, item })
    },
    transact: (writes: { put: Item }[]) => {
      items.push(...writes.map(({ put }) => put))
      return Promise.resolve({ written: true })
    },
  }
  void write(table as unknown as TableClient)
  return items
}

const rows = (places: Place[], record: Key): Item[] => places.map((place) => rowOf(place, record))

function chargePointItems(n: number, of: number): Item[] {
  const chargePointId = idOf(n)
  const chargePoint: ChargePoint = {
    chargePointId,
    registrationStatus: n % 5 === 0 ? 'Pending' : 'Accepted',
    securityProfile: 0,
    siteId: `site-${n % 4}`,
    tags: [`group-${n % 4}`],
    boot: {
      chargePointVendor: `Vendor${n % 4}`,
      chargePointModel: `Model${n % 4}`,
      firmwareVersion: `1.${n % 4}`,
      at: NOW,
    },
    createdAt: NOW,
    updatedAt: NOW,
    version: 1,
  }
  const [record, empty] = writing((table) => chargePointVerbs(table).createChargePoint(chargePoint)) as [
    Item,
    Item,
  ]
  const online = n % 2 === 0
  const stale = n % 6 === 0
  const lastSeenAt = online
    ? new Date(Date.parse(NOW) - (stale ? 3_600_000 : 0)).toISOString()
    : new Date(Date.parse(NOW) - Math.floor((n / of) * 30 * 86_400_000)).toISOString()
  const status = (connectorId: number) => ({
    status: (n + connectorId) % 5 === 0 ? 'Faulted' : 'Available',
    errorCode: 'NoError',
    timestamp: NOW,
    receivedAt: NOW,
  })
  const live: Item = {
    ...empty,
    lastSeenAt,
    status_1: status(1),
    status_2: status(2),
    ...(online ? { connection: { connectionId: `c${n}`, connectedAt: lastSeenAt } } : {}),
    ...(stale ? { stale } : {}),
  }
  return [
    record,
    live,
    ...rows(chargePointListing(chargePoint, toLive(live)).places, keys.chargePoint(chargePointId)),
  ]
}

function idTagItems(n: number): Item[] {
  const idTag: IdTag = {
    idTag: `TAG${n}`,
    userId: `user-${n % 4}`,
    blocked: n % 5 === 0,
    maxActiveTransactions: 1,
    ...(n % 3 === 0 ? { expiryDate: '2025-01-01T00:00:00.000Z' } : {}),
    createdAt: NOW,
    updatedAt: NOW,
    version: 1,
  }
  const items = writing((table) => idTagVerbs(table).createIdTag(idTag))
  return [...items, ...rows(idTagListing(idTag).places, keys.idTag(idTag.idTag))]
}

/** Every tenth is at the first charge point, of the first tag, its connectors in turn; the last few run. */
function transactionItems(n: number, startedAt: string): Item[] {
  const often = n % 10 === 0
  const start: TransactionStart = {
    chargePointId: idOf(often ? 0 : 1 + (n % 996)),
    connectorId: 1 + (Math.floor(n / 10) % 2),
    idTag: `TAG${often ? 0 : n % 991}`,
    meterStart: n,
    timestamp: startedAt,
    receivedAt: startedAt,
  }
  const stamps = { userId: `user-${n % 4}`, siteId: `site-${n % 4}` }
  const status = n % 20 === 3 ? 'Blocked' : 'Accepted'
  const [item] = writing((table) =>
    transactionVerbs(table).recordStart(n + 1, start, { status }, stamps),
  ) as [Item]
  if (n % 50 !== 7) {
    const timestamp = new Date(Date.parse(startedAt) + 3_600_000).toISOString()
    Object.assign(item, {
      stop: {
        timestamp,
        meterStop: n + 9000,
        reason: n % 3 === 0 ? 'Remote' : 'Local',
        receivedAt: timestamp,
      },
    })
    delete item.activePk
    delete item.activeSk
  }
  const record = { pk: item.pk, sk: item.sk }
  return [item, ...rows(transactionListing(toTransaction(item)).places, record)]
}
