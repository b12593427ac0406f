import type { ClosedStatus } from './calls.ts'
import type { Page, PageRequest } from './page.ts'

/** One action for many charge points. Each gets a call of its own; the task tells how they all ended. */
export interface Task {
  /** UUIDv7: ordered by time. */
  taskId: string
  action: string
  payload: Record<string, unknown>
  origin?: string
  createdAt: string
  timeoutSeconds: number
  whenOffline: 'refuse' | 'queue'
  /** Calls that have not left by then are given up. */
  expiresAt: string
  /** By then every call has ended: expiresAt and the time for the last answer. */
  deadline: string
  /** How the charge points were chosen, where they were not named. */
  filter?: ChargePointFilter
  /** Batches of charge points, and charge points in them, so far. */
  batches: number
  targets: number
  /** All charge points are in batches. */
  gathered: boolean
  cancelledAt?: string
  /** The end of the last call, once all have ended; counts are final then. */
  endedAt?: string
  counts?: TaskCounts
}

export type TaskCounts = Record<ClosedStatus, number>

/** All that are given must hold. Text is compared as it is. */
export interface ChargePointFilter {
  /** Of the latest boot. */
  vendor?: string
  model?: string
  firmwareVersion?: string
  /** Of any of its connectors. */
  connectorStatus?: string
  siteId?: string
  tag?: string
}

/** How many charge points a batch holds at the most. */
export const BATCH_SIZE = 100

/** The ends of the calls of one batch, by place. */
export interface Tally {
  batch: number
  ends: Record<number, ClosedStatus>
  /** When the call that was counted last ended. */
  lastAt: string
}

export interface TallyEnd {
  position: number
  status: ClosedStatus
  at: string
}

/** All that are given must hold. */
export interface TaskFilter {
  action?: string
  origin?: string
  running?: boolean
  /** Of when it was asked for: from this instant on, and before that one. */
  from?: string
  to?: string
  oldestFirst?: boolean
}

export interface Tasks {
  createTask(task: Task): Promise<void>
  getTask(taskId: string): Promise<Task | undefined>
  /** Newest first, unless told otherwise. A page may be short, and still have a cursor. */
  listTasks(filter: TaskFilter, page: PageRequest): Promise<Page<Task>>
  /** Writes a batch; a batch that is there stays as it is. `next`: where the search for the next one begins. */
  addBatch(taskId: string, batch: number, chargePointIds: string[], next?: string): Promise<void>
  getBatch(taskId: string, batch: number): Promise<{ chargePointIds: string[]; next?: string } | undefined>
  /** Counts a batch that was added while gathering, once: only if the task has `batch` batches so far. */
  noteGathered(
    taskId: string,
    gathered: { batch: number; targets: number; done: boolean },
  ): Promise<Task | undefined>
  /** The first time; undefined where there is no such task, or it has ended. */
  cancelTask(taskId: string, at: string): Promise<Task | undefined>
  /** Counts ends of calls of one batch; a call's first end stays. The tally as it stands then. */
  tallyEnds(taskId: string, batch: number, ends: TallyEnd[]): Promise<Tally>
  /** By batch. */
  listTallies(taskId: string): Promise<Tally[]>
  /** The first time; what it ended with stays. */
  endTask(taskId: string, end: { endedAt: string; counts: TaskCounts }): Promise<void>
}
