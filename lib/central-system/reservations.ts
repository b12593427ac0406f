import { randomId } from '../actions/random-id.ts'
import { holdAnew } from '../actions/reservations.ts'
import type { CallRecord, Live, Reservation } from '../store/port.ts'
import { cancel, recordedCall, request } from './request.ts'
import type { CentralSystem, Refusal } from './system.ts'

export interface ReservationWish {
  chargePointId: string
  /** 0: any of its connectors. */
  connectorId: number
  idTag: string
  parentIdTag?: string
  expiryDate: string
  whenOffline?: 'refuse' | 'queue'
  origin?: string
}

const ATTEMPTS = 3

/**
 * Reserves a connector (§5.13), unless it is reserved already. The check and the note of the new reservation are one: of
 * two that overlap and come together, one is refused.
 */
export async function reserve(
  system: CentralSystem,
  wish: ReservationWish,
): Promise<{ reservation: Reservation; call: CallRecord } | Refusal> {
  const { chargePointId, connectorId, expiryDate } = wish
  const reservationId = randomId()
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const live = await system.store.getLive(chargePointId)
    if (!live) return { refused: 'unknown', detail: `no charge point ${chargePointId} is registered` }
    const held = await stillHeld(system, live)
    const conflict = conflictOf(wish, live, held)
    if (conflict) return { refused: 'reserved', detail: conflict }
    const hold = { reservationId, connectorId, expiryDate, at: system.clock().toISOString() }
    const among = held.map((each) => each.reservationId)
    if (await system.store.holdConnector(chargePointId, hold, among))
      return askFor(system, wish, reservationId)
  }
  return {
    refused: 'reserved',
    detail: `charge point ${chargePointId} is being reserved by others right now`,
  }
}

async function askFor(
  system: CentralSystem,
  wish: ReservationWish,
  reservationId: number,
): Promise<{ reservation: Reservation; call: CallRecord } | Refusal> {
  const { chargePointId, connectorId, idTag, parentIdTag, expiryDate, whenOffline, origin } = wish
  const payload = {
    connectorId,
    expiryDate,
    idTag,
    ...(parentIdTag === undefined ? {} : { parentIdTag }),
    reservationId,
  }
  const call = await request(system, chargePointId, {
    action: 'ReserveNow',
    payload,
    // It makes no sense to reserve what has expired.
    expiresAt: expiryDate,
    ...(whenOffline ? { whenOffline } : {}),
    ...(origin === undefined ? {} : { origin }),
  })
  if ('refused' in call) {
    await system.store.releaseConnector(chargePointId, reservationId)
    return call
  }
  const reservation = await system.store.getReservation(chargePointId, reservationId)
  if (!reservation) throw new Error(`the reservation ${reservationId} was not put on record`)
  return { reservation, call }
}

/** One that is noted and not on record for so long never will be: whoever noted it died. */
const ABOUT_TO_BE_ASKED = 60_000

/** The reservations noted in the live record that still wait or hold; what has ended meanwhile is let go. */
async function stillHeld(
  system: CentralSystem,
  { chargePointId, reservations }: Live,
): Promise<{ reservationId: number; connectorId: number }[]> {
  const held: { reservationId: number; connectorId: number }[] = []
  for (const [id, { connectorId, at }] of Object.entries(reservations)) {
    const reservationId = Number(id)
    const known = await system.store.getReservation(chargePointId, reservationId)
    const current = known && (await reservationNow(system, known))
    const active = current
      ? current.status === 'Waiting' || current.status === 'Accepted'
      : at !== undefined && system.clock().getTime() - Date.parse(at) < ABOUT_TO_BE_ASKED
    if (active) held.push({ reservationId, connectorId })
    else await system.store.releaseConnector(chargePointId, reservationId)
  }
  return held
}

/** Two of the same connector, or more than there are connectors, as far as any are known. */
function conflictOf(
  { chargePointId, connectorId }: ReservationWish,
  { connectors }: Live,
  held: { reservationId: number; connectorId: number }[],
): string | undefined {
  const same = held.find((each) => connectorId !== 0 && each.connectorId === connectorId)
  if (same) return `connector ${connectorId} is reserved already, by reservation ${same.reservationId}`
  const known = new Set([
    ...Object.keys(connectors).map(Number),
    connectorId,
    ...held.map((each) => each.connectorId),
  ])
  known.delete(0)
  return known.size > 0 && held.length >= known.size
    ? `every connector that is known of charge point ${chargePointId} is reserved already`
    : undefined
}

