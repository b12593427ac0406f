import { EXISTS, IS_NEW, keys, partitions } from './keys.ts'
import { behind, listPartition, lists, recordIn } from './listings/places.ts'
import { pageOfReservations } from './listings/reservation-pages.ts'
import { nameOf, toLive } from './live-record.ts'
import type { Reservation, ReservationStatus, Reservations } from './port.ts'
import { withoutKeys } from './record.ts'
import type { Item, TableClient } from './table-client.ts'

export const toReservation = (item: Item): Reservation => withoutKeys<Reservation>(item)

/** What the sort key of every one begins with. */
const RECORDS = 'CP#'

/** Those that wait or hold on record, and whose time is over. */
const overdue = (at: string) => ({
  partition: listPartition(lists.reservations.open()),
  to: behind(at),
})

/** Those that wait or hold a connector. */
const isActive = (status: ReservationStatus): boolean => status === 'Waiting' || status === 'Accepted'

export function reservationVerbs(table: TableClient): Reservations {
  return {
    async createReservation(reservation) {
      const { reservationId, chargePointId, messageId, idTag, createdAt, status } = reservation
      const time = `${createdAt}#${messageId}`
      await table.put(
        {
          ...keys.reservation(reservationId, chargePointId, messageId),
          ...reservation,
          listPk: partitions.reservations,
          listSk: time,
          chargePointPk: partitions.reservationsOfChargePoint(chargePointId),
          chargePointSk: time,
          idTagPk: partitions.reservationsOfIdTag(idTag),
          idTagSk: time,
          ...(isActive(status) ? { activePk: partitions.reservations, activeSk: time } : {}),
        },
        { condition: IS_NEW },
      )
    },

    async getReservation(chargePointId, reservationId) {
      const { pk, sk } = keys.reservation(reservationId, chargePointId, '')
      const latest = { partition: pk, prefix: sk, newestFirst: true, consistent: true, limit: 1 }
      const [item] = (await table.query(latest)).items
      return item && toReservation(item)
    },

    async findReservations(reservationId) {
      const { pk } = keys.reservation(reservationId, '', '')
      const all = { partition: pk, prefix: RECORDS, newestFirst: true, consistent: true }
      const items = await table.queryAll(all)
      return items.map(toReservation)
    },

    listReservations: (filter, page, asOfNow) => pageOfReservations(table, filter, page, asOfNow),

    countOverdueReservations: async (at) => (await table.query({ ...overdue(at), limit: 1000 })).items.length,

    async overdueReservations(at, limit) {
      const { items } = await table.query({ ...overdue(at), limit })
      const found = await table.getMany(items.map(recordIn))
      return found.flatMap((item) => (item ? [toReservation(item)] : []))
    },

    async moveReservation({ reservationId, chargePointId, messageId }, from, { at, ...facts }) {
      const set = Object.entries({ ...facts, updatedAt: at }).filter(([, value]) => value !== undefined)
      const allowed = from.map((status, position) => [`from${position}`, status] as const)
      const { written, item } = await table.update({
        key: keys.reservation(reservationId, chargePointId, messageId),
        update: [
          `SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`,
          ...(isActive(facts.status) ? [] : ['REMOVE #activePk, #activeSk']),
        ].join(' '),
        condition: `#status IN (${allowed.map(([name]) => `:${name}`).join(', ')})`,
        values: Object.fromEntries([...set, ...allowed]),
      })
      return { moved: written, ...(item ? { reservation: toReservation(item) } : {}) }
    },

    ...holdVerbs(table),
  }
}

/** Every hold and every release counts `holdsVersion`: what was read with it has not changed if it has not. */
function holdVerbs(table: TableClient): Pick<Reservations, 'holdConnector' | 'releaseConnector'> {
  async function hold(
    chargePointId: string,
    { reservationId, ...wish }: Parameters<Reservations['holdConnector']>[1],
    unchanged?: Item,
  ) {
    const version = unchanged?.holdsVersion
    const { written, item } = await table.update({
      key: keys.live(chargePointId),
      update: `SET #${nameOf('reservation', reservationId)} = :hold ADD #holdsVersion :one`,
      condition: [
        EXISTS,
        ...(unchanged
          ? [version === undefined ? 'attribute_not_exists(#holdsVersion)' : '#holdsVersion = :version']
          : []),
      ].join(' AND '),
      values: { hold: wish, one: 1, ...(version === undefined ? {} : { version }) },
    })
    return { held: written, item }
  }

  return {
    async holdConnector(chargePointId, wish, among) {
      if (!among) return (await hold(chargePointId, wish)).held
      let item = await table.get(keys.live(chargePointId))
      while (item && sameOthers(item, among, wish.reservationId)) {
        const attempt = await hold(chargePointId, wish, item)
        if (attempt.held) return true
        item = attempt.item
      }
      return false
    },

    async releaseConnector(chargePointId, reservationId) {
      const name = `#${nameOf('reservation', reservationId)}`
      await table.update({
        key: keys.live(chargePointId),
        update: `REMOVE ${name} ADD #holdsVersion :one`,
        condition: `attribute_exists(${name})`,
        values: { one: 1 },
      })
    },
  }
}

/** Its own hold may be there already: from a first attempt that was cut short, or because the id is given anew. */
function sameOthers(item: Item, among: number[], own: number): boolean {
  const noted = new Set(Object.keys(toLive(item).reservations).map(Number))
  const expected = new Set(among)
  noted.delete(own)
  expected.delete(own)
  return noted.size === expected.size && [...expected].every((id) => noted.has(id))
}
