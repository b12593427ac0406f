import { schema, type TypeOf } from '../ocpp/schema.ts'
import { stationAction } from './action.ts'
import { isConnector } from './connector.ts'

const request = schema((t) =>
  t.object({
    connectorId: t.integer(),
    errorCode: t.enum(
      [
        'ConnectorLockFailure',
        'EVCommunicationError',
        'GroundFailure',
        'HighTemperature',
        'InternalError',
        'LocalListConflict',
        'NoError',
        'OtherError',
        'OverCurrentFailure',
        'PowerMeterFailure',
        'PowerSwitchFailure',
        'ReaderFailure',
        'ResetFailure',
        'UnderVoltage',
        'OverVoltage',
        'WeakSignal',
      ],
      'OtherError',
    ),
    info: t.optional(t.string(50)),
    status: t.enum([
      'Available',
      'Preparing',
      'Charging',
      'SuspendedEVSE',
      'SuspendedEV',
      'Finishing',
      'Reserved',
      'Unavailable',
      'Faulted',
    ]),
    timestamp: t.optional(t.instantOrReceipt()),
    vendorId: t.optional(t.string(255)),
    vendorErrorCode: t.optional(t.string(50)),
  }),
)
const response = schema((t) => t.object({}))

export type StatusNotificationRequest = TypeOf<typeof request>

/**
 * §4.9: the state of a connector, or of the charge point itself (connector 0: Available, Unavailable or Faulted only).
 * With any status but Faulted an error code is a warning. Without a timestamp it happened when it was received (§6.47).
 */
export const StatusNotification = stationAction({
  action: 'StatusNotification',
  request,
  response,

  hear({ connectorId, timestamp, ...status }, { receivedAt }) {
    if (!isConnector(connectorId)) return undefined
    return {
      kind: 'status',
      connectorId,
      status: { ...status, timestamp: believable(timestamp, receivedAt), receivedAt },
    }
  },

  async answer() {
    return {}
  },
})

/** No charge point with OCPP 1.6 was switched on before that: a clock that says so was never set. */
const FIRST_BELIEVABLE = '2015-01-01T00:00:00.000Z'

/** The station's time of the status. One that cannot be, before OCPP 1.6 or after the receipt, gives way to the receipt. */
function believable(timestamp: string | undefined, receivedAt: string): string {
  return timestamp && timestamp >= FIRST_BELIEVABLE && timestamp <= receivedAt ? timestamp : receivedAt
}