/**
 * Takes a reservation back: the call that waits to ask for it, or by CancelReservation (§5.1), which goes out when the
 * charge point is there.
 */
export async function cancelReservation(
  system: CentralSystem,
  reservation: Reservation,
  origin?: string,
): Promise<{ reservation: Reservation; call?: CallRecord } | Refusal> {
  const { chargePointId, reservationId, messageId, expiryDate } = reservation
  const known = await system.store.getReservation(chargePointId, reservationId)
  const current = await reservationNow(system, known ?? reservation)
  if (current.status !== 'Waiting' && current.status !== 'Accepted')
    return { refused: 'ended', detail: `the reservation is ${current.status} and holds nothing any more` }
  const ended = current.status === 'Waiting' ? await cancel(system, chargePointId, messageId) : undefined
  if (ended?.cancelled) {
    await endWithCall(system, ended.call)
    return { reservation: (await system.store.getReservation(chargePointId, reservationId)) ?? current }
  }
  const call = await request(system, chargePointId, {
    action: 'CancelReservation',
    payload: { reservationId },
    whenOffline: 'queue',
    expiresAt: expiryDate,
    ...(origin === undefined ? {} : { origin }),
  })
  return 'refused' in call ? call : { reservation: current, call }
}

/** The states that an answer, or the lack of one, gives to a reservation that waits. */
const ENDED_BY_CALL: Record<string, Pick<Reservation, 'status' | 'reason'>> = {
  Refused: { status: 'Rejected', reason: 'the charge point answered with an error' },
  Undelivered: { status: 'Cancelled', reason: 'the request did not reach the charge point' },
  Expired: { status: 'Cancelled', reason: 'the request expired while it waited for the charge point' },
  Cancelled: { status: 'Cancelled', reason: 'the request was taken back' },
}

/** Whether it is a ReserveNow that has ended, and with it what it asked for, without a word of it in the answer. */
export function isReservedInVain({ action, status }: CallRecord): boolean {
  return action === 'ReserveNow' && ENDED_BY_CALL[status] !== undefined
}

/** Writes down what a ReserveNow that was in vain has come to. Done again, it changes nothing more. */
export async function endWithCall({ store, clock }: CentralSystem, call: CallRecord): Promise<void> {
  const { chargePointId, messageId, payload, status, createdAt, closedAt: at = createdAt } = call
  const end = ENDED_BY_CALL[status]
  if (!end) return
  const own = { reservationId: Number(payload.reservationId), chargePointId, messageId }
  await store.moveReservation(own, ['Waiting'], { ...end, at })
  await holdAnew(store, own, clock().toISOString())
}

/**
 * Its status as of now. An answer that does not come leaves it waiting, for it may be held: until it expires, which needs
 * nobody to write it down.
 */
export async function reservationNow(system: CentralSystem, reservation: Reservation): Promise<Reservation> {
  const { status, chargePointId, messageId, expiryDate } = reservation
  if (status !== 'Waiting' && status !== 'Accepted') return reservation
  if (status === 'Waiting') {
    const call = await recordedCall(system, chargePointId, messageId)
    const end = call && ENDED_BY_CALL[call.status]
    if (end) return { ...reservation, ...end, updatedAt: call.closedAt ?? reservation.updatedAt }
    if (expiryDate > system.clock().toISOString()) return { ...reservation, ...doubtOf(call) }
  }
  return expiryDate <= system.clock().toISOString()
    ? { ...reservation, status: 'Expired', updatedAt: expiryDate }
    : reservation
}

/** Why it still waits although its call has ended: it may be held all the same. */
function doubtOf(call: CallRecord | undefined): Pick<Reservation, 'reason'> {
  if (call?.status === 'TimedOut') return { reason: 'the charge point did not answer in time' }
  if (call?.status === 'Answered') return { reason: 'the answer of the charge point cannot be read' }
  return {}
}
