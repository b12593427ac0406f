import type { Change } from './changes.ts'

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

/** The kinds of records in the order in which a rebuild goes through them. */
export const REBUILD_PARTS = [
  'chargePoints',
  'idTags',
  'users',
  'sites',
  'reservations',
  'tasks',
  'transactions',
] as const
export type RebuildPart = (typeof REBUILD_PARTS)[number]

/** The latest count of everything from the start. */
export interface Rebuild {
  startedAt: string
  endedAt?: string
  /** Names it. */
  generation: number
  /** How many pieces of it are done. */
  step: number
  /** How many records of each kind have been counted. */
  done: Partial<Record<RebuildPart, number>>
}

export interface Listings {
  /** What is to be listed anew because of a change, if anything: a heartbeat moves nothing. */
  subjectOf(change: Change): Subject | undefined
  /** Idempotent; exact whoever else does it at the same time. */
  relist(subject: Subject): Promise<void>
  /** As many reads however much is stored. Of what belongs to a day, the days that are named (`2026-11-21`). */
  getFigures(days: string[]): Promise<{ figures: Figures; rebuild?: Rebuild }>
  /**
   * Begins to count everything anew, unless that is going on. What others have begun to count before must be over, some
   * {@link REBUILD_WAIT_SECONDS} later, when the first piece is done. `stuck`: it is going on, but has stood still for
   * minutes, so its next piece is to be asked for again; said once in those minutes.
   */
  startRebuild(at: string): Promise<{ started: boolean; stuck: boolean; rebuild: Rebuild }>
  /**
   * Does a piece of it, once. `step` is that of the next one; undefined where there is none, or this one is long done.
   */
  rebuildStep(generation: number, step: number, at: string): Promise<{ step: number } | undefined>
}

export const REBUILD_WAIT_SECONDS = 60
