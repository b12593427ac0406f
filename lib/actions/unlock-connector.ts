import { schema } from '../ocpp/schema.ts'
import { centralSystemAction } from './action.ts'
import { isConnector } from './connector.ts'

const request = schema((t) => t.object({ connectorId: t.integer() }))
const response = schema((t) => t.object({ status: t.enum(['Unlocked', 'UnlockFailed', 'NotSupported']) }))

/**
 * §5.18: frees a stuck cable; a transaction running there is stopped first, but that is not what it is for. NotSupported:
 * no lock, or no such connector (errata 3.87).
 */
export const UnlockConnector = centralSystemAction({
  action: 'UnlockConnector',
  request,
  response,

  async settle({ connectorId }, { status }, { chargePointId, askedAt, settledAt: at, store }) {
    if (!isConnector(connectorId)) return
    await store.noteFact(chargePointId, { fact: 'unlock', connectorId, value: { status, askedAt, at } })
  },
})
