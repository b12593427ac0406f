import { schema } from '../ocpp/schema.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) =>
  t.object({
    log: t.object({
      remoteLocation: t.string(512),
      oldestTimestamp: t.optional(t.dateTime()),
      latestTimestamp: t.optional(t.dateTime()),
    }),
    logType: t.enum(['DiagnosticsLog', 'SecurityLog']),
    requestId: t.integer(),
    retries: t.optional(t.integer()),
    retryInterval: t.optional(t.integer()),
  }),
)
const response = schema((t) =>
  t.object({
    status: t.enum(['Accepted', 'Rejected', 'AcceptedCanceled']),
    filename: t.optional(t.string(255)),
  }),
)

/**
 * Whitepaper N01, §5.9: has a log uploaded to `remoteLocation`. AcceptedCanceled: and an upload under way given up for it.
 * No `filename`: there is nothing to upload. Progress comes as LogStatusNotification with this `requestId`.
 */
export const GetLog = centralSystemAction({ action: 'GetLog', request, response })
