import { DAY_SECONDS, type Profile, type Schedule, spanOf } from './draft.ts'

/** A limit that holds from one second to another. */
export interface Step {
  from: number
  to: number
  limit: number
}

export interface Point {
  x: number
  y: number
}

const HOUR_SECONDS = 3600

/** The limits of a schedule, in seconds since it began; the last one holds until its end, or `openEnd`. */
export function stepsOf(
  { chargingSchedulePeriod: periods, duration }: Pick<Schedule, 'chargingSchedulePeriod' | 'duration'>,
  openEnd = openEndOf(periods),
): Step[] {
  const end = duration === undefined ? openEnd : Math.min(duration, openEnd)
  return periods
    .map(({ startPeriod, limit }, index) => ({
      from: startPeriod,
      to: Math.min(periods[index + 1]?.startPeriod ?? end, end),
      limit,
    }))
    .filter(({ from, to, limit }) => to > from && Number.isFinite(limit))
}

/** Somewhat after the last begin, for its limit to be seen. */
function openEndOf(periods: Schedule['chargingSchedulePeriod']): number {
  const last = periods.at(-1)?.startPeriod ?? 0
  return Math.ceil((last * 1.25 + HOUR_SECONDS) / HOUR_SECONDS) * HOUR_SECONDS
}

/** What is drawn of a profile: over its day or week where it recurs, by the clock of this device; else since its begin. */
export function pictureOf(profile: Profile): { steps: Step[]; span: number; recurring: boolean } {
  const { chargingSchedule: schedule, chargingProfileKind: kind, recurrencyKind: recurrency = '' } = profile
  const span = spanOf({ kind, recurrency })
  if (span !== undefined) {
    const offset = schedule.startSchedule === undefined ? 0 : offsetIn(span, new Date(schedule.startSchedule))
    const steps = stepsOf(schedule, span).flatMap((step) => wrapped(step, offset, span))
    return { steps: steps.toSorted((one, other) => one.from - other.from), span, recurring: true }
  }
  const steps = stepsOf(schedule, schedule.duration ?? openEndOf(schedule.chargingSchedulePeriod))
  return { steps, span: steps.at(-1)?.to ?? HOUR_SECONDS, recurring: false }
}

/** Seconds since midnight, or since Monday's. */
export function offsetIn(span: number, at: Date): number {
  const ofDay = at.getHours() * 3600 + at.getMinutes() * 60 + at.getSeconds()
  return span === DAY_SECONDS ? ofDay : ((at.getDay() + 6) % 7) * DAY_SECONDS + ofDay
}

/** Moved on; what reaches beyond the end goes on at the beginning. */
function wrapped({ from, to, limit }: Step, offset: number, span: number): Step[] {
  const start = (from + offset) % span
  const end = start + (to - from)
  if (end <= span) return [{ from: start, to: end, limit }]
  return [
    { from: 0, to: end - span, limit },
    { from: start, to: span, limit },
  ]
}

/** Step lines: one for each stretch without a gap, two points for each step. */
export function linesOf(steps: readonly Step[]): Point[][] {
  const lines: Point[][] = []
  let end: number | undefined
  for (const { from, to, limit } of steps) {
    const points = [
      { x: from, y: limit },
      { x: to, y: limit },
    ]
    if (from === end) lines.at(-1)?.push(...points)
    else lines.push(points)
    end = to
  }
  return lines
}

/** Seconds of what the time is counted in, for the ticks of a plot to be round: minutes, hours or days. */
export function scaleOf(span: number): number {
  if (span > 3 * DAY_SECONDS) return DAY_SECONDS
  return span > 2 * HOUR_SECONDS ? HOUR_SECONDS : 60
}
