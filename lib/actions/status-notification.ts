import { schema } from '../ocpp/schema.ts'
import { shorten } from '../ocpp/shorten.ts'
import { stationAction } from './action.ts'
import { FIRST_BELIEVABLE } from './clock.ts'
import { isConnector } from './connector.ts'
import { endReservations } from './reservations.ts'
import { doubtOnAvailable } from './zombies.ts'

/** §7.7 */
export const CONNECTOR_STATUSES = [
  'Available',
  'Preparing',
  'Charging',
  'SuspendedEVSE',
  'SuspendedEV',
  'Finishing',
  'Reserved',
  'Unavailable',
  'Faulted',
] as const

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
    info: t.optionalIfReadable(t.string(50)),
    status: t.enum(CONNECTOR_STATUSES),
    timestamp: t.optional(t.instantOrReceipt()),
    vendorId: t.optionalIfReadable(t.string(255)),
    vendorErrorCode: t.optionalIfReadable(t.string(50)),
  }),
)
const response = schema((t) => t.object({}))

/**
 * §4.9: the state of a connector, or of the charge point itself (connector 0: Available, Unavailable or Faulted only).
 * With any status but Faulted an error code is a warning. Without a timestamp it happened when it was received (§6.47). A
 * connector out of service is reserved no more (§5.13), and one that is free charges nobody.
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
      status: { ...cut(status), timestamp: believable(timestamp, receivedAt), receivedAt },
    }
  },

  async answer({ connectorId }, context) {
    const shown = context.live.connectors[connectorId]?.status
    // What is stale, or came over a connection that was replaced, is not shown, and changes nothing else.
    if (shown?.receivedAt === context.receivedAt) {
      await endReservations(context, connectorId, shown.status)
      if (shown.status === 'Available') await doubtOnAvailable(context, connectorId, shown.timestamp)
    }
    return {}
  },
})

/** The live record is written with every message: what is in it is as long as the specification allows, and no longer. */
const LONGEST = { info: 50, vendorId: 255, vendorErrorCode: 50 }

function cut<T extends object>(status: T): T {
  return Object.fromEntries(
    Object.entries(status).map(([name, value]) => [
      name,
      name in LONGEST ? shorten(String(value), LONGEST[name as keyof typeof LONGEST]) : value,
    ]),
  ) as T
}

/** The station's time of the status. One that cannot be, before OCPP 1.6 or after the receipt, gives way to the receipt. */
function believable(timestamp: string | undefined, receivedAt: string): string {
  return timestamp && timestamp >= FIRST_BELIEVABLE && timestamp <= receivedAt ? timestamp : receivedAt
}
