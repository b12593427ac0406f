import { schema } from '../ocpp/schema.ts'
import { centralSystemAction } from './action.ts'

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
 * means that there is nothing to upload. Progress comes as DiagnosticsStatusNotification.
 */
export const GetDiagnostics = centralSystemAction({ action: 'GetDiagnostics', request, response })
