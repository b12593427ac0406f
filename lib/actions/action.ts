import type { Schema } from '../ocpp/schema.ts'
import type { Live, LiveChange, RegistrationStatus, Store } from '../store/port.ts'

/** What an action's behaviour may see and do. Time, store and settings are given, never fetched. */
export interface AnswerContext {
  chargePointId: string
  /** Receipt, ISO 8601 UTC. */
  receivedAt: string
  /** The live record after the charge point was heard. */
  live: Live
  store: Store
  settings: { heartbeatInterval: number }
}

/** An action a charge point sends (spec ch. 4). */
export interface StationAction<Req = unknown, Res = unknown> {
  action: string
  request: Schema<Req>
  response: Schema<Res>
  /** Answered before the charge point is accepted, too: BootNotification alone (§4.2). */
  beforeAcceptance?: true
  /** What the message says of the live record; it rides on the write that every message costs anyway. */
  hear?(request: Req, heard: { chargePointId: string; receivedAt: string }): LiveChange | undefined
  /** Absent: the action is known, but not served (NotSupported). Refusals are thrown as OcppError. */
  answer?(request: Req, context: AnswerContext): Promise<Res>
}

export interface SettleContext {
  chargePointId: string
  messageId: string
  settledAt: string
  store: Store
  /** The hash of the secret in the request, if it had one. */
  sealed?: string
}

/** An action the central system sends (spec ch. 5). */
export interface CentralSystemAction<Req = unknown, Res = unknown> {
  action: string
  request: Schema<Req>
  response: Schema<Res>
  /** Registration statuses in which it may be sent; while Rejected nothing is (§4.2). */
  allowed: readonly RegistrationStatus[]
  /** For a request with a secret in it: what of it may be kept on record, and the secret's hash for `settle`. */
  conceal?(
    request: Req,
    hash: (secret: string) => Promise<string>,
  ): Promise<{ request: Req; sealed: string } | undefined>
  /** What the station's answer changes here. Run again after a crash, it must change nothing more. */
  settle?(request: Req, response: Res, context: SettleContext): Promise<void>
}

export const WHILE_ACCEPTED: readonly RegistrationStatus[] = ['Accepted']
export const WHILE_KNOWN: readonly RegistrationStatus[] = ['Accepted', 'Pending']

/** Keeps the types of one row together; the tables hold rows of any type. */
export function stationAction<Req, Res>(row: StationAction<Req, Res>): StationAction<Req, Res> {
  return row
}

export function centralSystemAction<Req, Res>(
  row: Omit<CentralSystemAction<Req, Res>, 'allowed'> & { allowed?: readonly RegistrationStatus[] },
): CentralSystemAction<Req, Res> {
  return { allowed: WHILE_KNOWN, ...row }
}
