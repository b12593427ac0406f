import { schema } from '../ocpp/schema.ts'
import { stationAction } from './action.ts'
import { reportProgress } from './jobs.ts'

const request = schema((t) =>
  t.object({
    status: t.enum([
      'Downloaded',
      'DownloadFailed',
      'Downloading',
      'DownloadScheduled',
      'DownloadPaused',
      'Idle',
      'InstallationFailed',
      'Installing',
      'Installed',
      'InstallRebooting',
      'InstallScheduled',
      'InstallVerificationFailed',
      'InvalidSignature',
      'SignatureVerified',
    ]),
    requestId: t.optional(t.integer()),
  }),
)
const response = schema((t) => t.object({}))

/**
 * Whitepaper L01, §5.19: how the update started with SignedUpdateFirmware goes, state by state, under that request's id.
 * Only Idle may lack the id (L01.FR.21).
 */
export const SignedFirmwareStatusNotification = stationAction({
  action: 'SignedFirmwareStatusNotification',
  request,
  response,

  hear: ({ status }) => ({ kind: 'firmware', status }),

  async answer({ status, requestId }, context) {
    await reportProgress(context, { kind: 'signedFirmware', status, requestId })
    return {}
  },
})
