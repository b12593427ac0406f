import * as z from 'zod'
import { CONNECTOR_STATUSES } from '../actions/status-notification.ts'
import { startRebuild } from '../central-system/rebuild.ts'
import type { CentralSystem } from '../central-system/system.ts'
import { type Figures, REBUILD_PARTS, type Rebuild } from '../store/port.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { instant, maybe } from './fields.ts'

const tag = 'Overview'

const count = (description: string) => z.int().meta({ description })

const rebuildSchema = z
  .strictObject({
    startedAt: instant('When it was asked for; it begins a minute later'),
    endedAt: maybe(instant('When all was counted')),
    done: z
      .strictObject(Object.fromEntries(REBUILD_PARTS.map((part) => [part, z.int()])))
      .meta({ description: 'How many records have been counted so far' }),
  })
  .meta({ id: 'Rebuild', description: 'The latest count of everything from the start' })

const overviewSchema = z
  .strictObject({
    users: count('How many users are registered'),
    sites: count('How many sites are registered'),
    idTags: z.strictObject({
      total: count('How many id tags are registered'),
      blocked: count('How many of them are blocked'),
    }),
    chargePoints: z.strictObject({
      total: count('How many charge points are registered'),
      registrationStatus: z.strictObject({
        Accepted: z.int(),
        Pending: z.int(),
        Rejected: z.int(),
      }),
      online: count('How many are connected, stale ones among them'),
      stale: count(
        'How many of those have been silent for longer than their heartbeats allow; they are looked for every five minutes',
      ),
      offline: count('How many are not connected'),
    }),
    connectors: z
      .strictObject(Object.fromEntries(CONNECTOR_STATUSES.map((status) => [status, z.int()])))
      .meta({
        description: 'How many connectors show each status; charge points as a whole (0) are not counted',
      }),
    heard: z
      .strictObject({
        today: z.int(),
        yesterday: z.int(),
        earlier: z.int(),
        never: z.int(),
      })
      .meta({ description: 'How many charge points were last heard of on which day, in UTC' }),
    transactions: z.strictObject({
      active: count('How many run'),
      doubtful: count('How many of them were noted as believed to be over; see the doubts of transactions'),
      startedToday: count('How many started today, in UTC'),
      startedYesterday: z.int(),
    }),
    energyWh: z
      .strictObject({ today: z.number(), yesterday: z.number() })
      .meta({ description: 'What the transactions delivered that stopped on the day, in UTC' }),
    reservations: z.strictObject({ active: count('How many wait for an answer or hold a connector') }),
    tasks: z.strictObject({ running: count('How many have calls that have not ended') }),
    rebuild: maybe(rebuildSchema),
  })
  .meta({ id: 'Overview', description: 'Figures over everything, kept up to date as it changes' })

export const readOverview = endpoint({
  operationId: 'readOverview',
  method: 'get',
  path: '/overview',
  tag,
  summary: 'Read the figures of the whole',
  description:
    'They are a moment behind what they count, and cost the same however much there is. Should they ever be wrong, they can be rebuilt.',
  answers: { 200: { description: 'The figures', body: overviewSchema, etag: true } },
  problems: [],
}).answer(async ({ system, now }) => ({ status: 200, body: await overviewOf(system, now) }))

export const rebuildOverview = endpoint({
  operationId: 'rebuildOverview',
  method: 'post',
  path: '/overview/rebuild',
  tag,
  summary: 'Count everything anew',
  description:
    'Goes through every record, piece by piece, while all else goes on. If that is being done already, nothing new begins; where it has stood still for five minutes, it goes on. `GET /overview` tells how far it is.',
  answers: { 202: { description: 'It is being done', body: rebuildSchema, location: true } },
  problems: [],
}).answer(async ({ system }) => ({
  status: 202,
  body: viewRebuild(await startRebuild(system)),
  location: '/api/overview',
}))

const DAY_MILLISECONDS = 24 * 3600 * 1000

const dayOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10)

async function overviewOf({ store }: CentralSystem, now: string): Promise<z.input<typeof overviewSchema>> {
  const days = [dayOf(Date.parse(now)), dayOf(Date.parse(now) - DAY_MILLISECONDS)] as const
  const [{ figures, rebuild }, overdue] = await Promise.all([
    store.getFigures([...days]),
    store.countOverdueReservations(now),
  ])
  return defined({
    ...totalsOf(figures, overdue),
    ...daysOf(figures, days),
    rebuild: rebuild && viewRebuild(rebuild),
  })
}

/** A sum that is wrong until it is rebuilt, or that is read in the middle of a change, is none below zero. */
const at = (figures: Figures, name: string): number => Math.max(0, figures[name] ?? 0)

function totalsOf(figures: Figures, overdue: number) {
  const sum = (name: string) => at(figures, name)
  const total = sum('chargePoints')
  const online = sum('online')
  return {
    users: sum('users'),
    sites: sum('sites'),
    idTags: { total: sum('idTags'), blocked: sum('idTags.blocked') },
    chargePoints: {
      total,
      registrationStatus: {
        Accepted: sum('chargePoints.Accepted'),
        Pending: sum('chargePoints.Pending'),
        Rejected: sum('chargePoints.Rejected'),
      },
      online,
      stale: sum('stale'),
      offline: Math.max(0, total - online),
    },
    connectors: Object.fromEntries(CONNECTOR_STATUSES.map((status) => [status, sum(`connectors.${status}`)])),
    // Those whose time is over are on record as open until somebody writes down that they have ended.
    reservations: { active: Math.max(0, sum('reservations.open') - overdue) },
    tasks: { running: sum('tasks.running') },
  }
}

function daysOf(figures: Figures, [today, yesterday]: readonly [string, string]) {
  const sum = (name: string) => at(figures, name)
  const heard = {
    today: sum(`heard.${today}`),
    yesterday: sum(`heard.${yesterday}`),
    never: sum('heard.never'),
  }
  const known = heard.today + heard.yesterday + heard.never
  return {
    heard: { ...heard, earlier: Math.max(0, sum('chargePoints') - known) },
    transactions: {
      active: sum('transactions.active'),
      doubtful: sum('transactions.flag.zombie'),
      startedToday: sum(`transactions.started.${today}`),
      startedYesterday: sum(`transactions.started.${yesterday}`),
    },
    energyWh: { today: sum(`energyWh.${today}`), yesterday: sum(`energyWh.${yesterday}`) },
  }
}

function viewRebuild({ startedAt, endedAt, done }: Rebuild): z.input<typeof rebuildSchema> {
  return defined({
    startedAt,
    endedAt,
    done: Object.fromEntries(REBUILD_PARTS.map((part) => [part, done[part] ?? 0])),
  })
}
