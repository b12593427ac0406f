import { schema } from '../../ocpp/schema.ts'
import { handler, reply } from './handler.ts'

const getDiagnostics = schema((t) =>
  t.object({
    location: t.uri(),
    retries: t.optional(t.integer()),
    retryInterval: t.optional(t.integer()),
    startTime: t.optional(t.dateTime()),
    stopTime: t.optional(t.dateTime()),
  }),
)

/** §5.9. Nothing is uploaded: only the notifications are. */
export const GetDiagnostics = handler(getDiagnostics, (_, { maintenance }) =>
  reply({ fileName: maintenance.diagnosticsFile() }, () => maintenance.uploadDiagnostics()),
)

const updateFirmware = schema((t) =>
  t.object({
    location: t.uri(),
    retrieveDate: t.dateTime(),
    retries: t.optional(t.integer()),
    retryInterval: t.optional(t.integer()),
  }),
)

/** §5.19. Nothing is downloaded: only the notifications are sent, and the boot after them. */
export const UpdateFirmware = handler(updateFirmware, ({ location, retrieveDate }, { maintenance }) =>
  reply({}, () => maintenance.updateFirmware(location, retrieveDate)),
)
