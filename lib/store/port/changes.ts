import type { CallRecord } from './calls.ts'
import type { ChargePoint, Live } from './charge-points.ts'
import type { SecurityEvent } from './events.ts'
import type { IdTag } from './id-tags.ts'
import type { Reservation } from './reservations.ts'
import type { Site } from './sites.ts'
import type { Task } from './tasks.ts'
import type { MeterValuesRecord, Transaction, TransactionFigures } from './transactions.ts'
import type { User } from './users.ts'

/** What one write did to one record. Told at least once, in order for each record. */
export type Change = ChangeOf & {
  /** Names the change, however often it is told. */
  changeId: string
  /** Forty digits; of two changes to one record the later has the greater number, compared as text too. */
  sequence: string
  /** When it was written, to the second. */
  at: string
}

type ChangeOf =
  | ({ kind: 'chargePoint'; chargePointId: string } & Sides<ChargePoint>)
  | ({ kind: 'live'; chargePointId: string } & Sides<Live>)
  | ({ kind: 'call'; chargePointId: string; messageId: string } & Sides<CallRecord>)
  | ({ kind: 'transaction'; transactionId: number } & Sides<Transaction>)
  /** What its meter values come to, kept beside it. */
  | ({ kind: 'transactionFigures'; transactionId: number } & Sides<TransactionFigures>)
  | ({ kind: 'meterValues' } & Sides<MeterValuesRecord>)
  | ({ kind: 'reservation'; reservationId: number } & Sides<Reservation>)
  | ({ kind: 'idTag'; idTag: string } & Sides<IdTag>)
  /** The transactions that occupy a tag. */
  | ({ kind: 'idTagActive'; idTag: string } & Sides<number[]>)
  | ({ kind: 'task'; taskId: string } & Sides<Task>)
  | ({ kind: 'user'; userId: string } & Sides<User>)
  | ({ kind: 'site'; siteId: string } & Sides<Site>)
  | ({ kind: 'securityEvent'; chargePointId: string } & Sides<SecurityEvent>)

/** One side is missing where the record was made, or removed. */
interface Sides<T> {
  before?: T
  after?: T
}
