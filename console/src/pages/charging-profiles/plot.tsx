import Box from '@cloudscape-design/components/box'
import LineChart from '@cloudscape-design/components/line-chart'
import { useTranslation } from 'react-i18next'
import { clockOf, DAY_SECONDS, type Profile, type Schedule } from './draft.ts'
import { linesOf, pictureOf, type Step, scaleOf, stepsOf } from './steps.ts'

const HEIGHT = 260
const COLOUR = '#0f9d8f'
const ROOM = 1.1

interface ChartProps {
  steps: readonly Step[]
  span: number
  unit: string
  label: string
  xTitle: string
  tickOf: (seconds: number) => string
}

/** Limits over time, as steps. Where there is no line, the profile sets no limit. */
function StepChart({ steps, span, unit, label, xTitle, tickOf }: ChartProps) {
  const { t } = useTranslation()
  const format = (value: number) => `${value} ${unit}`
  const scale = scaleOf(span)
  const highest = Math.max(1, ...steps.map(({ limit }) => limit))
  return (
    <LineChart<number>
      series={linesOf(steps).map((data) => ({
        type: 'line',
        title: t('chargingProfiles.limit'),
        color: COLOUR,
        data: data.map(({ x, y }) => ({ x: x / scale, y })),
        valueFormatter: format,
      }))}
      xScaleType="linear"
      xDomain={[0, span / scale]}
      yDomain={[0, highest * ROOM]}
      i18nStrings={{
        xTickFormatter: (value) => tickOf(Math.round(value * scale)),
        yTickFormatter: (value) => `${value}`,
        detailPopoverDismissAriaLabel: t('common.close'),
      }}
      ariaLabel={label}
      height={HEIGHT}
      hideFilter
      hideLegend
      xTitle={xTitle}
      yTitle={unit}
      empty={<Box textAlign="center">{t('chargingProfiles.nothingToDraw')}</Box>}
    />
  )
}

/** The schedule of a profile; of one that recurs its day, or its week. */
export function ProfilePlot({ profile }: { profile: Profile }) {
  const { t } = useTranslation()
  const { steps, span, recurring } = pictureOf(profile)
  const weekly = span > DAY_SECONDS
  const { chargingProfileKind: kind, chargingSchedule: schedule } = profile
  const since = kind === 'Relative' ? t('chargingProfiles.sinceCharging') : t('chargingProfiles.sinceStart')
  return (
    <StepChart
      steps={steps}
      span={span}
      unit={schedule.chargingRateUnit}
      label={t('chargingProfiles.plot')}
      xTitle={recurring ? t(weekly ? 'chargingProfiles.ofWeek' : 'chargingProfiles.ofDay') : since}
      tickOf={recurring && weekly ? weekTick : clockOf}
    />
  )
}

const WEEKDAY = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' })
/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1)

const weekTick = (seconds: number): string =>
  `${WEEKDAY.format(MONDAY + seconds * 1000)} ${clockOf(seconds % DAY_SECONDS)}`

/** What a charge point says it will keep to, from an instant on. */
export function CompositePlot({ schedule, start }: { schedule: Schedule; start: string }) {
  const { t } = useTranslation()
  const steps = stepsOf(schedule)
  const from = Date.parse(start)
  return (
    <StepChart
      steps={steps}
      span={steps.at(-1)?.to ?? 1}
      unit={schedule.chargingRateUnit}
      label={t('chargingProfiles.composite')}
      xTitle={t('chargingProfiles.byClock')}
      tickOf={(seconds) => CLOCK.format(from + seconds * 1000)}
    />
  )
}

const CLOCK = new Intl.DateTimeFormat('en', { timeStyle: 'short', hourCycle: 'h23' })
