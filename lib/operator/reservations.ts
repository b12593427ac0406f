import * as z from 'zod'
import { isClosed } from '../central-system/call.ts'
import { waitForEnd } from '../central-system/request.ts'
import { reservationNow, reserve, cancelReservation as takeBack } from '../central-system/reservations.ts'
import type { CentralSystem } from '../central-system/system.ts'
import type { CallRecord, Reservation } from '../store/port.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { INT32_MAX, integerIn, maybe } from './fields.ts'
import {
  LATER,
  pageRequest,
  queryIssues,
  reservationFilter,
  reservationQuery,
  SHORT_PAGES,
} from './list-queries.ts'
import { pageBody, pageSchema } from './paging.ts'
import { invalid, isProblem, type Problem, problem } from './problem.ts'
import { CALL_REFUSALS, problemOfRefusal } from './refusal.ts'
import {
  newReservationSchema,
  reservationOutcomeSchema,
  reservationSchema,
  viewOutcome,
  viewReservation,
} from './reservation-view.ts'

const tag = 'Reservations'

const RESERVE_REFUSALS = [...CALL_REFUSALS, 'reserved'] as const
const CANCEL_REFUSALS = [...CALL_REFUSALS, 'ended'] as const

const reservationParams = z.strictObject({
  reservationId: integerIn(-INT32_MAX - 1, INT32_MAX).meta({
    description: 'The id of the reservation',
    examples: [1804289383],
  }),
})

const chargePointId = maybe(z.string().min(1))

const whoseQuery = z.strictObject({
  chargePointId: chargePointId.meta({
    description: 'Its charge point: needed only where the id was given at several',
  }),
})

type Found = Reservation | Problem<'unknown' | 'ambiguous'>

async function find({ store }: CentralSystem, reservationId: number, at: string | undefined): Promise<Found> {
  const found =
    at === undefined
      ? await store.findReservations(reservationId)
      : [await store.getReservation(at, reservationId)]
  const chargePoints = [...new Set(found.map((each) => each?.chargePointId))]
  if (chargePoints.length > 1) {
    const detail = `reservation ${reservationId} was given at ${chargePoints.join(', ')}; say which with ?chargePointId=`
    return problem('ambiguous', detail)
  }
  return found[0] ?? problem('unknown', `there is no reservation ${reservationId}`)
}

/** What became of a reservation once the call about it has ended, or the caller has waited long enough. */
async function outcomeOf(
  system: CentralSystem,
  { reservation, call }: { reservation: Reservation; call?: CallRecord },
  waitUntil: number,
) {
  const waited = call && (await waitForEnd(system, call, waitUntil))
  const { chargePointId, reservationId } = reservation
  const current = (await system.store.getReservation(chargePointId, reservationId)) ?? reservation
  const now = system.clock().toISOString()
  return {
    ended: !waited || isClosed(waited),
    body: viewOutcome(await reservationNow(system, current), waited, now),
    location: `/api/reservations/${reservationId}?chargePointId=${encodeURIComponent(chargePointId)}`,
  }
}

export const listReservations = endpoint({
  operationId: 'listReservations',
  method: 'get',
  path: '/reservations',
  tag,
  summary: 'List reservations',
  description: [
    'Newest first; by expiry, where only `expiresBefore` or the status Expired is asked for. Their status is that of now.',
    SHORT_PAGES,
    LATER,
  ].join(' '),
  query: reservationQuery,
  answers: {
    200: { description: 'A page of reservations', body: pageSchema('ReservationPage', reservationSchema) },
  },
  problems: ['invalid'],
}).answer(async ({ query, system, now }) => {
  const issues = queryIssues(query)
  if (issues.length > 0) return invalid(issues)
  const page = await system.store.listReservations(
    reservationFilter(query, now),
    pageRequest(query),
    (reservation) => reservationNow(system, reservation),
  )
  return { status: 200, body: pageBody(page, viewReservation) }
})

export const createReservation = endpoint({
  operationId: 'createReservation',
  method: 'post',
  path: '/reservations',
  tag,
  summary: 'Reserve a connector',
  description: [
    'The charge point is sent ReserveNow. With `Prefer: wait=N` the answer comes when it has answered, or after N seconds.',
    'A connector that is, or may be, kept for somebody else in that time is not asked for. A ReserveNow that is sent as a call or by a',
    'task is for the charge point alone to judge; it is on record here, too.',
  ].join(' '),
  body: newReservationSchema,
  waits: true,
  role: 'operator',
  answers: {
    200: {
      description: 'The charge point has answered, one way or the other: see the status',
      body: reservationOutcomeSchema,
      location: true,
    },
    202: {
      description: 'The request is on its way; read the reservation again at Location',
      body: reservationOutcomeSchema,
      location: true,
    },
  },
  problems: RESERVE_REFUSALS,
}).answer(async ({ body, waitUntil = 0, system, now, origin }) => {
  if (body.expiryDate <= now) return invalid([{ path: 'expiryDate', message: 'must be in the future' }])
  const parentIdTag = body.parentIdTag ?? (await system.store.getIdTag(body.idTag))?.idTag.parentIdTag
  const result = await reserve(system, defined({ ...body, parentIdTag, origin }))
  if ('refused' in result) return problemOfRefusal(result, RESERVE_REFUSALS)
  const { ended, ...answer } = await outcomeOf(system, result, waitUntil)
  return { status: ended ? 200 : 202, ...answer }
})

export const readReservation = endpoint({
  operationId: 'readReservation',
  method: 'get',
  path: '/reservations/{reservationId}',
  tag,
  summary: 'Read a reservation',
  params: reservationParams,
  query: whoseQuery,
  answers: { 200: { description: 'The reservation', body: reservationSchema, etag: true } },
  problems: ['unknown', 'ambiguous'],
}).answer(async ({ params: { reservationId }, query, system }) => {
  const found = await find(system, reservationId, query.chargePointId)
  if (isProblem(found)) return found
  return { status: 200, body: viewReservation(await reservationNow(system, found)) }
})

export const cancelReservation = endpoint({
  operationId: 'cancelReservation',
  method: 'delete',
  path: '/reservations/{reservationId}',
  tag,
  summary: 'Cancel a reservation',
  description: [
    'The charge point is sent CancelReservation; a ReserveNow that still waits is taken back instead.',
    'With `Prefer: wait=N` the answer comes when that is done, or after N seconds.',
  ].join(' '),
  params: reservationParams,
  query: whoseQuery,
  waits: true,
  role: 'operator',
  answers: {
    200: {
      description: 'It is cancelled, or the charge point would not: see the status',
      body: reservationOutcomeSchema,
    },
    202: {
      description: 'The request is on its way; read the reservation again at Location',
      body: reservationOutcomeSchema,
      location: true,
    },
  },
  problems: [...CANCEL_REFUSALS, 'ambiguous'],
}).answer(async ({ params: { reservationId }, query, waitUntil = 0, system, origin }) => {
  const found = await find(system, reservationId, query.chargePointId)
  if (isProblem(found)) return found
  const result = await takeBack(system, found, origin)
  if ('refused' in result) return problemOfRefusal(result, CANCEL_REFUSALS)
  const before = viewReservation(found)
  const { ended, body, location } = await outcomeOf(system, result, waitUntil)
  return ended ? { status: 200, body, before } : { status: 202, body, location, before }
})
