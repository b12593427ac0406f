import { schema } from '../ocpp/schema.ts'
import { idToken } from '../ocpp/types.ts'
import { centralSystemAction, type Issue } from './action.ts'
import { randomId } from './random-id.ts'
import { ACTIVE, askedUntil, holdAnew } from './reservations.ts'

const request = schema((t) =>
  t.object({
    connectorId: t.integer(),
    expiryDate: t.dateTime(),
    idTag: idToken(t),
    parentIdTag: t.optional(idToken(t)),
    reservationId: t.integer(),
  }),
)
const response = schema((t) =>
  t.object({ status: t.enum(['Accepted', 'Faulted', 'Occupied', 'Rejected', 'Unavailable']) }),
)

/**
 * §5.13: keeps a connector, or with connector 0 any one of them, for a tag and its group until `expiryDate`. A reservation
 * of the same id is replaced. It ends with the transaction that uses it, at its expiry, or by a fault.
 */
export const ReserveNow = centralSystemAction({
  action: 'ReserveNow',
  request,
  response,
  composes: ['reservationId'],

  async compose(payload, { now }) {
    const issues: Issue[] = []
    if (Number(payload.connectorId) < 0)
      issues.push({ path: 'connectorId', message: 'is 0 (any connector) or the number of one' })
    if (Date.parse(String(payload.expiryDate)) <= Date.parse(now))
      issues.push({ path: 'expiryDate', message: 'must be in the future' })
    if (issues.length > 0) return { issues }
    if (payload.reservationId !== undefined) return { payload }
    return { payload: { ...payload, reservationId: randomId() }, composed: true }
  },

  async begin(request, { store, chargePointId, messageId, origin, now }) {
    const { reservationId, connectorId, expiryDate } = request
    await store.createReservation({
      ...request,
      chargePointId,
      messageId,
      status: 'Waiting',
      ...(origin === undefined ? {} : { origin }),
      createdAt: now,
      updatedAt: now,
    })
    await store.holdConnector(chargePointId, { reservationId, connectorId, expiryDate })
  },

  async settle(request, { status }, { store, chargePointId, messageId, askedAt, settledAt: at }) {
    const { reservationId, connectorId, expiryDate } = request
    const own = { reservationId, chargePointId, messageId }
    const { reservation } = await store.moveReservation(own, ['Waiting'], { status, at })
    if (status !== 'Accepted') return holdAnew(store, own, at)
    if (reservation?.status === 'Accepted')
      await store.holdConnector(chargePointId, { reservationId, connectorId, expiryDate, held: true })
    for (const each of await askedUntil(store, own, askedAt)) {
      if (each.messageId === messageId) continue
      await store.moveReservation(each, ACTIVE, { status: 'Cancelled', at, reason: 'replaced' })
    }
  },
})
