import Box from '@cloudscape-design/components/box'
import LineChart from '@cloudscape-design/components/line-chart'
import { useTranslation } from 'react-i18next'
import { formatClock } from '../../components/format.ts'
import { ProblemAlert } from '../../components/problem.tsx'
import { useSeries } from './plots.tsx'
import { ofPhases, rangeOf, readable, type Series } from './series.ts'

interface Props {
  transactionId: number
  measurand: string
  /** All, where there is none. */
  phases: readonly string[]
}

const HEIGHT = 240
const TICKS = 5

/** One measurand over time, a line for each phase, place and unit there is of it. */
export function Plot({ transactionId, measurand, phases }: Props) {
  const { t } = useTranslation()
  const { data, error, isPending } = useSeries(transactionId, measurand)
  if (error) return <ProblemAlert error={error} />
  const lines = ofPhases(data?.series ?? [], phases).map((series) => lineOf(series, t('transactions.whole')))
  const times = lines.flatMap(({ data: points }) => points.map(({ x }) => x.getTime()))
  const values = lines.flatMap(({ data: points }) => points.map(({ y }) => y))
  const unit = lines[0]?.unit ?? ''
  const format = (value: number) => `${NUMBER.format(value)} ${unit}`.trim()
  return (
    <div>
      <Box variant="h3" padding={{ bottom: 'xs' }}>
        {measurand}
        {unit && ` (${unit})`}
      </Box>
      <LineChart<Date>
        series={lines.map(({ title, data: points }) => ({
          type: 'line',
          title,
          data: points,
          valueFormatter: format,
        }))}
        xScaleType="time"
        {...(times.length > 0
          ? {
              xDomain: [new Date(Math.min(...times)), new Date(Math.max(...times))],
              yDomain: rangeOf(values, !measurand.endsWith('Register')),
            }
          : {})}
        i18nStrings={{
          xTickFormatter: (at) => formatClock(at.toISOString()).slice(0, 5),
          yTickFormatter: (value) => NUMBER.format(value),
          detailPopoverDismissAriaLabel: t('common.close'),
        }}
        detailPopoverSeriesContent={({ series, y }) => ({ key: series.title, value: format(y) })}
        ariaLabel={measurand}
        height={HEIGHT}
        hideFilter
        hideLegend={lines.length < 2}
        statusType={isPending ? 'loading' : 'finished'}
        loadingText={t('common.loading')}
        empty={<Box textAlign="center">{t('transactions.noValues')}</Box>}
        xTitle={spanOf(times) ?? t('transactions.time')}
      />
    </div>
  )
}

const SPAN = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' })
const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: TICKS - 2 })

function lineOf(series: Series, whole: string) {
  const { phase = whole, location } = series
  const { unit, points } = readable(series)
  const title = location === 'Outlet' ? phase : `${phase} (${location})`
  return { title, unit, data: points }
}

/** From when to when, for the axis tells only the time of day. */
function spanOf(times: readonly number[]): string | undefined {
  if (times.length === 0) return undefined
  return SPAN.formatRange(Math.min(...times), Math.max(...times))
}
