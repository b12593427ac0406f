import { schema } from '../ocpp/schema.ts'
import { acceptedOrRejected } from '../ocpp/types.ts'
import { centralSystemAction, WHILE_ACCEPTED } from './action.ts'

const request = schema((t) => t.object({ transactionId: t.integer() }))
const response = schema((t) => t.object({ status: acceptedOrRejected(t) }))

/**
 * §5.12: has a transaction stopped. Rejected: none of that id is running. That it stopped is told by StopTransaction. Not
 * allowed while the charge point is Pending (§4.2).
 */
export const RemoteStopTransaction = centralSystemAction({
  action: 'RemoteStopTransaction',
  request,
  response,
  allowed: WHILE_ACCEPTED,
})
