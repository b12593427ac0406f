/**
 * What lists and figures say of a record follows from the record alone, and is brought up to it whenever the record has
 * changed: at once after an operator's edit, by the table's stream after everything else. It may be done again at any time.
 */
export type Subject =
  | { kind: 'chargePoint'; chargePointId: string }
  | { kind: 'idTag'; idTag: string }
  | { kind: 'user'; userId: string }
  | { kind: 'site'; siteId: string }
  | { kind: 'transaction'; transactionId: number }
  | { kind: 'reservation'; reservationId: number; chargePointId: string; messageId: string }
  | { kind: 'task'; taskId: string }

/** Sums over all records, by name: `chargePoints`, `connectors.Available`, `heard.2026-11-21` … */
export type Figures = Record<string, number>

export interface Listings {
  /** Idempotent; exact whoever else does it at the same time. */
  relist(subject: Subject): Promise<void>
  /** As many reads however much is stored. */
  getFigures(): Promise<Figures>
}
