import { schema } from '../ocpp/schema.ts'
import { centralSystemAction } from './action.ts'
import { fileIdOf, isOurs, issuesOfFetchTime, issuesOfFile, URL_SECONDS } from './files.ts'
import { beginJob, settleJob } from './jobs.ts'

const request = schema((t) =>
  t.object({
    location: t.uri(),
    retries: t.optional(t.integer()),
    retrieveDate: t.dateTime(),
    retryInterval: t.optional(t.integer()),
  }),
)
const response = schema((t) => t.object({}))

/**
 * §5.19: has firmware fetched from `location`, not before `retrieveDate`, and installed. Progress comes as
 * FirmwareStatusNotification. Where signed updates are supported this is refused (whitepaper L01.FR.20). A `location`
 * may be a file of ours.
 */
export const UpdateFirmware = centralSystemAction({
  action: 'UpdateFirmware',
  request,
  response,
  composes: ['retrieveDate'],

  async compose(payload, { now, store, depot }) {
    const { location, retrieveDate } = payload
    if (isOurs(location)) {
      const issues = [
        ...(await issuesOfFile({ store, depot }, 'location', location, 'firmware')),
        ...issuesOfFetchTime('retrieveDate', retrieveDate, now),
      ]
      if (issues.length > 0) return { issues }
    }
    return retrieveDate === undefined
      ? { payload: { ...payload, retrieveDate: now }, composed: true }
      : { payload }
  },

  async begin({ location, retrieveDate }, context) {
    await beginJob(context, { kind: 'firmware', location, notBefore: retrieveDate })
  },

  async resolve(request, { depot }) {
    const fileId = fileIdOf(request.location)
    if (fileId === undefined) return request
    return { ...request, location: await depot.downloadUrl(fileId, { seconds: URL_SECONDS }) }
  },

  async settle(_request, _response, context) {
    await settleJob(context, { outcome: 'accepted' })
  },
})
