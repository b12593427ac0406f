import { schema } from '../ocpp/schema.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) =>
  t.object({ connectorId: t.integer(), type: t.enum(['Inoperative', 'Operative']) }),
)
const response = schema((t) => t.object({ status: t.enum(['Accepted', 'Rejected', 'Scheduled']) }))

/**
 * §5.2: takes a connector out of service or back into it; connector 0 is the charge point with all its connectors.
 * Scheduled: once the running transaction has ended. The change itself is told by StatusNotification and outlives a reboot.
 */
export const ChangeAvailability = centralSystemAction({ action: 'ChangeAvailability', request, response })
