import { schema } from '../ocpp/schema.ts'
import { triggerMessageStatus } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) =>
  t.object({
    requestedMessage: t.enum([
      'BootNotification',
      'LogStatusNotification',
      'FirmwareStatusNotification',
      'Heartbeat',
      'MeterValues',
      'SignChargePointCertificate',
      'StatusNotification',
    ]),
    connectorId: t.optional(t.integer()),
  }),
)
const response = schema((t) => t.object({ status: triggerMessageStatus(t) }))

/**
 * Whitepaper §5.5: TriggerMessage for the messages of the whitepaper, too. SignChargePointCertificate asks for
 * SignCertificate, FirmwareStatusNotification for the signed one (§6.16).
 */
export const ExtendedTriggerMessage = centralSystemAction({
  action: 'ExtendedTriggerMessage',
  request,
  response,
})
