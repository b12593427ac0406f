import { expiresAfter, keys, partitions } from './keys.ts'
import { pageOf } from './paging.ts'
import type { Refusal, Refusals, Refused } from './port.ts'
import { withoutKeys } from './record.ts'
import type { Item, TableClient, Update } from './table-client.ts'

const RETENTION_DAYS = 30

const toRefusal = (item: Item): Refusal => withoutKeys<Refusal>(item)

/** What of an identity goes into the list's sort key, which has 1024 bytes: the longest that a charge point can have may not. */
const LISTED_MAX = 200

/** Handshakes of registered charge points that were refused: an item by charge point and network, gone after a month. */
export function refusalVerbs(table: TableClient): Refusals {
  return {
    async rememberRefusal(refused) {
      if (refused.countSince === undefined)
        return toRefusal((await table.update(noted(refused))).item as Item)
      const since = { since: refused.countSince }
      const more = noted(refused, '', ', #wrong :one', '#countedSince > :since', since)
      const first = noted(refused, ', #wrong = :one, #countedSince = :at', '', NOT_COUNTED, since)
      // Of those that come at once one begins the count, and the others are counted with it.
      for (const update of [more, first, more]) {
        const { written, item } = await table.update(update)
        if (written) return toRefusal(item)
      }
      throw new Error('a refusal was forgotten while it was counted')
    },

    async getRefusal(chargePointId, network) {
      const item = await table.get(keys.refusal(chargePointId, network))
      return item && toRefusal(item)
    },

    async lockOut(chargePointId, network, { wrong, until, locks }) {
      await table.update({
        key: keys.refusal(chargePointId, network),
        update: 'SET #lockedUntil = :until, #locks = :locks, #wrong = :zero',
        condition: '#wrong >= :wrong',
        values: { wrong, until, locks, zero: 0 },
      })
    },

    async forgetRefusal(chargePointId, network) {
      await table.delete(keys.refusal(chargePointId, network))
    },

    listRefusals: (page) => pageOf(table, { index: 'list', partition: partitions.refusals }, page, toRefusal),

    async forgetRefusals(chargePointId) {
      const { pk } = keys.refusal(chargePointId, '')
      const items = await table.queryAll({ partition: pk, consistent: true })
      for (const { pk, sk } of items) await table.delete({ pk, sk })
      return items.map(toRefusal)
    },
  }
}

const NOT_COUNTED = '(attribute_not_exists(#countedSince) OR #countedSince <= :since)'

/** The update that notes one; `set` and `add` are what it does besides. */
function noted(
  { chargePointId, network, address, reason, at }: Refused,
  set = '',
  add = '',
  condition?: string,
  values: Record<string, unknown> = {},
): Update {
  return {
    key: keys.refusal(chargePointId, network),
    update: [
      'SET #chargePointId = :chargePointId, #network = :network, #reason = :reason, #lastAt = :at',
      ', #firstAt = if_not_exists(#firstAt, :at), #ttl = :ttl, #listPk = :list, #listSk = :place',
      address === undefined ? '' : ', #address = :address',
      `${set} ADD #attempts :one${add}`,
    ].join(''),
    values: {
      ...values,
      chargePointId,
      network,
      reason,
      at,
      one: 1,
      list: partitions.refusals,
      place: `${chargePointId.slice(0, LISTED_MAX).toWellFormed()}\t${network}`,
      ttl: expiresAfter(RETENTION_DAYS, at),
      ...(address === undefined ? {} : { address }),
    },
    ...(condition === undefined ? {} : { condition }),
  }
}
