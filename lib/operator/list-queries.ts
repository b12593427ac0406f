import * as z from 'zod'
import { CONNECTOR_STATUSES } from '../actions/status-notification.ts'
import { asOf } from '../central-system/call.ts'
import { secondsAfter } from '../central-system/time.ts'
import {
  type CallRecord,
  type ChargePointListFilter,
  type IdTagFilter,
  RESERVATION_STATUSES,
  type ReservationFilter,
  type TaskFilter,
} from '../store/port.ts'
import { CALL_STATUSES } from './call-view.ts'
import { registrationStatus } from './charge-point-view.ts'
import { defined } from './defined.ts'
import { givenInstant, INT32_MAX, integerIn, maybe, SOUGHT_MAX } from './fields.ts'
import { newestFirst, order, pageFields } from './paging.ts'
import type { Issue } from './problem.ts'

/** What lists that can be filtered say of their pages. */
export const SHORT_PAGES =
  'Everything that is asked for must hold. A page may have fewer items than its limit, or none, and still a cursor: only so many are looked at for one page.'

export const LATER = 'What charge points change is found by the filters a moment later.'

const text = (description: string) => maybe(z.string().min(1).max(SOUGHT_MAX)).meta({ description })

const flag = (description: string) =>
  maybe(z.enum(['true', 'false']).transform((given) => given === 'true')).meta({ description })

const period = {
  from: maybe(givenInstant('Only those asked for at this instant or later')),
  to: maybe(givenInstant('Only those asked for before this instant')),
}

const YEAR_SECONDS = 366 * 24 * 3600

export const chargePointQuery = z.strictObject({
  ...pageFields,
  order: order('asc', 'asc: as described; desc: the other way round'),
  prefix: text('Only those whose identity begins so'),
  registrationStatus: maybe(registrationStatus),
  connectionState: maybe(z.enum(['online', 'stale', 'offline'])).meta({
    description:
      'As the charge point shows it: stale ones are connected, but not heard of for long; they are looked for every five minutes',
  }),
  heardWithin: maybe(integerIn(1, YEAR_SECONDS)).meta({
    description: 'Only those heard of within so many seconds',
    examples: [3600],
  }),
  vendor: text('The chargePointVendor of the latest boot, as it is written'),
  model: text('The chargePointModel of the latest boot, as it is written'),
  firmwareVersion: text('The firmwareVersion of the latest boot, as it is written'),
  siteId: text('Only those on this site'),
  tag: text('Only those with this label'),
  connectorStatus: maybe(z.enum(CONNECTOR_STATUSES)).meta({
    description: 'The status of any of its connectors, 0 among them',
  }),
})

/** Whether they are still stale, or not yet, is a matter of the instant, and left to the caller. */
export function chargePointFilter(
  query: z.output<typeof chargePointQuery>,
  now: string,
): ChargePointListFilter {
  const { limit: _, cursor: __, order: given, connectionState, heardWithin, ...facts } = query
  return defined({
    ...facts,
    connected: connectionState && connectionState !== 'offline',
    stale: connectionState === 'stale' ? (true as const) : undefined,
    heardSince: heardWithin === undefined ? undefined : secondsAfter(new Date(now), -heardWithin),
    descending: given === 'desc',
  })
}

export const idTagQuery = z.strictObject({
  ...pageFields,
  order: order('asc', 'asc: as described; desc: the other way round'),
  prefix: text('Only those that begin so, whatever their case'),
  parentIdTag: text('Only those of this group, whatever its case'),
  userId: text('Only those of this user'),
  blocked: flag('Only those that are blocked, or are not'),
  expired: flag('Only those that have expired by now, or have not'),
  inTransaction: flag('Only those that a transaction occupies now, or that none does'),
})

export function idTagFilter(query: z.output<typeof idTagQuery>, at: string): IdTagFilter {
  const { limit: _, cursor: __, order: given, expired, ...facts } = query
  return defined({
    ...facts,
    expired: expired === undefined ? undefined : { is: expired, at },
    descending: given === 'desc',
  })
}

export const reservationQuery = z.strictObject({
  ...pageFields,
  order: order('desc', 'desc: the newest first; by expiry the latest'),
  chargePointId: text('Only those of this charge point'),
  connectorId: maybe(integerIn(0, INT32_MAX)).meta({
    description: 'Only those of this connector; goes with `chargePointId`',
  }),
  idTag: text('Only those for this id tag, whatever its case'),
  status: maybe(z.enum(RESERVATION_STATUSES)).meta({ description: 'Only those of this status' }),
  active: maybe(z.literal('true')).meta({ description: 'Only those that are Waiting or Accepted' }),
  expiresBefore: maybe(givenInstant('Only active ones that expire before this instant')),
  ...period,
})

export function reservationFilter(query: z.output<typeof reservationQuery>, at: string): ReservationFilter {
  const { limit: _, cursor: __, order: given, active, expiresBefore, ...facts } = query
  return defined({
    ...facts,
    active: active && (true as const),
    expiring: expiresBefore,
    at,
    oldestFirst: given === 'asc',
  })
}

export const taskQuery = z.strictObject({
  ...pageFields,
  order: newestFirst,
  action: text('Only those of this action, as in Reset'),
  status: maybe(z.enum(['running', 'ended'])).meta({
    description: 'Only those that still run, or only those that have ended, cancelled ones among them',
  }),
  origin: text('Only those that this caller asked for'),
  ...period,
})

export function taskFilter(query: z.output<typeof taskQuery>): TaskFilter {
  const { limit: _, cursor: __, order: given, status, ...facts } = query
  return defined({
    ...facts,
    running: status && status === 'running',
    oldestFirst: given === 'asc',
  })
}

export const callQuery = z.strictObject({
  ...pageFields,
  order: newestFirst,
  status: maybe(z.enum(CALL_STATUSES)).meta({ description: 'Only those of this status' }),
  action: text('Only those of this action, as in Reset'),
  ...period,
})

/** Whether a call is among those that are asked for, as it stands now; undefined where all of them are. */
export function callFilter(
  { limit: _, cursor: __, order: ___, ...wanted }: z.output<typeof callQuery>,
  now: string,
): ((call: CallRecord) => boolean) | undefined {
  const { status, action, from, to } = wanted
  if (Object.keys(wanted).length === 0) return undefined
  return (call) =>
    (status === undefined || asOf(call, now).status === status) &&
    (action === undefined || call.action === action) &&
    (from === undefined || call.createdAt >= from) &&
    (to === undefined || call.createdAt < to)
}

/** A period that ends before it begins: its two members by their names in the query, its beginning first. */
export function periodIssues(period: Record<string, string | undefined>): Issue[] {
  const [[beginning, from], [end, to]] = Object.entries(period) as [Bound, Bound]
  return from !== undefined && to !== undefined && to <= from
    ? [{ path: end, message: `must be after ${beginning}` }]
    : []
}

type Bound = [string, string | undefined]

/** What can be seen to make no sense, whatever is stored. */
export function queryIssues({
  from,
  to,
  connectorId,
  chargePointId,
}: {
  from?: string
  to?: string
  connectorId?: number
  chargePointId?: string
}): Issue[] {
  return [
    ...periodIssues({ from, to }),
    ...(connectorId !== undefined && chargePointId === undefined
      ? [{ path: 'connectorId', message: 'goes with chargePointId' }]
      : []),
  ]
}

export const pageRequest = ({ limit, cursor }: { limit: number; cursor?: string }) =>
  defined({ limit, cursor })
