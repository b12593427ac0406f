import { schema } from '../ocpp/schema.ts'
import { acceptedOrRejected } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) => t.object({ type: t.enum(['Hard', 'Soft']) }))
const response = schema((t) => t.object({ status: acceptedOrRejected(t) }))

/**
 * §5.14: restarts the charge point. Soft stops transactions in good order first; Hard restarts the hardware at once and
 * may lose what was queued.
 */
export const Reset = centralSystemAction({ action: 'Reset', request, response })
