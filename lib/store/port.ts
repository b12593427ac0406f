import type { Calls } from './port/calls.ts'
import type { ChargePoints } from './port/charge-points.ts'
import type { IdTags } from './port/id-tags.ts'
import type { Inbox } from './port/inbox.ts'
import type { Replays } from './port/replays.ts'
import type { Transactions } from './port/transactions.ts'

export * from './port/calls.ts'
export type * from './port/charge-points.ts'
export type * from './port/id-tags.ts'
export type * from './port/inbox.ts'
export type * from './port/page.ts'
export type * from './port/replays.ts'
export type * from './port/transactions.ts'

/**
 * What the rest of Busbar may ask of the store: verbs of the domain, no keys and no database. All instants are ISO 8601
 * UTC strings with milliseconds. Every write is conditional or idempotent, so that a retry finishes what a crash left.
 */
export interface Store extends ChargePoints, Inbox, IdTags, Transactions, Calls, Replays {}
