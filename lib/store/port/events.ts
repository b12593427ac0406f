import type { Page, PageRequest } from './page.ts'

/** A SecurityEventNotification of a charge point (security whitepaper A04). */
export interface SecurityEvent {
  chargePointId: string
  type: string
  /** The charge point's own time, or the receipt where it gave none that can be read. */
  timestamp: string
  techInfo?: string
  receivedAt: string
}

/** What happened, as it is told to others. */
export interface BusbarEvent {
  /** The same however often it is told. */
  eventId: string
  type: string
  schemaVersion: 1
  /** When it was written down here. */
  at: string
  chargePointId?: string
  /** Of two events about one thing the later has the greater one, compared as text. */
  sequence: string
  data: Record<string, unknown>
}

export interface EventFilter {
  type?: string
  chargePointId?: string
  /** From this instant on. */
  since?: string
  /** Before this instant. */
  until?: string
}

export interface Events {
  /** Kept for so many days. Recorded again, an event replaces itself. */
  recordEvents(events: BusbarEvent[], days: number): Promise<void>
  /**
   * By time, newest first, none older than so many days. A page may be short, or empty, and still carry a cursor: what is looked
   * at for one page is bounded.
   */
  listEvents(
    filter: EventFilter,
    page: PageRequest,
    kept: { now: string; days: number },
  ): Promise<Page<BusbarEvent>>
  /** Sent again, it is kept once. */
  recordSecurityEvent(event: SecurityEvent): Promise<void>
  /** Newest first. */
  listSecurityEvents(chargePointId: string, page: PageRequest): Promise<Page<SecurityEvent>>
}
