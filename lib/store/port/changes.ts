import type { CallRecord } from './calls.ts'
import type { ChargePoint, Live } from './charge-points.ts'
import type { IdTag } from './id-tags.ts'
import type { Reservation } from './reservations.ts'
import type { Task } from './tasks.ts'
import type { MeterValuesRecord, Transaction } from './transactions.ts'

/** What one write did to one record. Told at least once, in order for each record. */
export type Change = ChangeOf & {
  /** Names the change, however often it is told. */
  changeId: string
  /** Digits; of two changes to one record the later has the greater number. */
  sequence: string
  at: string
}

type ChangeOf =
  | ({ kind: 'chargePoint'; chargePointId: string } & Sides<ChargePoint>)
  | ({ kind: 'live'; chargePointId: string } & Sides<Live>)
  | ({ kind: 'call'; chargePointId: string; messageId: string } & Sides<CallRecord>)
  | ({ kind: 'transaction'; transactionId: number } & Sides<Transaction>)
  | ({ kind: 'meterValues' } & Sides<MeterValuesRecord>)
  | ({ kind: 'reservation'; reservationId: number } & Sides<Reservation>)
  | ({ kind: 'idTag'; idTag: string } & Sides<IdTag>)
  /** The transactions that occupy a tag. */
  | ({ kind: 'idTagActive'; idTag: string } & Sides<number[]>)
  | ({ kind: 'task'; taskId: string } & Sides<Task>)

/** Neither side is there where it was made, or removed. */
interface Sides<T> {
  before?: T
  after?: T
}
