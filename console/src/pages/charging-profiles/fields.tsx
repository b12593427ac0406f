import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import { useTranslation } from 'react-i18next'
import { InstantInput } from '../../components/instant-input.tsx'
import { type Draft, KINDS, PURPOSES, RECURRENCIES, UNITS } from './draft.ts'

interface Props {
  draft: Draft
  change: (draft: Draft) => void
  /** What is wrong with it, by its name in the draft. */
  errorOf: (path: string) => string | undefined
}

type Named<T> = { [K in keyof Draft]-?: Draft[K] extends T ? K : never }[keyof Draft]

/** All of a charging profile but its periods. */
export function ProfileFields({ draft, change, errorOf }: Props) {
  const { t } = useTranslation()
  const text = (name: Named<string>, hint?: string) => (
    <FormField
      label={t(`chargingProfiles.${name}` as 'chargingProfiles.duration')}
      constraintText={hint}
      errorText={errorOf(name)}
    >
      <Input value={draft[name]} onChange={({ detail }) => change({ ...draft, [name]: detail.value })} />
    </FormField>
  )
  const choice = (name: Named<string>, values: readonly string[], hint?: string) => {
    const options = values.map((value) => ({ value, label: value }))
    return (
      <FormField
        label={t(`chargingProfiles.${name}` as 'chargingProfiles.duration')}
        constraintText={hint}
        errorText={errorOf(name)}
      >
        <Select
          options={options}
          selectedOption={options.find(({ value }) => value === draft[name]) ?? null}
          onChange={({ detail }) => change({ ...draft, [name]: detail.selectedOption.value ?? '' })}
        />
      </FormField>
    )
  }
  const instant = (name: 'validFrom' | 'validTo' | 'startSchedule', hint?: string) => (
    <FormField label={t(`chargingProfiles.${name}`)} constraintText={hint} errorText={errorOf(name)}>
      <InstantInput
        value={draft[name]}
        ariaLabel={t(`chargingProfiles.${name}`)}
        change={(value) => change({ ...draft, [name]: value })}
      />
    </FormField>
  )
  return (
    <div className="busbar-fields-grid">
      {text('description')}
      {choice('purpose', PURPOSES, t(`chargingProfiles.purposes.${draft.purpose as 'TxProfile'}`))}
      {choice('kind', KINDS, t(`chargingProfiles.kinds.${draft.kind as 'Absolute'}`))}
      {draft.kind === 'Recurring' && choice('recurrency', RECURRENCIES)}
      {text('stackLevel', t('chargingProfiles.stackLevelHint'))}
      {choice('unit', UNITS, t('chargingProfiles.unitHint'))}
      {text('minChargingRate', t('chargingProfiles.minChargingRateHint'))}
      {text('duration', t('chargingProfiles.durationHint'))}
      {draft.kind !== 'Relative' && instant('startSchedule', t('chargingProfiles.startScheduleHint'))}
      {instant('validFrom')}
      {instant('validTo')}
    </div>
  )
}
