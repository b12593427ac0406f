import { toChargePoint } from '../charge-points.ts'
import { toIdTag } from '../id-tags.ts'
import { keys } from '../keys.ts'
import { toLive } from '../live-record.ts'
import type { Change, Subject } from '../port.ts'
import { toReservation } from '../reservations.ts'
import type { Item, Key, TableClient } from '../table-client.ts'
import { toTask } from '../tasks.ts'
import { toTransaction } from '../transaction-record.ts'
import { chargePointListing, liveListing, recordListing } from './charge-point.ts'
import { type Listing, sameListing } from './listing.ts'
import { counted, idTagListing, reservationListing, taskListing } from './others.ts'
import { transactionListing } from './transaction.ts'

export function recordKey(subject: Subject): Key {
  switch (subject.kind) {
    case 'chargePoint':
      return keys.chargePoint(subject.chargePointId)
    case 'idTag':
      return keys.idTag(subject.idTag)
    case 'user':
      return keys.user(subject.userId)
    case 'site':
      return keys.site(subject.siteId)
    case 'transaction':
      return keys.transaction(subject.transactionId)
    case 'reservation':
      return keys.reservation(subject.reservationId, subject.chargePointId, subject.messageId)
    case 'task':
      return keys.task(subject.taskId)
  }
}

/** How the record is to be listed, as it stands now; undefined where there is none. */
export async function wantedListing(table: TableClient, subject: Subject): Promise<Listing | undefined> {
  if (subject.kind !== 'chargePoint') {
    const item = await table.get(recordKey(subject))
    return item && LISTINGS[subject.kind](item)
  }
  const { chargePointId } = subject
  const both = [keys.chargePoint(chargePointId), keys.live(chargePointId)]
  const [item, live] = await table.getMany(both, { consistent: true })
  return item && chargePointListing(toChargePoint(item), live && toLive(live))
}

const LISTINGS: Record<Exclude<Subject['kind'], 'chargePoint'>, (item: Item) => Listing> = {
  idTag: (item) => idTagListing(toIdTag(item)),
  user: () => counted('users'),
  site: () => counted('sites'),
  transaction: (item) => transactionListing(toTransaction(item)),
  reservation: (item) => reservationListing(toReservation(item)),
  task: (item) => taskListing(toTask(item)),
}

/** What a change asks to be listed anew; undefined where the record is listed after it as it was before. */
export function subjectOf(change: Change): Subject | undefined {
  switch (change.kind) {
    case 'chargePoint':
      return moved(change, recordListing) ? ofChargePoint(change.chargePointId) : undefined
    case 'live': {
      const { chargePointId } = change
      return moved(change, (live) => liveListing(chargePointId, live))
        ? ofChargePoint(chargePointId)
        : undefined
    }
    case 'transaction':
      return moved(change, transactionListing)
        ? { kind: 'transaction', transactionId: change.transactionId }
        : undefined
    case 'reservation': {
      const { reservationId, chargePointId, messageId } = change.after ?? change.before ?? {}
      if (reservationId === undefined || chargePointId === undefined || messageId === undefined)
        return undefined
      return moved(change, reservationListing)
        ? { kind: 'reservation', reservationId, chargePointId, messageId }
        : undefined
    }
    case 'idTag':
      return moved(change, idTagListing) ? { kind: 'idTag', idTag: change.idTag } : undefined
    case 'task':
      return moved(change, taskListing) ? { kind: 'task', taskId: change.taskId } : undefined
    case 'user':
      // A rebuild walks them by name, so one that is renamed may slip past it.
      return { kind: 'user', userId: change.userId }
    case 'site':
      return { kind: 'site', siteId: change.siteId }
    default:
      return undefined
  }
}

const ofChargePoint = (chargePointId: string): Subject => ({ kind: 'chargePoint', chargePointId })

function moved<T>({ before, after }: { before?: T; after?: T }, listing: (record: T) => Listing): boolean {
  if (before === undefined || after === undefined) return before !== after
  return !sameListing(listing(before), listing(after))
}
