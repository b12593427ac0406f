import * as z from 'zod'
import { type CallRecord, RESERVATION_STATUSES, type Reservation } from '../store/port.ts'
import { callSchema, viewCall } from './call-view.ts'
import { defined } from './defined.ts'
import { CHARGE_POINT_ID_MAX, givenInstant, instant, maybe } from './fields.ts'

export const newReservationSchema = z
  .strictObject({
    chargePointId: z
      .string()
      .min(1)
      .max(CHARGE_POINT_ID_MAX)
      .meta({ examples: ['CP1'] }),
    connectorId: z
      .int32()
      .min(0)
      .default(0)
      .meta({ description: 'The connector to keep; 0: any one of the charge point’s' }),
    idTag: z
      .string()
      .min(1)
      .max(20)
      .meta({ description: 'Whom it is kept for', examples: ['04A3B2C1'] }),
    parentIdTag: maybe(z.string().min(1).max(20)).meta({
      description: 'The group that may use it too: that of the id tag, if it is registered, unless given',
    }),
    expiryDate: givenInstant('Until when it is kept'),
    whenOffline: maybe(z.enum(['refuse', 'queue'])).meta({
      description: 'What becomes of the request if the charge point is not connected: refuse unless given',
    }),
  })
  .meta({
    id: 'NewReservation',
    examples: [
      { chargePointId: 'CP1', connectorId: 1, idTag: '04A3B2C1', expiryDate: '2026-11-21T08:00:00Z' },
    ],
  })

const properties = {
  reservationId: z.int().meta({ examples: [1804289383] }),
  chargePointId: z.string(),
  connectorId: z.int().meta({ description: '0: any connector' }),
  idTag: z.string(),
  parentIdTag: maybe(z.string()),
  expiryDate: instant('Until when it is kept'),
  status: z.enum(RESERVATION_STATUSES).meta({
    description: [
      'Waiting: for the charge point’s answer. Accepted: the connector is kept. The others are final:',
      'Faulted, Occupied, Rejected, Unavailable: refused so. Used: by a transaction. Cancelled. Expired.',
    ].join(' '),
  }),
  reason: maybe(z.string()).meta({ description: 'Why it ended, where its status does not tell' }),
  transactionId: maybe(z.int()).meta({ description: 'The transaction that used it' }),
  messageId: z.string().meta({ description: 'The ReserveNow that asked for it: a call to the charge point' }),
  origin: maybe(z.string()).meta({ description: 'Who asked' }),
  createdAt: instant('When it was asked for'),
  updatedAt: instant('When its status changed last'),
}

export const reservationSchema = z.strictObject(properties).meta({
  id: 'Reservation',
  description: 'A connector that is kept for an id tag',
})

export const reservationOutcomeSchema = z
  .strictObject({
    ...properties,
    call: maybe(callSchema).meta({ description: 'The call that was made of the request, if one was' }),
  })
  .meta({ id: 'ReservationOutcome' })

export function viewReservation(reservation: Reservation): z.input<typeof reservationSchema> {
  return defined({
    reservationId: reservation.reservationId,
    chargePointId: reservation.chargePointId,
    connectorId: reservation.connectorId,
    idTag: reservation.idTag,
    parentIdTag: reservation.parentIdTag,
    expiryDate: reservation.expiryDate,
    status: reservation.status,
    reason: reservation.reason,
    transactionId: reservation.transactionId,
    messageId: reservation.messageId,
    origin: reservation.origin,
    createdAt: reservation.createdAt,
    updatedAt: reservation.updatedAt,
  })
}

export function viewOutcome(
  reservation: Reservation,
  call: CallRecord | undefined,
  now: string,
): z.input<typeof reservationOutcomeSchema> {
  return defined({ ...viewReservation(reservation), call: call && viewCall(call, now) })
}
