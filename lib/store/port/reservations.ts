import type { Hold } from './charge-points.ts'
import type { Page, PageRequest } from './page.ts'

export const RESERVATION_STATUSES = [
  'Waiting',
  'Accepted',
  'Faulted',
  'Occupied',
  'Rejected',
  'Unavailable',
  'Used',
  'Cancelled',
  'Expired',
] as const

/**
 * Waiting for the answer to ReserveNow; then Accepted, or ended by the answer (Faulted, Occupied, Rejected, Unavailable);
 * an accepted one ends Used, Cancelled or Expired (§5.13).
 */
export type ReservationStatus = (typeof RESERVATION_STATUSES)[number]

export interface Reservation {
  /** Unique where we choose it; where an operator does, only at its charge point. */
  reservationId: number
  chargePointId: string
  /** 0: any of its connectors. */
  connectorId: number
  idTag: string
  parentIdTag?: string
  expiryDate: string
  status: ReservationStatus
  /** The ReserveNow that asked for it. */
  messageId: string
  origin?: string
  createdAt: string
  updatedAt: string
  /** The transaction that used it. */
  transactionId?: number
  /** Why it ended, where its status does not tell. */
  reason?: string
}

/** One reservation: an id may be given anew at the same charge point, by another ReserveNow. */
export type ReservationKey = Pick<Reservation, 'reservationId' | 'chargePointId' | 'messageId'>

/** All that are given must hold. */
export interface ReservationFilter {
  chargePointId?: string
  /** 0: those of any connector. */
  connectorId?: number
  /** Whatever its case. */
  idTag?: string
  /** As of now. */
  status?: ReservationStatus
  /** Only those that wait or hold a connector now. */
  active?: true
  /** Of when it was asked for: from this instant on, and before that one. */
  from?: string
  to?: string
  /** Only active ones that expire before this instant. */
  expiring?: string
  /** Now. */
  at: string
  oldestFirst?: boolean
}

export interface Reservations {
  /** Once: one that is on record stays as it is. */
  createReservation(reservation: Reservation): Promise<void>
  /** The latest of this id at a charge point. */
  getReservation(chargePointId: string, reservationId: number): Promise<Reservation | undefined>
  /** Of this id at any charge point, newest first at each. */
  findReservations(reservationId: number): Promise<Reservation[]>
  /**
   * Newest first, unless told otherwise; by expiry, where nothing but `expiring` or the status Expired is asked for.
   * `asOfNow` tells what has become of one. A page may be short, and still have a cursor.
   */
  listReservations(
    filter: ReservationFilter,
    page: PageRequest,
    asOfNow: (reservation: Reservation) => Promise<Reservation>,
  ): Promise<Page<Reservation>>
  /** Of those that wait or hold on record, such as expired at this instant or before: how many, up to a thousand. */
  countOverdueReservations(at: string): Promise<number>
  /** … and some of them, first to expire first. */
  overdueReservations(at: string, limit: number): Promise<Reservation[]>
  /** Moves it on, if it is in one of `from`; the reservation as it stands then, moved or not. */
  moveReservation(
    key: ReservationKey,
    from: readonly ReservationStatus[],
    to: { status: ReservationStatus; at: string; transactionId?: number; reason?: string },
  ): Promise<{ moved: boolean; reservation?: Reservation }>
  /**
   * Notes in the live record that a connector is, or may be, held. With `among`: only if the reservations noted there are
   * these still, which makes a check for overlaps hold.
   */
  holdConnector(
    chargePointId: string,
    hold: Hold & { reservationId: number },
    among?: number[],
  ): Promise<boolean>
  releaseConnector(chargePointId: string, reservationId: number): Promise<void>
}
