import { schema } from '../ocpp/schema.ts'
import { centralSystemAction } from './action.ts'
import { isConnector } from './connector.ts'

const request = schema((t) =>
  t.object({ connectorId: t.integer(), type: t.enum(['Inoperative', 'Operative']) }),
)
const response = schema((t) => t.object({ status: t.enum(['Accepted', 'Rejected', 'Scheduled']) }))

/**
 * §5.2: takes a connector out of service or back into it; connector 0 is the charge point with all its connectors.
 * Scheduled: once the running transaction has ended. The change itself is told by StatusNotification and outlives a reboot.
 */
export const ChangeAvailability = centralSystemAction({
  action: 'ChangeAvailability',
  request,
  response,

  async settle({ connectorId, type }, { status }, { chargePointId, askedAt, settledAt: at, store }) {
    if (status === 'Rejected' || !isConnector(connectorId)) return
    const value = { type, status, askedAt, at }
    await store.noteFact(chargePointId, { fact: 'availability', connectorId, value })
  },
})
