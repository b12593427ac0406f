import type { Schema } from '../ocpp/schema.ts'
import type { Depot, Live, LiveChange, RegistrationStatus, Store } from '../store/port.ts'

/** How a frame reached us: the gateway's route, and whether the event told whose connection it is. */
export interface Via {
  route: string
  identity: 'carried' | 'looked up'
}

/** What an action's behaviour may see and do. Time, store and settings are given, never fetched. */
export interface AnswerContext {
  chargePointId: string
  /** Receipt, ISO 8601 UTC. */
  receivedAt: string
  /** The live record after the charge point was heard. */
  live: Live
  via?: Via
  store: Store
  depot: Depot
  settings: { heartbeatInterval: number; fileMaxBytes: number }
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

/** What is wrong with a payload, place by place: `connectorId`, `csChargingProfiles.stackLevel`. */
export interface Issue {
  path: string
  message: string
}

export interface ComposeContext {
  chargePointId: string
  /** ISO 8601 UTC. */
  now: string
  store: Store
  depot: Pick<Depot, 'sizeOf'>
}

/** `composed`: the payload is ours, or a part of it. */
export type Composed = { payload: Record<string, unknown>; composed?: true } | { issues: Issue[] }

export interface BeginContext {
  chargePointId: string
  messageId: string
  origin?: string
  now: string
  store: Store
}

export interface ResolveContext {
  chargePointId: string
  messageId: string
  now: string
  depot: Depot
}

export interface SettleContext {
  chargePointId: string
  messageId: string
  origin?: string
  /** When the call was sent: what a later call was told counts for more. */
  askedAt: string
  settledAt: string
  /** The payload was composed here. */
  composed: boolean
  store: Store
  /** The hash of the secret in the request, if it had one. */
  sealed?: string
  /** Asks for another call to the same charge point, after those that wait. The same answer asks for it once. */
  follow(call: FollowUp): void
}

export interface FollowUp {
  action: string
  payload: Record<string, unknown>
}

/** An action the central system sends (spec ch. 5). */
export interface CentralSystemAction<Req = unknown, Res = unknown> {
  action: string
  request: Schema<Req>
  response: Schema<Res>
  /** Registration statuses in which it may be sent; while Rejected nothing is (§4.2). */
  allowed: readonly RegistrationStatus[]
  /** Properties of the request that an operator may leave out: `compose` fills them in. */
  composes?: readonly string[]
  /** Fills in what is left out of a payload, and refuses what its schema alone cannot. Before the schema is applied. */
  compose?(payload: Record<string, unknown>, context: ComposeContext): Promise<Composed>
  /** For a request with a secret in it: what of it may be kept on record, and the secret's hash for `settle`. */
  conceal?(
    request: Req,
    hash: (secret: string) => Promise<string>,
  ): Promise<{ request: Req; sealed: string } | undefined>
  /** What is put on record beside the call before it can be sent. Run again, it must change nothing more. */
  begin?(request: Req, context: BeginContext): Promise<void>
  /** The request as it goes over the wire, where that differs from the record: with URLs to files of ours. */
  resolve?(request: Req, context: ResolveContext): Promise<Req>
  /** What the station's answer changes here, late or in time. Run again after a crash, it must change nothing more. */
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
