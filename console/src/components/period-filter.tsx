import DateRangePicker from '@cloudscape-design/components/date-range-picker'
import { useTranslation } from 'react-i18next'
import { formatInstant } from './format.ts'
import type { Asked } from './listing-state.ts'
import { askedOf, type Unit } from './period.ts'

const AGO = [
  { unit: 'hour', amount: 1 },
  { unit: 'day', amount: 1 },
  { unit: 'week', amount: 1 },
  { unit: 'month', amount: 1 },
] as const

/** A period as `from` and `to`. One that reaches until now has no `to`. */
export function PeriodFilter({ asked, change }: { asked: Asked; change: (asked: Asked) => void }) {
  const { t } = useTranslation()
  const { from, to, ...rest } = asked
  const lastOf = (unit: Unit, count: number): string => t(`period.last.${unit}`, { count })
  const whole = from !== undefined && to !== undefined
  const since = from === undefined ? undefined : t('period.since', { at: formatInstant(from) })
  const until = to === undefined ? undefined : t('period.until', { at: formatInstant(to) })
  return (
    <DateRangePicker
      value={whole ? { type: 'absolute', startDate: from, endDate: to } : null}
      relativeOptions={AGO.map((ago) => ({ ...ago, key: ago.unit, type: 'relative' }))}
      isValidRange={(range) =>
        range && askedOf(range, Date.now())
          ? { valid: true }
          : { valid: false, errorMessage: t('period.invalid') }
      }
      placeholder={since ?? until ?? t('period.any')}
      absoluteFormat="long-localized"
      expandToViewport
      timeInputFormat="hh:mm"
      i18nStrings={{
        ariaLabel: t('period.label'),
        formatRelativeRange: ({ unit, amount }) => lastOf(unit, amount),
      }}
      onChange={({ detail }) =>
        change({ ...rest, ...((detail.value && askedOf(detail.value, Date.now())) ?? {}) })
      }
    />
  )
}
