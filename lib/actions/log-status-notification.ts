import { schema } from '../ocpp/schema.ts'
import { stationAction } from './action.ts'
import { reportProgress } from './jobs.ts'

const request = schema((t) =>
  t.object({
    status: t.enum([
      'BadMessage',
      'Idle',
      'NotSupportedOperation',
      'PermissionDenied',
      'Uploaded',
      'UploadFailure',
      'Uploading',
    ]),
    requestId: t.optional(t.integer()),
  }),
)
const response = schema((t) => t.object({}))

/**
 * Whitepaper N01, §5.13: how the upload asked for with GetLog goes, under that request's id. Only an Idle that answers
 * an ExtendedTriggerMessage may lack the id.
 */
export const LogStatusNotification = stationAction({
  action: 'LogStatusNotification',
  request,
  response,

  hear: ({ status }) => ({ kind: 'log', status }),

  async answer({ status, requestId }, context) {
    await reportProgress(context, { kind: 'log', status, requestId })
    return {}
  },
})
