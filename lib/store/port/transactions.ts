import type { IdTagInfo } from './id-tags.ts'
import type { Page, PageRequest } from './page.ts'

export type TransactionFlag =
  /** The start was refused: its idTagInfo is not Accepted. */
  | 'refused'
  /** A stop came for a transaction that was never started here. */
  | 'orphanStop'
  /** Another, different stop came for a transaction that had stopped already. */
  | 'secondStop'
  /** The stop's meter reading is below the start's. */
  | 'meterBackwards'
  /** Closed by an operator; the station's own stop has not come. */
  | 'guessedStop'
  /** Running, and believed to be over. */
  | 'zombie'
  /** Its start or its stop was received more than five minutes after its own time. */
  | 'late'

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
  /** The remote start that led to it: its messageId. */
  remoteStart?: string
  /** Why it is believed to be over although no stop came, and since when. A stop ends the doubt. */
  zombie?: Zombie
  /** Whose the id tag was, and the site of the charge point, when it started; or stopped, where no start is known. */
  userId?: string
  siteId?: string
  /** What an operator closed it with, kept beside the stop that came after all. */
  guessedStop?: TransactionStop
}

export interface Zombie {
  /** newTransaction: another one started on its connector. connectorAvailable: its connector is free. */
  reason: 'newTransaction' | 'connectorAvailable'
  at: string
}

export interface TransactionStop {
  /** Given empty where the station gave none that can be read; the receipt then stands in for it. */
  timestamp: string
  /** Wh; absent where the station gave none that can be read. */
  meterStop?: number
  reason: string
  idTag?: string
  idTagInfo?: IdTagInfo
  receivedAt: string
  /** What the station called the transaction, where that is not its id here (orphan and second stops). */
  reportedTransactionId?: number
  /** An operator's word, for want of the station's: a StopTransaction that still comes takes its place. */
  guessed?: { by?: string }
}

/**
 * Two starts of one charge point with the same four facts are one transaction, however often they are sent. `timestamp`
 * is empty where the station gave none that can be believed; the receipt then stands in for it, its day in the facts.
 */
export interface TransactionStart {
  chargePointId: string
  connectorId?: number
  idTag: string
  meterStart?: number
  timestamp: string
  receivedAt: string
  reservationId?: number
  /** The remote start that asked for it; not one of the facts. */
  remoteStart?: string
}

/** What a transaction is found by beside its facts: of the moment, and not one of them. */
export type TransactionStamps = Pick<Transaction, 'userId' | 'siteId'>

/** Everything given must hold. */
export interface TransactionFilter {
  chargePointId?: string
  connectorId?: number
  /** Whatever its case. */
  idTag?: string
  userId?: string
  siteId?: string
  /** Only those running (true) or stopped (false). */
  active?: boolean
  flag?: TransactionFlag
  /** Only those with any flag. */
  flagged?: true
  reason?: string
  /** Of the start, or of a stop without one: from this instant on, and before that one. */
  from?: string
  to?: string
}

/** What the meter values of a transaction come to. */
export interface TransactionFigures {
  /** How many messages were looked at. */
  messages: number
  /** The most power, where they tell. */
  peakW?: number
}

/** Of the values in the messages, with what §7.43 takes for granted filled in. */
export interface MeterValuesFilter {
  measurand?: string
  phase?: string
  context?: string
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
    stamps?: TransactionStamps,
  ): Promise<Transaction>
  /**
   * A stop without its start, or a second stop, becomes a flagged record of its own; a resend comes back unchanged. It
   * takes the place of a guessed one, which is kept beside it. The stamps are for a record of its own.
   */
  recordStop(
    chargePointId: string,
    transactionId: number,
    stop: TransactionStop,
    stamps?: TransactionStamps,
  ): Promise<{ transaction: Transaction; resent: boolean }>
  /** Closes a running transaction with a guessed stop; undefined where there is none, or it has stopped. */
  closeTransaction(transactionId: number, stop: TransactionStop): Promise<Transaction | undefined>
  /** Flags a running transaction, the first time; `false` where it has stopped or is flagged. */
  flagZombie(transactionId: number, zombie: Zombie): Promise<boolean>
  /**
   * The latest values of a transaction, newest first: `count` of its MeterValues messages at the most, and fewer where they
   * are large. A cursor says that there are more; it is for nothing else.
   */
  latestMeterValues(transactionId: number, count: number): Promise<Page<MeterValuesRecord>>
  /** Keeps what the meter values come to, unless that of more messages is kept already. */
  keepTransactionFigures(transactionId: number, figures: TransactionFigures): Promise<void>
  /** In the order of the ids; undefined where nothing is kept. */
  transactionFigures(
    transactionIds: number[],
    options?: { consistent: boolean },
  ): Promise<(TransactionFigures | undefined)[]>
  getTransaction(transactionId: number): Promise<Transaction | undefined>
  /** By start, the newest first unless told otherwise. A page may be short, and still have a cursor. */
  listTransactions(
    filter: TransactionFilter & { oldestFirst?: boolean },
    page: PageRequest,
  ): Promise<Page<Transaction>>
  /** A resend changes nothing. */
  recordMeterValues(record: MeterValuesRecord): Promise<void>
  /** Oldest first. Under a filter a page may be short, and still have a cursor. */
  listTransactionMeterValues(
    transactionId: number,
    page: PageRequest,
    filter?: MeterValuesFilter,
  ): Promise<Page<MeterValuesRecord>>
  /** Those that belong to no transaction here. */
  listChargePointMeterValues(chargePointId: string, page: PageRequest): Promise<Page<MeterValuesRecord>>
}
