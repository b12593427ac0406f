import type { DateRangePickerProps } from '@cloudscape-design/components/date-range-picker'
import type { Asked } from './listing-state.ts'

/** The names of the API's period: from an instant on, and before another. */
export const PERIOD = ['from', 'to'] as const

const HOUR = 3_600_000
const MILLISECONDS = {
  second: 1_000,
  minute: 60_000,
  hour: HOUR,
  day: 24 * HOUR,
  week: 7 * 24 * HOUR,
  month: 30 * 24 * HOUR,
  year: 365 * 24 * HOUR,
}

export type Unit = keyof typeof MILLISECONDS

/** What the API is asked for; nothing where the range is none. */
export function askedOf(range: DateRangePickerProps.Value, now: number): Asked | undefined {
  if (range.type === 'relative') {
    const span = range.amount * MILLISECONDS[range.unit]
    return span > 0 ? { from: new Date(now - span).toISOString() } : undefined
  }
  const [from, to] = [Date.parse(range.startDate), Date.parse(range.endDate)]
  return from < to ? { from: new Date(from).toISOString(), to: new Date(to).toISOString() } : undefined
}
