import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb'
import { toChargePoint } from '../../lib/store/charge-points.ts'
import { toIdTag } from '../../lib/store/id-tags.ts'
import { recordOf } from '../../lib/store/keys.ts'
import { chargePointListing } from '../../lib/store/listings/charge-point.ts'
import type { Listing } from '../../lib/store/listings/listing.ts'
import { counted, idTagListing, reservationListing, taskListing } from '../../lib/store/listings/others.ts'
import { transactionListing } from '../../lib/store/listings/transaction.ts'
import { toLive } from '../../lib/store/live-record.ts'
import { toReservation } from '../../lib/store/reservations.ts'
import type { Item } from '../../lib/store/table-client.ts'
import { toTask } from '../../lib/store/tasks.ts'
import { toTransaction } from '../../lib/store/transaction-record.ts'
import type { TestSystem } from '../support/system.ts'

export async function everything({ client, tableName }: TestSystem): Promise<Item[]> {
  const items: Item[] = []
  const documents = DynamoDBDocumentClient.from(client)
  for await (const { Items = [] } of paginateScan({ client: documents }, { TableName: tableName }))
    items.push(...(Items as Item[]))
  return items
}

/** What lists and sums hold, as they lie in the table. */
export function held(items: Item[]): { rows: string[]; figures: Record<string, number> } {
  const rows = items.filter(({ pk }) => pk.startsWith('LIST#')).map(({ pk, sk }) => `${pk.slice(5)} ${sk}`)
  const figures: Record<string, number> = {}
  for (const { pk, sk, ttl: _, ...counts } of items.filter((item) => item.pk.startsWith('FIGURES#')))
    for (const [name, value] of Object.entries(counts)) {
      const full = sk === 'ALL' ? name : `${name}.${sk}`
      figures[full] = (figures[full] ?? 0) + Number(value)
    }
  return { rows: rows.sort(), figures: withoutZeros(figures) }
}

/** What they should hold, counted from the records one by one. */
export function due(items: Item[]): ReturnType<typeof held> {
  const listings = items.flatMap((item) => listingOf(item, items) ?? [])
  const figures: Record<string, number> = {}
  for (const [name, value] of listings.flatMap(({ counts }) => Object.entries(counts)))
    figures[name] = (figures[name] ?? 0) + value
  const rows = listings.flatMap(({ places }) => places.map(({ list, order }) => `${list} ${order}`))
  return { rows: [...new Set(rows)].sort(), figures: withoutZeros(figures) }
}

function listingOf(item: Item, items: Item[]): Listing | undefined {
  switch (recordOf(item)?.kind) {
    case 'chargePoint': {
      const live = items.find(({ pk, sk }) => pk === item.pk && sk === 'LIVE')
      return chargePointListing(toChargePoint(item), live && toLive(live))
    }
    case 'idTag':
      return idTagListing(toIdTag(item))
    case 'transaction':
      return transactionListing(toTransaction(item))
    case 'reservation':
      return reservationListing(toReservation(item))
    case 'task':
      return taskListing(toTask(item))
    case 'user':
      return counted('users')
    case 'site':
      return counted('sites')
    default:
      return undefined
  }
}

const withoutZeros = (figures: Record<string, number>) =>
  Object.fromEntries(
    Object.entries(figures)
      .filter(([, value]) => value !== 0)
      .sort(),
  )
