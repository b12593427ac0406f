import { schema } from '../ocpp/schema.ts'
import { stationAction } from './action.ts'
import { reportProgress } from './jobs.ts'

const request = schema((t) =>
  t.object({
    status: t.enum([
      'Downloaded',
      'DownloadFailed',
      'Downloading',
      'Idle',
      'InstallationFailed',
      'Installing',
      'Installed',
    ]),
  }),
)
const response = schema((t) => t.object({}))

/** §4.5: how the update started with UpdateFirmware goes. Idle only ever answers a TriggerMessage. */
export const FirmwareStatusNotification = stationAction({
  action: 'FirmwareStatusNotification',
  request,
  response,

  hear: ({ status }) => ({ kind: 'firmware', status }),

  async answer({ status }, context) {
    await reportProgress(context, { kind: 'firmware', status })
    return {}
  },
})
