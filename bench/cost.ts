import { pathToFileURL } from 'node:url'
import { LOOK_FOR_STALE, type Measured, measureUnits } from './units.ts'

/** List prices of us-east-1 in USD, without any free tier. */
const PRICES = {
  webSocketMessage: 1.0e-6,
  connectionMinute: 0.25e-6,
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  invocation: 0.2e-6,
  gigabyteSecond: 13.3334e-6,
  queueRequest: 0.4e-6,
  busEvent: 1.0e-6,
  edgeRequest: 1.0e-6 + 0.1e-6,
}

/** What was not measured on AWS: a handler's time and memory, and how many changes come to a reader of the stream at once. */
const ASSUMED = { gigabytes: 0.25, seconds: 0.02, changesAtOnce: 10 }

const HOURS = 730
/** API Gateway ends a connection after two hours. */
const CONNECTS = HOURS / 2
const DAYS = HOURS / 24
/** One each five minutes. */
const LOOKS = HOURS * 12

/** How a charge point spends its month. */
export interface Profile {
  name: string
  heartbeatSeconds: number
  sessions: number
  /** Of each session. */
  hours: number
  meterValueSeconds: number
}

export const PROFILES: Profile[] = [
  { name: 'idle', heartbeatSeconds: 300, sessions: 0, hours: 0, meterValueSeconds: 60 },
  { name: 'usual', heartbeatSeconds: 300, sessions: 60, hours: 1.5, meterValueSeconds: 60 },
  { name: 'talkative', heartbeatSeconds: 60, sessions: 60, hours: 1.5, meterValueSeconds: 10 },
]

export interface Cost {
  profile: string
  messages: number
  connection: number
  table: number
  compute: number
  events: number
  edge: number
  total: number
}

/** How often each journey happens in a month; events: how many of the changes are told. */
function journeysOf({ heartbeatSeconds, sessions, hours, meterValueSeconds }: Profile) {
  const meterValues = (sessions * hours * 3600) / meterValueSeconds
  const heartbeats = (HOURS * 3600) / heartbeatSeconds
  // Preparing, Charging, Finishing, Available.
  const statuses = 4 * sessions
  // Its configuration is read once a day, and each session began with a remote start, say.
  const calls = DAYS + sessions
  return {
    fromStation: heartbeats + meterValues + statuses + 3 * sessions,
    toStation: calls,
    units: {
      connect: CONNECTS,
      'connect, afterwards': CONNECTS,
      'disconnect, afterwards': CONNECTS,
      Heartbeat: heartbeats,
      'Heartbeat, the first of a day, afterwards': DAYS,
      Authorize: sessions,
      StartTransaction: sessions,
      'StartTransaction, afterwards': sessions,
      'MeterValues, 6 values': meterValues,
      StopTransaction: sessions,
      'StopTransaction, afterwards': sessions,
      StatusNotification: statuses,
      'StatusNotification, another status, afterwards': statuses,
      'a request, sent to closed': calls,
      'the tick that follows it': calls,
      [LOOK_FOR_STALE]: LOOKS,
    } as Record<string, number>,
    events: 2 * CONNECTS + meterValues + statuses + 2 * sessions + calls,
  }
}

/** What a charge point brings in a month, by the units that were measured. */
function trafficOf(profile: Profile, measured: readonly Measured[]) {
  const { fromStation, toStation, units, events } = journeysOf(profile)
  const sum = (of: 'write' | 'read') =>
    Object.entries(units).reduce((total, [what, times]) => {
      const found = measured.find((each) => each.what === what)
      if (!found) throw new Error(`the bench does not measure "${what}"`)
      return total + times * found.units[of]
    }, 0)
  // Beside those measured: a disconnect, and an event's place in the feed.
  const writes = sum('write') + CONNECTS + 2 * events
  return { handled: fromStation + toStation, toStation, writes, reads: sum('read'), events }
}

/** What a charge point costs in a month. */
export function costOf(profile: Profile, measured: readonly Measured[]): Cost {
  const { handled, toStation, writes, reads, events } = trafficOf(profile, measured)
  // The authorizer has twice the memory and does more; relist and tell look at what was written.
  const invocations = handled + 5 * CONNECTS + (2 * handled) / ASSUMED.changesAtOnce
  const messages = 2 * handled * PRICES.webSocketMessage
  const connection = HOURS * 60 * PRICES.connectionMinute
  const table = writes * PRICES.writeUnit + reads * PRICES.readUnit
  const ticks = (CONNECTS + toStation) * (3 * PRICES.queueRequest + PRICES.invocation)
  const time = invocations * ASSUMED.gigabytes * ASSUMED.seconds * PRICES.gigabyteSecond
  const compute = invocations * PRICES.invocation + time + ticks
  const told = events * PRICES.busEvent
  const edge = CONNECTS * PRICES.edgeRequest
  const total = messages + connection + table + compute + told + edge
  return { profile: profile.name, messages, connection, table, compute, events: told, edge, total }
}

/** Rows of a table in Markdown, in USD. */
export function costTable(measured: readonly Measured[]): string[] {
  const usd = (value: number) => value.toFixed(3)
  return PROFILES.map((profile) => {
    const { messages, connection, table, compute, events, edge, total } = costOf(profile, measured)
    const parts = [messages, connection, table, compute, events, edge].map(usd)
    return `| ${[profile.name, ...parts, `**${usd(total)}**`].join(' | ')} |`
  })
}

const FLEETS = [1_000, 10_000, 100_000]
const SECONDS = HOURS * 3600

/** Rows of a table in Markdown: what fleets of *usual* charge points bring in a second, in the mean of a month. */
export function loadTable(measured: readonly Measured[]): string[] {
  const usual = PROFILES.find(({ name }) => name === 'usual') as Profile
  const { handled, writes, events } = trafficOf(usual, measured)
  const rows = { 'frames, both ways': 2 * handled, 'table: units written': writes, events }
  return Object.entries(rows).map(([what, inMonth]) => {
    const figures = FLEETS.map((stations) => Number(((stations * inMonth) / SECONDS).toPrecision(2)))
    return `| ${[what, ...figures.map((each) => each.toLocaleString('en-US'))].join(' | ')} |`
  })
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const measured = await measureUnits()
  console.log([...costTable(measured), '', ...loadTable(measured)].join('\n'))
}
