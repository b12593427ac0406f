import type { Calls } from './port/calls.ts'
import type { ChargePoints } from './port/charge-points.ts'
import type { ChargingProfileTemplates } from './port/charging-profile-templates.ts'
import type { Events } from './port/events.ts'
import type { IdTags } from './port/id-tags.ts'
import type { Imports } from './port/imports.ts'
import type { Inbox } from './port/inbox.ts'
import type { Installed } from './port/installed.ts'
import type { Files, Jobs } from './port/jobs.ts'
import type { Journal } from './port/journal.ts'
import type { Listings } from './port/listings.ts'
import type { Refusals } from './port/refusals.ts'
import type { Replays } from './port/replays.ts'
import type { Reservations } from './port/reservations.ts'
import type { Sites } from './port/sites.ts'
import type { Tasks } from './port/tasks.ts'
import type { Transactions } from './port/transactions.ts'
import type { Users } from './port/users.ts'
import type { Webhooks } from './port/webhooks.ts'

export * from './port/calls.ts'
export type * from './port/changes.ts'
export * from './port/charge-points.ts'
export type * from './port/charging-profile-templates.ts'
export type * from './port/events.ts'
export type * from './port/id-tags.ts'
export type * from './port/imports.ts'
export type * from './port/inbox.ts'
export type * from './port/installed.ts'
export type * from './port/jobs.ts'
export type * from './port/journal.ts'
export * from './port/listings.ts'
export type * from './port/page.ts'
export * from './port/refusals.ts'
export type * from './port/replays.ts'
export * from './port/reservations.ts'
export type * from './port/sites.ts'
export * from './port/tasks.ts'
export type * from './port/transactions.ts'
export type * from './port/users.ts'
export type * from './port/webhooks.ts'

/**
 * What the rest of Busbar may ask of the store: verbs of the domain, no keys and no database. All instants are ISO 8601
 * UTC strings with milliseconds. Every write is conditional or idempotent, so that a retry finishes what a crash left.
 */
export interface Store
  extends ChargePoints,
    Installed,
    Inbox,
    Refusals,
    IdTags,
    Users,
    Sites,
    ChargingProfileTemplates,
    Transactions,
    Reservations,
    Calls,
    Tasks,
    Imports,
    Jobs,
    Files,
    Journal,
    Listings,
    Events,
    Webhooks,
    Replays {}
