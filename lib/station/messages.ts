import type { OcppError } from '../ocpp/error.ts'
import { type Dialect, schema, type TypeOf } from '../ocpp/schema.ts'

export type Payload = Record<string, unknown>

export const AUTHORIZATION_STATUSES = ['Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx'] as const
export const REGISTRATION_STATUSES = ['Accepted', 'Pending', 'Rejected'] as const
export type RegistrationStatus = (typeof REGISTRATION_STATUSES)[number]

/** ChargePointStatus (§7.7). */
export type ConnectorState =
  | 'Available'
  | 'Preparing'
  | 'Charging'
  | 'SuspendedEVSE'
  | 'SuspendedEV'
  | 'Finishing'
  | 'Reserved'
  | 'Unavailable'
  | 'Faulted'

/** Why a transaction stopped (§7.36). */
export type StopReason =
  | 'DeAuthorized'
  | 'EmergencyStop'
  | 'EVDisconnected'
  | 'HardReset'
  | 'Local'
  | 'Other'
  | 'PowerLoss'
  | 'Reboot'
  | 'Remote'
  | 'SoftReset'
  | 'UnlockCommand'

export const idTagInfoOf = (t: Dialect) =>
  t.object({
    status: t.enum(AUTHORIZATION_STATUSES),
    parentIdTag: t.optional(t.string(20)),
    expiryDate: t.optional(t.dateTime()),
  })
const idTagInfo = schema(idTagInfoOf)
export type IdTagInfo = TypeOf<typeof idTagInfo>

const nothing = schema((t) => t.object({}))

/** What the central system answers to what a charge point sends (§6, security whitepaper). */
export const confirmations = {
  Authorize: schema((t) => t.object({ idTagInfo: idTagInfoOf(t) })),
  BootNotification: schema((t) =>
    t.object({ status: t.enum(REGISTRATION_STATUSES), currentTime: t.dateTime(), interval: t.integer() }),
  ),
  DataTransfer: schema((t) => t.object({ status: t.string(), data: t.optional(t.string()) })),
  DiagnosticsStatusNotification: nothing,
  FirmwareStatusNotification: nothing,
  Heartbeat: schema((t) => t.object({ currentTime: t.dateTime() })),
  LogStatusNotification: nothing,
  MeterValues: nothing,
  SecurityEventNotification: nothing,
  SignedFirmwareStatusNotification: nothing,
  StartTransaction: schema((t) => t.object({ idTagInfo: idTagInfoOf(t), transactionId: t.integer() })),
  StatusNotification: nothing,
  StopTransaction: schema((t) => t.object({ idTagInfo: t.optional(idTagInfoOf(t)) })),
}
export type StationAction = keyof typeof confirmations
export type Confirmation<A extends StationAction> = TypeOf<(typeof confirmations)[A]>

/** Sends a CALL and waits for its answer. Rejects with `CallFailed`, and with nothing else. */
export type Send = <A extends StationAction>(action: A, payload: Payload) => Promise<Confirmation<A>>

/** `Offline`: never sent, or the connection went before the answer came. `Refused`: a CALLERROR, or an answer nobody can read. */
export type FailureReason = 'Offline' | 'TimedOut' | 'Refused'

export class CallFailed extends Error {
  override name = 'CallFailed'
  readonly reason: FailureReason

  constructor(reason: FailureReason, action: string, error?: OcppError) {
    const why = { Offline: 'the station is offline', TimedOut: 'no answer in time', Refused: 'refused' }[
      reason
    ]
    super(error ? `${action}: ${error.code} ${error.description}`.trim() : `${action}: ${why}`)
    this.reason = reason
  }
}
