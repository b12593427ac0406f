import { partitions } from '../keys.ts'
import { pageOfRows } from '../paging.ts'
import type { Page, PageRequest, Reservation, ReservationFilter } from '../port.ts'
import { toReservation } from '../reservations.ts'
import type { Item, Query, TableClient } from '../table-client.ts'
import { pageOfPlaces } from './page.ts'
import { behind, lists } from './places.ts'

type Source = Pick<Query, 'index' | 'from' | 'to'> & ({ list: string } | { partition: string })

export function pageOfReservations(
  table: TableClient,
  filter: ReservationFilter,
  page: PageRequest,
  asOfNow: (reservation: Reservation) => Promise<Reservation>,
): Promise<Page<Reservation>> {
  const find = (items: (Item | undefined)[]) =>
    Promise.all(
      items.map(async (item) => {
        // What its time cannot change is looked at first: the rest may take a read.
        if (!item || !matchesFacts(filter, toReservation(item))) return undefined
        const reservation = await asOfNow(toReservation(item))
        return matchesStatus(filter, reservation) ? reservation : undefined
      }),
    )
  const source = { ...sourceOf(filter), newestFirst: !filter.oldestFirst }
  return 'list' in source
    ? pageOfPlaces(table, source, page, async (records) =>
        find(await table.getMany(records, { consistent: true })),
      )
    : pageOfRows(table, source, page, find)
}

function sourceOf({
  chargePointId,
  idTag,
  status,
  active,
  from,
  to,
  expiring,
  at,
}: ReservationFilter): Source {
  const { reservations: of } = lists
  const period = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  if (idTag !== undefined)
    return { index: 'idTag', partition: partitions.reservationsOfIdTag(idTag), ...period }
  if (chargePointId !== undefined)
    return { index: 'chargePoint', partition: partitions.reservationsOfChargePoint(chargePointId), ...period }
  if (expiring !== undefined) return { list: of.open(), from: behind(at), to: expiring }
  if (status === 'Expired') return { list: of.expiry(), to: behind(at) }
  if (active || status === 'Waiting' || status === 'Accepted')
    return { index: 'active', partition: partitions.reservations, ...period }
  if (status !== undefined) return { list: of.status(status), ...period }
  return { index: 'list', partition: partitions.reservations, ...period }
}

function matchesFacts(
  { chargePointId, connectorId, idTag, from, to, expiring, at }: ReservationFilter,
  reservation: Reservation,
): boolean {
  const { createdAt, expiryDate } = reservation
  return (
    (chargePointId === undefined || reservation.chargePointId === chargePointId) &&
    (connectorId === undefined || reservation.connectorId === connectorId) &&
    (idTag === undefined || reservation.idTag.toLowerCase() === idTag.toLowerCase()) &&
    (from === undefined || createdAt >= from) &&
    (to === undefined || createdAt < to) &&
    (expiring === undefined || (expiryDate > at && expiryDate < expiring))
  )
}

function matchesStatus({ status, active, expiring }: ReservationFilter, reservation: Reservation): boolean {
  const isActive = reservation.status === 'Waiting' || reservation.status === 'Accepted'
  return (
    (status === undefined || reservation.status === status) &&
    (active === undefined || isActive) &&
    (expiring === undefined || isActive)
  )
}
