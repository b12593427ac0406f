import type { Transaction } from '../port.ts'
import { orderOf } from '../transaction-record.ts'
import type { Listing } from './listing.ts'
import { cut } from './places.ts'

/** Lists of transactions in order of time, beside those that are indexes of the table. What varies in a name ends it. */
export const transactionLists = {
  user: (userId: string) => `transactions/user/${cut(userId)}`,
  site: (siteId: string) => `transactions/site/${cut(siteId)}`,
  reason: (reason: string) => `transactions/reason/${cut(reason)}`,
  flag: (flag: string) => `transactions/flag/${flag}`,
  flagged: () => 'transactions/flagged',
  runningAt: (chargePointId: string) => `transactions/running/charge-point/${cut(chargePointId)}`,
  runningBy: (idTag: string) => `transactions/running/id-tag/${cut(idTag.toLowerCase())}`,
  runningOf: (userId: string) => `transactions/running/user/${cut(userId)}`,
  runningOn: (siteId: string) => `transactions/running/site/${cut(siteId)}`,
}

const lists = transactionLists

/** Where a transaction is listed, and what it is counted as. Days are UTC's. */
export function transactionListing(transaction: Transaction): Listing {
  const order = orderOf(transaction)
  return {
    places: listsOf(transaction).map((list) => ({ list, order })),
    counts: countsOf(transaction),
  }
}

function listsOf({ chargePointId, idTag, userId, siteId, stop, flags }: Transaction): string[] {
  const ofEither = [
    ...(userId === undefined ? [] : [lists.user(userId)]),
    ...(siteId === undefined ? [] : [lists.site(siteId)]),
    ...flags.map(lists.flag),
    ...(flags.length > 0 ? [lists.flagged()] : []),
  ]
  if (stop) return [...ofEither, lists.reason(stop.reason)]
  return [
    ...ofEither,
    lists.runningAt(chargePointId),
    ...(idTag ? [lists.runningBy(idTag)] : []),
    ...(userId === undefined ? [] : [lists.runningOf(userId)]),
    ...(siteId === undefined ? [] : [lists.runningOn(siteId)]),
  ]
}

/** Wh that one transaction may have delivered: more is a meter's mistake, and would spoil the sum. */
const ENERGY_MAX = 1e9

function countsOf({ meterStart, startedAt, stop, flags }: Transaction): Listing['counts'] {
  const energyWh = (stop?.meterStop ?? 0) - (meterStart ?? 0)
  const isPlausible = energyWh > 0 && energyWh <= ENERGY_MAX
  const delivered = stop?.meterStop !== undefined && meterStart !== undefined && isPlausible
  return {
    ...(stop ? {} : { 'transactions.active': 1 }),
    ...(startedAt === undefined ? {} : { [`transactions.started.${startedAt.slice(0, 10)}`]: 1 }),
    ...(delivered ? { [`energyWh.${stop.timestamp.slice(0, 10)}`]: energyWh } : {}),
    ...Object.fromEntries(flags.map((flag) => [`transactions.flag.${flag}`, 1])),
  }
}
