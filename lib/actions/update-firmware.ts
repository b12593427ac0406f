import { schema } from '../ocpp/schema.ts'
import { centralSystemAction } from './action.ts'

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
 * FirmwareStatusNotification. Where signed updates are supported this is refused (whitepaper L01.FR.20).
 */
export const UpdateFirmware = centralSystemAction({ action: 'UpdateFirmware', request, response })
