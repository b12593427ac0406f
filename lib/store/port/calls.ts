import type { Live, RegistrationStatus } from './charge-points.ts'
import type { Page, PageRequest } from './page.ts'

export const CLOSED_STATUSES = [
  'Answered',
  'Refused',
  'TimedOut',
  'Undelivered',
  'Expired',
  'Cancelled',
] as const
export type ClosedStatus = (typeof CLOSED_STATUSES)[number]
export type CallStatus = 'Queued' | 'Sent' | ClosedStatus

/** A central-system request, from the operator's wish to its end. */
export interface CallRecord {
  chargePointId: string
  /** UUIDv7: ordered by time. */
  messageId: string
  action: string
  payload: Record<string, unknown>
  status: CallStatus
  /** What `settle` needs of a secret in the request: its hash. Never shown. */
  sealed?: string
  /** Who asked. */
  origin?: string
  /** The payload, or a part of it, was composed here rather than given. */
  composed?: true
  /** Its place in the task it belongs to. */
  task?: TaskPlace
  createdAt: string
  timeoutSeconds: number
  /** A queued call that has not left by then is Expired. */
  expiresAt: string
  /** Waits for its station rather than ending when the station is not there. */
  queueWhenOffline?: boolean
  sentAt?: string
  connectionId?: string
  /** A call sent and not answered by then is TimedOut. */
  deadline?: string
  closedAt?: string
  response?: unknown
  error?: CallFailure
  /** An answer that came when the call had ended already. */
  lateReply?: { response?: unknown; error?: CallFailure; at: string }
  /** The transaction that a remote start led to. */
  transactionId?: number
  /** When the charge point booted after this reset. */
  bootedAt?: string
}

export interface TaskPlace {
  taskId: string
  /** The batch of charge points, from 0, the place in it, and how many are in it. */
  batch: number
  position: number
  size: number
}

/** `code`: the station's CALLERROR code, or our own word for what went wrong. */
export interface CallFailure {
  code: string
  /** The station's own code, where OCPP-J knows none of that name. */
  sentCode?: string
  description: string
  details?: Record<string, unknown>
}

export interface CallEnd {
  status: ClosedStatus
  at: string
  response?: unknown
  error?: CallFailure
}

export type Slot =
  /** `anew`: by this very write; otherwise whoever asked for the same call before holds it. */
  | { taken: true; anew: boolean; connectionId: string; live: Live }
  | { taken: false; reason: 'unknown' | 'offline' | 'busy' | 'not-accepted' }

export interface Calls {
  /** Takes the charge point's one in-flight slot. Never while calls wait in its queue: order is kept. */
  takeSlot(slot: {
    chargePointId: string
    messageId: string
    deadline: string
    now: string
    allowed: readonly RegistrationStatus[]
  }): Promise<Slot>
  /** Writes a new call's record; a call that is on record already stays as it is. */
  recordCall(call: CallRecord): Promise<'recorded' | 'exists'>
  /** Puts a recorded call at the end of the queue. */
  enqueueCall(chargePointId: string, messageId: string): Promise<Live | 'unknown' | 'full'>
  /** Moves a queued call, by its place in the queue, into the free slot; undefined if someone else was faster. */
  takeNext(
    live: Live,
    position: number,
    now: string,
    deadline: string,
  ): Promise<{ messageId: string; connectionId: string; live: Live } | undefined>
  /** Takes an ended call off its place in the queue; the live record as it stands then. */
  dropQueued(live: Live, position: number): Promise<Live | undefined>
  /** Puts a call that did not reach its station back to the head of the queue, and frees the slot it held. */
  requeueCall(chargePointId: string, messageId: string): Promise<void>
  /** A queued call becomes Sent; undefined if it has ended meanwhile. */
  markSent(
    chargePointId: string,
    messageId: string,
    sent: { connectionId: string; sentAt: string; deadline: string },
  ): Promise<CallRecord | undefined>
  /**
   * The first end wins, and an answer only until the deadline. `closed: false` gives the record as it stands, or none
   * where no such call exists.
   */
  closeCall(
    chargePointId: string,
    messageId: string,
    end: CallEnd,
  ): Promise<{ closed: boolean; call?: CallRecord }>
  /** Keeps the first answer that came too late. */
  recordLateReply(
    chargePointId: string,
    messageId: string,
    reply: NonNullable<CallRecord['lateReply']>,
  ): Promise<void>
  /** Frees the slot if this call still holds it; `heardAt` notes that the charge point was heard, if it does. The live record as it stands then. */
  freeSlot(chargePointId: string, messageId: string, heardAt?: string): Promise<Live | undefined>
  /** Counts a response that breaks its schema against the charge point. */
  noteViolation(
    chargePointId: string,
    violation: { action: string; path: string; message: string },
    at: string,
  ): Promise<void>
  /** Notes what came of a call that was answered, the first time. */
  noteConsequence(
    chargePointId: string,
    messageId: string,
    consequence: { transactionId: number } | { bootedAt: string },
  ): Promise<void>
  /** Takes back that a boot came of a call. */
  forgetBoot(chargePointId: string, messageId: string): Promise<void>
  getCall(chargePointId: string, messageId: string): Promise<CallRecord | undefined>
  /** In the order asked for; `undefined` where there is none. */
  getCalls(calls: { chargePointId: string; messageId: string }[]): Promise<(CallRecord | undefined)[]>
  /** Newest first. Where not all are wanted, a page may be short, or empty, and still carry a cursor. */
  listCalls(
    chargePointId: string,
    page: PageRequest,
    holds?: (call: CallRecord) => boolean,
  ): Promise<Page<CallRecord>>
}
