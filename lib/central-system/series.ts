import type { MeterValuesRecord } from '../store/port.ts'
import { type Reading, readingsOf } from './readings.ts'

export interface Point {
  timestamp: string
  value: number
}

/** What is measured together: one measurand, of one phase or of none, at one place, in one unit. */
export interface Track {
  measurand: string
  phase?: string
  location: string
  unit: string
  /** How many readings there are of it. */
  count: number
}

export interface Series extends Track {
  points: Point[]
}

export interface SeriesWish {
  measurand: string
  phase?: string
  location?: string
  /** At the most, of each series; at least four. */
  points: number
}

/** The series that are asked for, thinned, and everything that there is. */
export function seriesOf(
  records: readonly MeterValuesRecord[],
  { measurand, phase, location, points }: SeriesWish,
): { series: Series[]; available: Track[] } {
  const tracks = tracksOf(readingsOf(records))
  const wanted = tracks.filter(
    ({ track }) =>
      track.measurand === measurand &&
      (phase === undefined || track.phase === phase) &&
      (location === undefined || track.location === location),
  )
  return {
    series: wanted.map(({ track, readings }) => ({ ...track, points: thin(readings, points) })),
    available: tracks.map(({ track }) => track),
  }
}

function tracksOf(readings: readonly Reading[]): { track: Track; readings: Point[] }[] {
  const tracks = new Map<string, { track: Track; readings: Point[] }>()
  for (const { measurand, phase, location, unit, timestamp, value } of readings) {
    const named = { measurand, ...(phase === undefined ? {} : { phase }), location, unit }
    const name = JSON.stringify([measurand, phase ?? '', location, unit])
    const known = tracks.get(name) ?? { track: { ...named, count: 0 }, readings: [] }
    known.track.count += 1
    known.readings.push({ timestamp, value })
    tracks.set(name, known)
  }
  return [...tracks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
}

/**
 * So many points at the most of those given in order of time: the first, the last, and the least and the greatest of each
 * of as many equal spans of time as there is room for. No peak is lost, wherever it is.
 */
export function thin(points: readonly Point[], max: number): Point[] {
  const first = points[0]
  const last = points.at(-1)
  if (points.length <= max || !first || !last) return [...points]
  const spans = Math.floor((max - 2) / 2)
  const begin = Date.parse(first.timestamp)
  const length = Math.max(1, Date.parse(last.timestamp) - begin) / spans
  const bySpan = new Map<number, Point[]>()
  for (const point of points.slice(1, -1)) {
    const span = Math.min(spans - 1, Math.floor((Date.parse(point.timestamp) - begin) / length))
    const known = bySpan.get(span)
    if (known) known.push(point)
    else bySpan.set(span, [point])
  }
  return [first, ...[...bySpan.values()].flatMap(extremes), last]
}

/** The least and the greatest, in order of time; one point where they are the same. */
function extremes(points: readonly Point[]): Point[] {
  let least = 0
  let greatest = 0
  for (const [position, { value }] of points.entries()) {
    if (value < (points[least] as Point).value) least = position
    if (value > (points[greatest] as Point).value) greatest = position
  }
  const positions = [...new Set([least, greatest])].sort((a, b) => a - b)
  return positions.map((position) => points[position] as Point)
}
