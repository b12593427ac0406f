import { schema } from '../ocpp/schema.ts'
import { stationAction } from './action.ts'

const request = schema((t) =>
  t.object({
    type: t.string(50),
    timestamp: t.instantOrReceipt(),
    techInfo: t.optional(t.string(255)),
  }),
)
const response = schema((t) => t.object({}))

/**
 * Whitepaper A04, §5.15: a critical security event, of a type from §8 or of the vendor's own. The charge point queues it
 * until it is confirmed, so that none is lost; sent again, it is kept once.
 */
export const SecurityEventNotification = stationAction({
  action: 'SecurityEventNotification',
  request,
  response,

  async answer({ type, timestamp, techInfo }, { chargePointId, receivedAt, store }) {
    await store.recordSecurityEvent({
      chargePointId,
      type,
      timestamp,
      ...(techInfo === undefined ? {} : { techInfo }),
      receivedAt,
    })
    return {}
  },
})
