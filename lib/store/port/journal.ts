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

/** What an operator did. */
export interface AuditEntry {
  /** One entry per id, however often it is recorded. */
  auditId: string
  at: string
  /** Who asked. */
  by?: string
  /** What was done: an operation of the operator API. */
  operation: string
  /** What it was done to: a path of the operator API. */
  target: string
  before?: unknown
  after?: unknown
}

export interface Journal {
  /** Kept for so many days. */
  logMessages(messages: LoggedMessage[], days: number): Promise<void>
  /** Newest first. */
  listMessages(chargePointId: string, page: PageRequest, now: string): Promise<Page<LoggedMessage>>
  recordAudit(entry: AuditEntry): Promise<void>
  /** Newest first. */
  listAudit(page: PageRequest): Promise<Page<AuditEntry>>
}
