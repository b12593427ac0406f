import { schema } from '../ocpp/schema.ts'
import { stationAction } from './action.ts'
import { reportProgress } from './jobs.ts'

const request = schema((t) => t.object({ status: t.enum(['Idle', 'Uploaded', 'UploadFailed', 'Uploading']) }))
const response = schema((t) => t.object({}))

/** §4.4: how the upload asked for with GetDiagnostics goes. Idle only ever answers a TriggerMessage. */
export const DiagnosticsStatusNotification = stationAction({
  action: 'DiagnosticsStatusNotification',
  request,
  response,

  hear: ({ status }) => ({ kind: 'diagnostics', status }),

  async answer({ status }, context) {
    await reportProgress(context, { kind: 'diagnostics', status })
    return {}
  },
})
