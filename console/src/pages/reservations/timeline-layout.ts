import type { Reservation } from './status.tsx'

/** Milliseconds since 1970. */
export interface TimeWindow {
  from: number
  to: number
}

/** A reservation in a row of the timeline. */
export interface Bar {
  reservation: Reservation
  /** When it begins and ends, whatever part of it is shown. */
  from: number
  to: number
  /** Parts of the window, from 0 to 1. */
  start: number
  width: number
  /** Bars of a row that overlap lie beside each other. */
  lane: number
}

export interface Row {
  chargePointId: string
  /** 0: any of its connectors. */
  connectorId: number
  lanes: number
  bars: Bar[]
}

const OPEN: readonly Reservation['status'][] = ['Waiting', 'Accepted']

/** From when it was asked for until it expires; what ended before that, until it did. */
export function spanOf({ status, createdAt, updatedAt, expiryDate }: Reservation): TimeWindow {
  const from = Date.parse(createdAt)
  const to = Date.parse(OPEN.includes(status) || status === 'Expired' ? expiryDate : updatedAt)
  return { from, to: Math.max(from, to) }
}

/** The rows of the connectors that have reservations in the window, in the order of their names. */
export function layoutOf(reservations: readonly Reservation[], shown: TimeWindow): Row[] {
  const rows = new Map<string, Row>()
  const byBegin = [...reservations].sort((a, b) => spanOf(a).from - spanOf(b).from)
  for (const reservation of byBegin) {
    const span = spanOf(reservation)
    if (span.to <= shown.from || span.from >= shown.to) continue
    const { chargePointId, connectorId } = reservation
    const name = JSON.stringify([chargePointId, connectorId])
    const row = rows.get(name) ?? { chargePointId, connectorId, lanes: 0, bars: [] }
    rows.set(name, row)
    const lane = freeLane(row, span.from)
    row.lanes = Math.max(row.lanes, lane + 1)
    row.bars.push({ reservation, ...span, lane, ...partOf(span, shown) })
  }
  return [...rows.values()].sort(
    (a, b) => a.chargePointId.localeCompare(b.chargePointId) || a.connectorId - b.connectorId,
  )
}

function freeLane({ lanes, bars }: Row, from: number): number {
  for (let lane = 0; lane < lanes; lane++)
    if (bars.every((bar) => bar.lane !== lane || bar.to <= from)) return lane
  return lanes
}

function partOf({ from, to }: TimeWindow, shown: TimeWindow): { start: number; width: number } {
  const length = shown.to - shown.from
  const start = Math.max(0, (from - shown.from) / length)
  return { start, width: Math.min(1, (to - shown.from) / length) - start }
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const STEPS = [15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR]

/** Round times of day in the window, so many at the most. `offset` is the zone's, in milliseconds to be added to UTC. */
export function ticksOf({ from, to }: TimeWindow, max: number, offset: number): number[] {
  const step = STEPS.find((each) => (to - from) / each <= max) ?? to - from
  const first = Math.ceil((from + offset) / step) * step - offset
  const ticks: number[] = []
  for (let at = first; at < to; at += step) ticks.push(at)
  return ticks
}
