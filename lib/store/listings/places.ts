import type { Key } from '../table-client.ts'
import type { Place } from './listing.ts'

/**
 * Lists beside those that are indexes of the table. What varies in a name ends it, so no name can be taken for another;
 * it is cut to what a key has room for: an index finds, the record decides.
 */
export const lists = {
  chargePoints: {
    registrationStatus: (status: string) => `chargePoints/registrationStatus/${status}`,
    vendor: (vendor: string) => `chargePoints/vendor/${cut(vendor)}`,
    model: (model: string) => `chargePoints/model/${cut(model)}`,
    firmwareVersion: (version: string) => `chargePoints/firmwareVersion/${cut(version)}`,
    site: (siteId: string) => `chargePoints/site/${cut(siteId)}`,
    tag: (tag: string) => `chargePoints/tag/${cut(tag)}`,
    connectorStatus: (status: string) => `chargePoints/connectorStatus/${cut(status)}`,
    /** Those never heard of, those that are away by when they were heard of last, those that are connected. */
    heard: () => 'chargePoints/heard',
    stale: () => 'chargePoints/stale',
  },
  idTags: {
    parent: (parentIdTag: string) => `idTags/parent/${cut(parentIdTag.toLowerCase())}`,
    user: (userId: string) => `idTags/user/${cut(userId)}`,
    blocked: () => 'idTags/blocked',
    /** By expiry; those that never expire are last. */
    expiry: () => 'idTags/expiry',
  },
  reservations: {
    status: (status: string) => `reservations/status/${status}`,
    /** Those that wait or hold, by expiry. */
    open: () => 'reservations/open',
    /** Those that wait, hold or have expired, by expiry. */
    expiry: () => 'reservations/expiry',
  },
  tasks: {
    action: (action: string) => `tasks/action/${cut(action)}`,
    origin: (origin: string) => `tasks/origin/${cut(origin)}`,
    running: () => 'tasks/running',
  },
}

const NAME_MAX = 255

/** A surrogate pair that is cut in two could not be written. */
export const cut = (text: string): string => text.slice(0, NAME_MAX).toWellFormed()

/** In the list of when charge points were heard of: before all of them, and after all that are away. */
export const NEVER = '-'
export const ONLINE = 'online'

/** In a list by expiry: after every instant. */
export const NO_EXPIRY = 'never'

/** In a list by time, behind what is of this instant: `$` comes right after the `#` that ends the instant in a place. */
export const behind = (instant: string): string => `${instant}$`

export const listPartition = (list: string): string => `LIST#${list}`

/** The row that a place is: it names the record that stands there. */
export const rowOf = ({ list, order }: Place, record: Key) => ({
  ...rowKey({ list, order }),
  ofPk: record.pk,
  ofSk: record.sk,
})

export const rowKey = ({ list, order }: Place): Key => ({ pk: listPartition(list), sk: order })

/** The record that stands in a row. */
export const recordIn = (row: Record<string, unknown>): Key => ({
  pk: String(row.ofPk),
  sk: String(row.ofSk),
})
