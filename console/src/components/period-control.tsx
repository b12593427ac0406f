import type { Asked } from './listing-state.ts'
import { PERIOD } from './period.ts'
import { PeriodFilter } from './period-filter.tsx'

/** The period as one of the filters of a list: `from` and `to`. */
export const PERIOD_CONTROL = {
  names: PERIOD,
  control: (asked: Asked, change: (asked: Asked) => void) => <PeriodFilter asked={asked} change={change} />,
}
