import type { Page, PageRequest } from './page.ts'

/** A frame as it went over the wire, but for secrets. */
export interface LoggedMessage {
  chargePointId: string
  at: string
  /** in: from the charge point. */
  direction: 'in' | 'out'
  /** The text of the frame. */
  frame: string
  connectionId: string
}

/** What an operator did, or had done by an import. */
export interface AuditEntry {
  /** Ordered by time. One entry per id, however often it is recorded. */
  auditId: string
  at: string
  /** Who asked, and in which role. */
  by?: string
  role?: string
  /** What was done: an operation of the operator API. */
  operation: string
  /** What it was done to: a path of the operator API. */
  target: string
  /** How it was answered. */
  status: number
  /** Names of the properties that the request gave. */
  given?: string[]
  before?: unknown
  after?: unknown
  /** Properties of before and after that were too large to keep. */
  cut?: string[]
  /** The import that did it. */
  importId?: string
}

export interface AuditFilter {
  by?: string
  operation?: string
  /** This path, and every one below it. */
  target?: string
  from?: string
  /** The first instant that is not meant. */
  to?: string
}

export interface Journal {
  /** Kept for so many days. */
  logMessages(messages: LoggedMessage[], days: number): Promise<void>
  /** Newest first. */
  listMessages(chargePointId: string, page: PageRequest, now: string): Promise<Page<LoggedMessage>>
  /** Kept for so many days. */
  recordAudit(entry: AuditEntry, days: number): Promise<void>
  getAudit(auditId: string): Promise<AuditEntry | undefined>
  /** By time. A page may have fewer entries than its limit, and a cursor all the same. */
  listAudit(filter: AuditFilter, page: PageRequest & { oldestFirst?: boolean }): Promise<Page<AuditEntry>>
}
