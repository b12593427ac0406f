import type { IdTag, Reservation, Task } from '../port.ts'
import type { Listing } from './listing.ts'
import { lists, NO_EXPIRY } from './places.ts'

/** In the order of the tags, without case, as the index of all of them is. */
export function idTagListing({ idTag, parentIdTag, userId, blocked, expiryDate }: IdTag): Listing {
  const order = idTag.toLowerCase()
  const { idTags: of } = lists
  return {
    places: [
      ...(parentIdTag === undefined ? [] : [{ list: of.parent(parentIdTag), order }]),
      ...(userId === undefined ? [] : [{ list: of.user(userId), order }]),
      ...(blocked ? [{ list: of.blocked(), order }] : []),
      { list: of.expiry(), order: `${expiryDate ?? NO_EXPIRY}#${order}` },
    ],
    counts: { idTags: 1, ...(blocked ? { 'idTags.blocked': 1 } : {}) },
  }
}

/** One that has not ended, as far as is written: what waits or holds ends by time alone. */
const OPEN: readonly string[] = ['Waiting', 'Accepted']

export function reservationListing({
  status,
  createdAt,
  expiryDate,
  chargePointId,
  messageId,
}: Reservation): Listing {
  const { reservations: of } = lists
  const byExpiry = `${expiryDate}#${messageId}#${chargePointId}`
  const isOpen = OPEN.includes(status)
  return {
    places: [
      { list: of.status(status), order: `${createdAt}#${messageId}#${chargePointId}` },
      ...(isOpen ? [{ list: of.open(), order: byExpiry }] : []),
      ...(isOpen || status === 'Expired' ? [{ list: of.expiry(), order: byExpiry }] : []),
    ],
    counts: { reservations: 1, ...(isOpen ? { 'reservations.open': 1 } : {}) },
  }
}

export function taskListing({ taskId, createdAt, action, origin, endedAt }: Task): Listing {
  const order = `${createdAt}#${taskId}`
  const { tasks: of } = lists
  return {
    places: [
      { list: of.action(action), order },
      ...(origin === undefined ? [] : [{ list: of.origin(origin), order }]),
      ...(endedAt === undefined ? [{ list: of.running(), order }] : []),
    ],
    counts: { tasks: 1, ...(endedAt === undefined ? { 'tasks.running': 1 } : {}) },
  }
}

/** What is counted and found by its own indexes alone. */
export const counted = (name: string): Listing => ({ places: [], counts: { [name]: 1 } })
