import { sameCiString } from '../ocpp/types.ts'
import type { Reservation, ReservationStatus, Store, Transaction } from '../store/port.ts'
import type { AnswerContext } from './action.ts'
import { isInVain } from './asked.ts'

/** Still to come, or holding its connector. */
export const ACTIVE: readonly ReservationStatus[] = ['Waiting', 'Accepted']

type Named = Pick<Reservation, 'reservationId' | 'chargePointId'>

/** Those of this id, newest first, without those whose ReserveNow was in vain: they wait on record alone. */
async function atChargePoint(store: Store, named: Named): Promise<Reservation[]> {
  return (await lookUp(store, named)).standing
}

/** `inVain`: there are some on record, and none of them stands. */
async function lookUp(
  store: Store,
  { reservationId, chargePointId }: Named,
): Promise<{ standing: Reservation[]; inVain: boolean }> {
  const found = await store.findReservations(reservationId)
  const own = found.filter((each) => each.chargePointId === chargePointId)
  const standing: Reservation[] = []
  for (const each of own) {
    if (each.status !== 'Waiting' || !isInVain(await store.getCall(chargePointId, each.messageId)))
      standing.push(each)
  }
  return { standing, inVain: own.length > 0 && standing.length === 0 }
}

/** The active ones of this id that the charge point had been asked for by then: what it was told next is about them. */
export async function askedUntil(store: Store, named: Named, instant: string): Promise<Reservation[]> {
  const asked: Reservation[] = []
  for (const each of await atChargePoint(store, named)) {
    if (!ACTIVE.includes(each.status)) continue
    const sentAt = await sentAtOf(store, each)
    if (sentAt !== undefined && sentAt <= instant) asked.push(each)
  }
  return asked
}

/** When the charge point was asked; undefined where it has not been. */
async function sentAtOf(store: Store, { chargePointId, messageId, createdAt }: Reservation) {
  const call = await store.getCall(chargePointId, messageId)
  return call ? call.sentAt : createdAt
}

/** After some of this id have ended: the connector is held for the one that is left, or for none. */
export async function holdAnew(store: Store, named: Named, now: string): Promise<void> {
  const { reservationId, chargePointId } = named
  const left = (await atChargePoint(store, named)).find(
    ({ status, expiryDate }) => ACTIVE.includes(status) && expiryDate > now,
  )
  if (!left) return store.releaseConnector(chargePointId, reservationId)
  const { connectorId, expiryDate, status } = left
  const held = status === 'Accepted' ? { held: true as const } : {}
  await store.holdConnector(chargePointId, { reservationId, connectorId, expiryDate, ...held })
}

/**
 * §5.13: a transaction uses the reservation it names; or one on its connector, or on connector 0, for its tag or the tag's
 * group. A number that names none is no error.
 */
export async function useReservation(context: AnswerContext, transaction: Transaction): Promise<void> {
  const { store, chargePointId, live, receivedAt: at } = context
  const found = await reservationFor(context, transaction)
  if (!found) return
  const { reservationId } = found
  const { transactionId } = transaction
  const { reservation } = await store.moveReservation(
    found,
    // The charge point's clock, not ours, tells it when a reservation expires.
    found.reservationId === transaction.reservationId ? [...ACTIVE, 'Expired'] : ACTIVE,
    { status: 'Used', at, transactionId },
  )
  if (reservation?.status === 'Used' && live.reservations[reservationId])
    await store.releaseConnector(chargePointId, reservationId)
}

async function reservationFor(
  { store, chargePointId, live }: AnswerContext,
  transaction: Transaction,
): Promise<Reservation | undefined> {
  const { reservationId = 0, connectorId, startedAt = '', startReceivedAt = '' } = transaction
  const [named] = reservationId > 0 ? await atChargePoint(store, { reservationId, chargePointId }) : []
  // A resend of a start from before the id was given anew is not about the new one.
  if (named) return named.createdAt <= startReceivedAt ? named : undefined
  const holds = Object.entries(live.reservations)
    .filter(([, hold]) => hold.connectorId === connectorId || hold.connectorId === 0)
    .filter(([, hold]) => hold.expiryDate > startedAt)
    // Its own connector goes before any.
    .sort(([, one], [, other]) => other.connectorId - one.connectorId)
  for (const [id] of holds) {
    const [held] = await atChargePoint(store, { reservationId: Number(id), chargePointId })
    if (!held || held.createdAt > startedAt || !isFor(held, transaction)) continue
    if (held.status !== 'Waiting' || (await sentAtOf(store, held)) !== undefined) return held
  }
  return undefined
}

function isFor({ idTag, parentIdTag }: Reservation, transaction: Transaction): boolean {
  const parent = transaction.idTagInfo?.parentIdTag
  return (
    sameCiString(idTag, transaction.idTag ?? '') ||
    (parentIdTag !== undefined && parent !== undefined && sameCiString(parentIdTag, parent))
  )
}

/**
 * A connector shows a new status: a fault, or being out of service, ends the reservations on it, and on connector 0 all of
 * them (§5.13). Those that have expired, or were asked for in vain, are let go, too.
 */
export async function endReservations(
  { store, chargePointId, live, receivedAt }: AnswerContext,
  connectorId: number,
  status: string,
): Promise<void> {
  const ends = status === 'Faulted' || status === 'Unavailable'
  for (const [id, hold] of Object.entries(live.reservations)) {
    const expired = hold.expiryDate <= receivedAt
    const over = expired || (ends && (connectorId === 0 || connectorId === hold.connectorId))
    if (hold.held && !over) continue
    const { standing, inVain } = await lookUp(store, { reservationId: Number(id), chargePointId })
    const [held] = standing
    // One that waits for its answer is told by the answer.
    if (!inVain && (!over || (held?.status === 'Waiting' && !expired))) continue
    const end = expired
      ? { status: 'Expired' as const, at: hold.expiryDate }
      : { status: 'Cancelled' as const, at: receivedAt, reason: status }
    if (held) await store.moveReservation(held, ['Accepted'], end)
    await store.releaseConnector(chargePointId, Number(id))
  }
}
