import Button from '@cloudscape-design/components/button'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTranslation } from 'react-i18next'
import { clockOf, type PeriodDraft, secondsIn } from './draft.ts'

interface Props {
  value: readonly PeriodDraft[]
  unit: string
  change: (periods: readonly PeriodDraft[]) => void
  /** What is wrong with `periods[1].start`. */
  errorOf: (path: string) => string | undefined
}

const HOUR_SECONDS = 3600

/** The periods of a schedule as a table: from when, which limit, on how many phases. */
export function Periods({ value, unit, change, errorOf }: Props) {
  const { t } = useTranslation()
  const put = (index: number, part: Partial<PeriodDraft>) =>
    change(value.map((period, at) => (at === index ? { ...period, ...part } : period)))
  const add = () => {
    const last = value.at(-1)
    const start = clockOf((secondsIn(last?.start ?? '') || 0) + HOUR_SECONDS)
    change([...value, { start, limit: last?.limit ?? '', phases: last?.phases ?? '' }])
  }
  return (
    <SpaceBetween size="s">
      <table className="busbar-periods">
        <thead>
          <tr>
            <th scope="col">{t('chargingProfiles.start')}</th>
            <th scope="col">{t('chargingProfiles.limitIn', { unit })}</th>
            <th scope="col">{t('chargingProfiles.phases')}</th>
            <th scope="col">
              <span className="busbar-hidden">{t('common.actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {value.map((period, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: periods have no identity but their place
            <tr key={index}>
              <td>
                <Figure
                  label={t('chargingProfiles.startOf', { number: index + 1 })}
                  value={period.start}
                  error={errorOf(`periods[${index}].start`)}
                  change={(start) => put(index, { start })}
                />
              </td>
              <td>
                <Figure
                  label={t('chargingProfiles.limitOf', { number: index + 1 })}
                  value={period.limit}
                  error={errorOf(`periods[${index}].limit`)}
                  change={(limit) => put(index, { limit })}
                />
              </td>
              <td>
                <Phases period={period} index={index} change={(phases) => put(index, { phases })} />
              </td>
              <td>
                <Button
                  variant="icon"
                  iconName="close"
                  formAction="none"
                  disabled={value.length === 1}
                  ariaLabel={t('chargingProfiles.removePeriod', { number: index + 1 })}
                  onClick={() => change(value.toSpliced(index, 1))}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Button iconName="add-plus" formAction="none" onClick={add}>
        {t('chargingProfiles.addPeriod')}
      </Button>
    </SpaceBetween>
  )
}

interface FigureProps {
  label: string
  value: string
  error: string | undefined
  change: (value: string) => void
}

function Figure({ label, value, error, change }: FigureProps) {
  return (
    <>
      <Input
        value={value}
        invalid={error !== undefined}
        ariaLabel={error === undefined ? label : `${label}: ${error}`}
        onChange={({ detail }) => change(detail.value)}
      />
      {error !== undefined && <small className="busbar-wrong">{error}</small>}
    </>
  )
}

interface PhasesProps {
  period: PeriodDraft
  index: number
  change: (phases: string) => void
}

function Phases({ period, index, change }: PhasesProps) {
  const { t } = useTranslation()
  const options = ['', '1', '2', '3'].map((value) => ({ value, label: value || t('form.absent') }))
  return (
    <Select
      options={options}
      selectedOption={options.find(({ value }) => value === period.phases) ?? null}
      ariaLabel={t('chargingProfiles.phasesOf', { number: index + 1 })}
      onChange={({ detail }) => change(detail.selectedOption.value ?? '')}
    />
  )
}
