/**
 * What the rest of Busbar may ask of the store: verbs of the domain, no keys and no database. All instants are ISO 8601
 * UTC strings with milliseconds. Every write is conditional or idempotent, so that a retry finishes what a crash left.
 */

export type RegistrationStatus = 'Accepted' | 'Pending' | 'Rejected'
export type SecurityProfile = 0 | 1 | 2 | 3

export interface Page<T> {
  items: T[]
  /** Hand it back to read on; absent on the last page. */
  cursor?: string
}

export interface PageRequest {
  limit: number
  cursor?: string
}

/** The operator's record of a charge point: what rarely changes. */
export interface ChargePoint {
  chargePointId: string
  registrationStatus: RegistrationStatus
  securityProfile: SecurityProfile
  passwordHash?: string
  description?: string
  address?: string
  /** Seconds; overrides the central system's own (BootNotification.conf `interval`, §4.2). */
  heartbeatInterval?: number
  /** Answer this charge point's violations of the schema with CALLERROR instead of kindness. */
  strict?: boolean
  boot?: BootRecord
  createdAt: string
  updatedAt: string
  version: number
}

/** The latest BootNotification.req (§6.3). */
export interface BootRecord {
  chargePointVendor: string
  chargePointModel: string
  chargePointSerialNumber?: string
  chargeBoxSerialNumber?: string
  firmwareVersion?: string
  iccid?: string
  imsi?: string
  meterType?: string
  meterSerialNumber?: string
  at: string
}

/** What GetConfiguration.conf last said, kept current by accepted ChangeConfigurations. */
export interface ConfigurationSnapshot {
  at: string
  keys: Record<string, { value?: string; readonly: boolean; rebootRequired?: boolean }>
  unknownKeys?: string[]
}

export interface Connection {
  connectionId: string
  connectedAt: string
  address?: string
}

/** What changes often, in a record of its own that stays under 1 KB. */
export interface Live {
  chargePointId: string
  registrationStatus: RegistrationStatus
  connection?: Connection
  lastSeenAt?: string
  /** By connectorId; 0 is the charge point itself. */
  connectors: Record<number, ConnectorState>
  inFlight?: InFlight
  /** Message ids of the calls that wait for the slot, first to leave first. */
  queue: string[]
  firmware?: { status: string; at: string }
  diagnostics?: { status: string; at: string }
  log?: { status: string; at: string }
  violations: number
  lastViolation?: { action: string; path: string; message: string; at: string }
}

export interface ConnectorState {
  status?: ConnectorStatus
  transactionId?: number
}

export interface ConnectorStatus {
  status: string
  errorCode: string
  info?: string
  vendorId?: string
  vendorErrorCode?: string
  /** The station's own time of the status, or the receipt where it gave none that can be believed. */
  timestamp: string
  receivedAt: string
}

export interface InFlight {
  messageId: string
  connectionId: string
  deadline: string
}

/** A change to the live record that rides on the write that notes that the charge point was heard. */
export type LiveChange =
  | { kind: 'status'; connectorId: number; status: ConnectorStatus }
  /** The transaction this start is, or will be, on its connector. */
  | { kind: 'start'; start: TransactionStart }
  | { kind: Progress; status: string }

/** What a charge point reports the progress of: an update, an upload of diagnostics, an upload of a log. */
export type Progress = 'firmware' | 'diagnostics' | 'log'

export interface Heard {
  chargePointId: string
  connectionId: string
  at: string
  change?: LiveChange
  violation?: { action: string; path: string; message: string }
}

/** `current: false`: the frame came over a connection that a newer one has replaced; nothing was changed. */
export type Hearing = { known: false } | { known: true; current: boolean; live: Live }

export interface ChargePoints {
  createChargePoint(chargePoint: ChargePoint): Promise<'created' | 'exists'>
  getChargePoint(chargePointId: string): Promise<ChargePoint | undefined>
  getLive(chargePointId: string): Promise<Live | undefined>
  /** Ordered by chargePointId. */
  listChargePoints(page: PageRequest): Promise<Page<{ chargePoint: ChargePoint; live: Live | undefined }>>
  /** Applies the change if `version`, when given, is still the record's own. `null` removes a property. */
  updateChargePoint(
    chargePointId: string,
    change: ChargePointChange,
    at: string,
    version?: number,
  ): Promise<ChargePoint | 'unknown' | 'changed'>
  /** Its transactions, calls and meter values stay. */
  deleteChargePoint(chargePointId: string, version?: number): Promise<'deleted' | 'unknown' | 'changed'>
  recordBoot(chargePointId: string, boot: BootRecord): Promise<ChargePoint | undefined>
  getConfiguration(chargePointId: string): Promise<ConfigurationSnapshot | undefined>
  recordConfiguration(chargePointId: string, configuration: ConfigurationSnapshot): Promise<void>

