import { schema } from '../ocpp/schema.ts'
import { acceptedOrRejected } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'
import { ACTIVE, askedUntil, holdAnew } from './reservations.ts'

const request = schema((t) => t.object({ reservationId: t.integer() }))
const response = schema((t) => t.object({ status: acceptedOrRejected(t) }))

/** §5.1: gives a reservation up. Rejected: the charge point has none of that id. */
export const CancelReservation = centralSystemAction({
  action: 'CancelReservation',
  request,
  response,

  async settle({ reservationId }, { status }, { store, chargePointId, askedAt, settledAt: at }) {
    if (status !== 'Accepted') return
    const named = { reservationId, chargePointId }
    for (const each of await askedUntil(store, named, askedAt))
      await store.moveReservation(each, ACTIVE, { status: 'Cancelled', at })
    await holdAnew(store, named, at)
  },
})
