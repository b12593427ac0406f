import { schema } from '../ocpp/schema.ts'
import { triggerMessageStatus } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) =>
  t.object({
    requestedMessage: t.enum([
      'BootNotification',
      'DiagnosticsStatusNotification',
      'FirmwareStatusNotification',
      'Heartbeat',
      'MeterValues',
      'StatusNotification',
    ]),
    connectorId: t.optional(t.integer()),
  }),
)
const response = schema((t) => t.object({ status: triggerMessageStatus(t) }))

/**
 * §5.17: has the charge point send a message of its own now, after its answer. Without a connector, one for each the
 * message can be about. Not for a BootNotification from a charge point that is Accepted (errata 3.40).
 */
export const TriggerMessage = centralSystemAction({ action: 'TriggerMessage', request, response })