  /** The newest connection wins; the one it replaced comes back, to be closed. */
  connect(
    chargePointId: string,
    connection: Connection,
  ): Promise<{ outcome: 'connected'; replaced?: Connection } | { outcome: 'unknown' | 'superseded' }>
  /** Whose connection it is: asked where an event does not say. */
  chargePointOf(connectionId: string): Promise<string | undefined>
  /** Changes something only if the connection is the current one. */
  disconnect(chargePointId: string, connectionId: string): Promise<boolean>
  hear(heard: Heard): Promise<Hearing>
  /** Notes the transaction that runs on a connector. */
  noteTransaction(chargePointId: string, connectorId: number, transactionId: number): Promise<void>
  /** Forgets the transaction on its connector, if it is still the one noted there. */
  clearTransaction(chargePointId: string, connectorId: number, transactionId: number): Promise<void>
}

export type ChargePointChange = {
  [K in
    | 'registrationStatus'
    | 'securityProfile'
    | 'passwordHash'
    | 'description'
    | 'address'
    | 'heartbeatInterval'
    | 'strict']?: ChargePoint[K] | null
}

/** A charge point that dialled in, or a tag that was presented, without being registered. */
export interface Unknown {
  id: string
  attempts: number
  firstAt: string
  lastAt: string
  /** Where it was last seen: the caller's address, or the charge point that read the tag. */
  from?: string
}

export type InboxKind = 'charge-point' | 'id-tag'

export interface Inbox {
  rememberUnknown(kind: InboxKind, id: string, at: string, from?: string): Promise<void>
  listUnknown(kind: InboxKind, page: PageRequest): Promise<Page<Unknown>>
  forgetUnknown(kind: InboxKind, id: string): Promise<boolean>
}

/** §7.27. `status` is the verdict, final for the transaction it was given to. */
export interface IdTagInfo {
  status: 'Accepted' | 'Blocked' | 'Expired' | 'Invalid' | 'ConcurrentTx'
  expiryDate?: string
  parentIdTag?: string
}

export interface IdTag {
  /** As the operator wrote it; compared without case (§7 CiString20). */
  idTag: string
  parentIdTag?: string
  expiryDate?: string
  blocked: boolean
  /** How many transactions it may have at once; 0 forbids all. */
  maxActiveTransactions: number
  note?: string
  createdAt: string
  updatedAt: string
  version: number
}

export type IdTagChange = {
  [K in 'parentIdTag' | 'expiryDate' | 'blocked' | 'maxActiveTransactions' | 'note']?: IdTag[K] | null
}

export interface IdTags {
  createIdTag(idTag: IdTag): Promise<'created' | 'exists'>
  /** `active`: the transactions that occupy the tag now. */
  getIdTag(idTag: string): Promise<{ idTag: IdTag; active: number[] } | undefined>
  listIdTags(page: PageRequest): Promise<Page<IdTag>>
  updateIdTag(
    idTag: string,
    change: IdTagChange,
    at: string,
    version?: number,
  ): Promise<IdTag | 'unknown' | 'changed'>
  deleteIdTag(idTag: string, version?: number): Promise<'deleted' | 'unknown' | 'changed'>
  /** Counts the transaction among the tag's active ones unless `max` others are there already; they come back then. */
  occupyIdTag(idTag: string, transactionId: number, max: number): Promise<'occupied' | number[]>
  releaseIdTag(idTag: string, transactionId: number): Promise<void>
}

export type TransactionFlag =
  /** The start was refused: its idTagInfo is not Accepted. */
  | 'refused'
  /** A stop came for a transaction that was never started here. */
  | 'orphanStop'
  /** Another, different stop came for a transaction that had stopped already. */
  | 'secondStop'
  /** The stop's meter reading is below the start's. */
  | 'meterBackwards'

export interface Transaction {
  /** Positive 31-bit integer, unique over all charge points. */
  transactionId: number
  chargePointId: string
  connectorId?: number
  idTag?: string
  /** Wh. */
  meterStart?: number
  startedAt?: string
  reservationId?: number
  /** The verdict the start was answered with. */
  idTagInfo?: IdTagInfo
  startReceivedAt?: string
  stop?: TransactionStop
  flags: TransactionFlag[]
}

export interface TransactionStop {
  /** Given empty where the station gave none that can be read; the receipt then stands in for it. */
  timestamp: string
  /** Wh. */
  meterStop: number
  reason: string
  idTag?: string
  idTagInfo?: IdTagInfo
  receivedAt: string
  /** What the station called the transaction, where that is not its id here (orphan and second stops). */
  reportedTransactionId?: number
}

/**
 * Two starts of one charge point with the same four facts are one transaction, however often they are sent. `timestamp`
 * is empty where the station gave none that can be read; the receipt then stands in for it.
 */
export interface TransactionStart {
  chargePointId: string
  connectorId: number
  idTag: string
  meterStart: number
  timestamp: string
  reservationId?: number
}

