import { schema } from '../ocpp/schema.ts'
import { centralSystemAction } from './action.ts'
import { fileIdOf, fileUri, isOurs, UNNAMED, URL_SECONDS } from './files.ts'
import { beginJob, settleJob } from './jobs.ts'

const request = schema((t) =>
  t.object({
    location: t.uri(),
    retries: t.optional(t.integer()),
    retryInterval: t.optional(t.integer()),
    startTime: t.optional(t.dateTime()),
    stopTime: t.optional(t.dateTime()),
  }),
)
const response = schema((t) => t.object({ fileName: t.optional(t.string(255)) }))

/**
 * §5.9: has one file of diagnostics, of any format, uploaded into the directory `location`. No `fileName` in the answer
 * means that there is nothing to upload. Progress comes as DiagnosticsStatusNotification. Without a `location` the file
 * comes to us.
 */
export const GetDiagnostics = centralSystemAction({
  action: 'GetDiagnostics',
  request,
  response,
  composes: ['location'],

  async compose(payload) {
    const { location } = payload
    if (location === undefined)
      return { payload: { ...payload, location: fileUri(crypto.randomUUID()) }, composed: true }
    if (!isOurs(location)) return { payload }
    return {
      issues: [{ path: 'location', message: 'left out, the file comes to us under an id of its own' }],
    }
  },

  async begin({ location }, context) {
    const { store, chargePointId, messageId, origin, now } = context
    await beginJob(context, { kind: 'diagnostics', location })
    const fileId = fileIdOf(location)
    if (fileId === undefined) return
    await store.createFile({
      fileId,
      kind: 'diagnostics',
      name: UNNAMED,
      status: 'Awaited',
      chargePointId,
      messageId,
      ...(origin === undefined ? {} : { origin }),
      createdAt: now,
    })
  },

  async resolve(request, { depot }) {
    const fileId = fileIdOf(request.location)
    if (fileId === undefined) return request
    return { ...request, location: await depot.uploadUrl(fileId, { seconds: URL_SECONDS }) }
  },

  async settle(_, { fileName }, context) {
    await settleJob(context, fileName ? { outcome: 'accepted', fileName } : { outcome: 'nothing' })
  },
})
