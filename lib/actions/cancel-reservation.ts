import { schema } from '../ocpp/schema.ts'
import { acceptedOrRejected } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) => t.object({ reservationId: t.integer() }))
const response = schema((t) => t.object({ status: acceptedOrRejected(t) }))

/** §5.1: gives a reservation up. Rejected: the charge point has none of that id. */
export const CancelReservation = centralSystemAction({ action: 'CancelReservation', request, response })