export interface TransactionFilter {
  chargePointId?: string
  idTag?: string
  /** Only those running (true) or stopped (false). */
  active?: boolean
}

export interface MeterValuesRecord {
  chargePointId: string
  connectorId?: number
  transactionId?: number
  /** As received, normalised: one entry per sampled instant (§7.33). */
  meterValue: MeterValueEntry[]
  receivedAt: string
  /** late: after the stop. orphan: names a transaction that is not this charge point's. transactionData: came with the stop. */
  flag?: 'late' | 'orphan' | 'transactionData'
}

export interface MeterValueEntry {
  /** Given empty where the station gave none that can be read; the receipt then stands in for it. */
  timestamp: string
  sampledValue: SampledValue[]
}

/** §7.43: absent means Sample.Periodic, Raw, Energy.Active.Import.Register, Outlet, Wh. */
export interface SampledValue {
  value: string
  context?: string
  format?: string
  measurand?: string
  phase?: string
  location?: string
  unit?: string
}

export interface Transactions {
  /**
   * The id this start has, or will have: a hash of its facts, moved on where another transaction holds it already.
   * `transaction` is there if the start was recorded before: then it is a resend.
   */
  findStart(start: TransactionStart): Promise<{ transactionId: number; transaction?: Transaction }>
  /** One conditional write. What comes back is what is stored: on a resend the first record, not this one. */
  recordStart(
    transactionId: number,
    start: TransactionStart,
    idTagInfo: IdTagInfo,
    receivedAt: string,
  ): Promise<Transaction>
  /** A stop without its start, or a second stop, becomes a flagged record of its own; a resend comes back unchanged. */
  recordStop(
    chargePointId: string,
    transactionId: number,
    stop: TransactionStop,
  ): Promise<{ transaction: Transaction; resent: boolean }>
  getTransaction(transactionId: number): Promise<Transaction | undefined>
  /** Newest start first. */
  listTransactions(filter: TransactionFilter, page: PageRequest): Promise<Page<Transaction>>
  /** A resend changes nothing. */
  recordMeterValues(record: MeterValuesRecord): Promise<void>
  listTransactionMeterValues(transactionId: number, page: PageRequest): Promise<Page<MeterValuesRecord>>
  /** Those that belong to no transaction here. */
  listChargePointMeterValues(chargePointId: string, page: PageRequest): Promise<Page<MeterValuesRecord>>
}

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
  /** Who asked. */
  origin?: string
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
  /** Where the station's response breaks the schema. */
  violations?: { path: string; message: string }[]
}

/** `code`: the station's CALLERROR code, or our own word for what went wrong. */
export interface CallFailure {
  code: string
  description: string
  details?: Record<string, unknown>
}

export interface CallEnd {
  status: ClosedStatus
  at: string
  response?: unknown
  error?: CallFailure
  violations?: { path: string; message: string }[]
}

export type Slot =
  | { taken: true; connectionId: string }
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
  /** Writes a new call's record. */
  recordCall(call: CallRecord): Promise<void>
  /** Puts a recorded call at the end of the queue. */
  enqueueCall(chargePointId: string, messageId: string): Promise<Live | 'unknown' | 'full'>
  /** Moves the head of the queue into the free slot; undefined if someone else was faster. */
  takeNext(
    live: Live,
    now: string,
    deadline: string,
  ): Promise<{ messageId: string; connectionId: string } | undefined>
  /** Takes an ended call off the head of the queue; the live record as it stands then. */
  dropHead(live: Live): Promise<Live | undefined>
  /** Puts a call that did not reach its station back to the head of the queue, and frees the slot it held. */
  requeueCall(chargePointId: string, messageId: string): Promise<void>
  /** A queued call becomes Sent; undefined if it has ended meanwhile. */
  markSent(
    chargePointId: string,
    messageId: string,
    sent: { connectionId: string; sentAt: string; deadline: string; payload: Record<string, unknown> },
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
  /** Frees the slot if this call still holds it; `heardAt` notes that the charge point was heard. */
  freeSlot(chargePointId: string, messageId: string, heardAt?: string): Promise<Live | undefined>
  getCall(chargePointId: string, messageId: string): Promise<CallRecord | undefined>
  /** Newest first. */
  listCalls(chargePointId: string, page: PageRequest): Promise<Page<CallRecord>>
}

/** The answer kept for an `Idempotency-Key`. */
export interface Replays {
  claimKey(
    key: string,
    fingerprint: string,
    at: string,
  ): Promise<{ claimed: true } | { claimed: false; fingerprint: string; answer?: string }>
  keepAnswer(key: string, answer: string): Promise<void>
  releaseKey(key: string): Promise<void>
}

export interface Store extends ChargePoints, Inbox, IdTags, Transactions, Calls, Replays {}
