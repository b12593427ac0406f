import { schema } from '../ocpp/schema.ts'
import { centralSystemAction } from './action.ts'
import { issuesOfShortLocation } from './files.ts'
import { beginJob, settleJob, withRequestId } from './jobs.ts'
import { asRecord } from './payload.ts'

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
export const GetLog = centralSystemAction({
  action: 'GetLog',
  request,
  response,
  composes: ['requestId'],

  async compose(payload) {
    const issues = issuesOfShortLocation('log.remoteLocation', asRecord(payload.log).remoteLocation)
    return issues.length > 0 ? { issues } : withRequestId(payload)
  },

  async begin({ log, requestId }, context) {
    await beginJob(context, { kind: 'log', location: log.remoteLocation, requestId })
  },

  async settle(_, { status, filename }, context) {
    if (status === 'Rejected') return settleJob(context, { outcome: 'refused', status })
    await settleJob(context, filename ? { outcome: 'accepted', fileName: filename } : { outcome: 'nothing' })
  },
})
