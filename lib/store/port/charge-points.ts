import type { Page, PageRequest } from './page.ts'
import type { ChargePointFilter } from './tasks.ts'
import type { TransactionStart } from './transactions.ts'

export type RegistrationStatus = 'Accepted' | 'Pending' | 'Rejected'
export type SecurityProfile = 0 | 1 | 2 | 3

/** The operator's record of a charge point: what rarely changes. */
export interface ChargePoint {
  chargePointId: string
  registrationStatus: RegistrationStatus
  securityProfile: SecurityProfile
  passwordHash?: string
  /** Another one with every new profile or password; without it they are as old as the record. */
  credentialsId?: string
  description?: string
  address?: string
  /** Seconds; overrides the central system's own (BootNotification.conf `interval`, §4.2). */
  heartbeatInterval?: number
  /** Answer this charge point's violations of the schema with CALLERROR instead of kindness. */
  strict?: boolean
  /** Let it in where it offers no subprotocol at all. */
  allowMissingSubprotocol?: boolean
  /** The site it stands on. */
  siteId?: string
  /** The operator's own labels; tasks are filtered by them. */
  tags?: string[]
  /** Configuration keys and the values the operator wants them to have. */
  wantedConfiguration?: Record<string, string>
  /** Until when its frames are logged. */
  messageLogUntil?: string
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
  keys: Record<string, ConfigurationSetting>
  unknownKeys?: string[]
}

export interface ConfigurationSetting {
  value?: string
  readonly: boolean
  /** Set, but without effect until the next boot. */
  rebootRequired?: boolean
  /** When the call that told was sent: an answer to an earlier one does not count any more. */
  askedAt?: string
}

/** The credentialsId of a record without one. */
export const NO_CREDENTIALS_ID = 'none'

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
  /** It was found to be connected and silent, and has not been heard of since. */
  stale?: true
  /** By connectorId; 0 is the charge point itself. */
  connectors: Record<number, ConnectorState>
  inFlight?: InFlight
  /** The messageId of the call that the one in flight has taken the slot from, where it did not give it back. */
  lapsed?: string
  /** Message ids of the calls that wait for the slot, first to leave first. */
  queue: string[]
  firmware?: { status: string; at: string }
  diagnostics?: { status: string; at: string }
  log?: { status: string; at: string }
  /** A copy: held to the letter of the schemas. */
  strict?: boolean
  /** A copy: the site it stands on. */
  siteId?: string
  /** A copy: until when frames are logged. */
  logUntil?: string
  /** Reservations that are asked for or held, by reservationId. */
  reservations: Record<number, Hold>
  /** Remote starts that were accepted and whose transaction has not come yet. */
  remoteStarts: RemoteStartWish[]
  violations: number
  lastViolation?: { action: string; path: string; message: string; at: string }
}

export interface ConnectorState {
  status?: ConnectorStatus
  transactionId?: number
  /** The transaction that the latest start found here: it did not stop before. */
  earlierTransactionId?: number
}

export interface Hold {
  connectorId: number
  expiryDate: string
  /** The charge point has accepted it. */
  held?: true
  /** When it was noted, until there is a reservation on record. */
  at?: string
}

export interface RemoteStartWish {
  messageId: string
  /** 0: none was named. */
  connectorId: number
  idTag: string
  /** A start that comes later is not the one that was asked for. */
  until: string
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
  | { kind: 'start'; connectorId: number; start: TransactionStart }
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

/**
 * `current: false`: the frame came over a connection that a newer one has replaced; nothing was changed. A charge point
 * without any connection is heard: its last messages may be processed after its disconnect.
 */
export type Hearing = { known: false } | { known: true; current: boolean; live: Live }

export interface ListedChargePoint {
  chargePoint: ChargePoint
  live: Live | undefined
}

/** All that are given must hold. */
export interface ChargePointListFilter extends ChargePointFilter {
  /** What the identity begins with. */
  prefix?: string
  registrationStatus?: RegistrationStatus
  connected?: boolean
  /** Found to be stale; whether they are is the caller's to decide. */
  stale?: true
  /** Heard of at this instant, or later. */
  heardSince?: string
  descending?: boolean
}

export interface ChargePoints {
  createChargePoint(chargePoint: ChargePoint): Promise<'created' | 'exists'>
  getChargePoint(chargePointId: string): Promise<ChargePoint | undefined>
  getLive(chargePointId: string): Promise<Live | undefined>
  /**
   * Ordered by chargePointId; by when they were heard of, where nothing but that, or being away, is asked for. A page may
   * be short, and still have a cursor. `holds`: what else must hold.
   */
  listChargePoints(
    filter: ChargePointListFilter,
    page: PageRequest,
    holds?: (listed: ListedChargePoint) => boolean,
  ): Promise<Page<ListedChargePoint>>
  /** Those that are connected, as they were a moment ago. */
  listConnected(page: PageRequest): Promise<Page<ListedChargePoint>>
  /** Applies the change if `version`, when given, is still the record's own. `null` removes a property. */
  updateChargePoint(
    chargePointId: string,
    change: ChargePointChange,
    at: string,
    version?: number,
  ): Promise<ChargePoint | 'unknown' | 'changed'>
  /** With what is known of its state. Its history stays: transactions, calls, jobs, files, reservations, frames. */
  deleteChargePoint(chargePointId: string, version?: number): Promise<'deleted' | 'unknown' | 'changed'>
  recordBoot(chargePointId: string, boot: BootRecord): Promise<ChargePoint | undefined>

  /**
   * The newest connection wins; the one it replaced comes back, to be closed. `credentialsId`: by which credentials it was
   * let in, {@link NO_CREDENTIALS_ID} of a record that has none; `outdated` if there are others by now. Without it that is
   * not looked at.
   */
  connect(
    chargePointId: string,
    connection: Connection,
    credentialsId?: string,
  ): Promise<
    { outcome: 'connected'; replaced?: Connection } | { outcome: 'unknown' | 'outdated' | 'superseded' }
  >
  /** Whose connection it is: asked where an event does not say. */
  chargePointOf(connectionId: string): Promise<string | undefined>
  /** Changes something only if the connection is the current one. */
  disconnect(chargePointId: string, connectionId: string): Promise<boolean>
  hear(heard: Heard): Promise<Hearing>
  /** Notes that it is stale, unless it was heard of since, or has another connection. */
  noteStale(seen: Pick<Live, 'chargePointId' | 'connection' | 'lastSeenAt'>): Promise<void>
  /** Notes the transaction that runs on a connector, unless one that started later is noted there. */
  noteTransaction(
    chargePointId: string,
    connectorId: number,
    transaction: { transactionId: number; startedAt: string },
  ): Promise<void>
  /** Remembers that a transaction is to come of a remote start, and forgets those others. */
  expectRemoteStart(chargePointId: string, wish: RemoteStartWish, others: string[]): Promise<void>
  forgetRemoteStart(chargePointId: string, messageId: string): Promise<void>
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
    | 'strict'
    | 'allowMissingSubprotocol'
    | 'siteId'
    | 'tags'
    | 'wantedConfiguration'
    | 'messageLogUntil']?: ChargePoint[K] | null
}
