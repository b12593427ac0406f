import Autosuggest from '@cloudscape-design/components/autosuggest'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import TokenGroup from '@cloudscape-design/components/token-group'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Offer, type OfferedNoun, useOffers } from './offers.ts'

interface Props {
  noun: OfferedNoun
  value: string
  change: (value: string) => void
  ariaLabel: string
  autoFocus?: boolean
}

/** An id that is typed, or chosen of those there are. */
export function OfferInput({ noun, value, change, ariaLabel, autoFocus = false }: Props) {
  const { offers, loading } = useOffers(noun, value)
  const { t } = useTranslation()
  return (
    <Autosuggest
      value={value}
      options={offers}
      filteringType="manual"
      statusType={loading ? 'loading' : 'finished'}
      loadingText={t('common.loading')}
      empty={t('common.none')}
      ariaLabel={ariaLabel}
      autoFocus={autoFocus}
      onChange={({ detail }) => change(detail.value)}
    />
  )
}

interface ManyProps {
  noun: OfferedNoun
  values: readonly string[]
  change: (values: string[]) => void
  ariaLabel: string
}

/** Several of them. Enter takes what was typed, whether there is such a one or not. */
export function OfferInputs({ noun, values, change, ariaLabel }: ManyProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const { offers, loading } = useOffers(noun, typed)
  const take = (text: string) => {
    const value = text.trim()
    setTyped('')
    if (value !== '' && !values.includes(value)) change([...values, value])
  }
  return (
    <SpaceBetween size="xs">
      <Autosuggest
        value={typed}
        options={offers.filter(({ value }) => !values.includes(value))}
        filteringType="manual"
        statusType={loading ? 'loading' : 'finished'}
        loadingText={t('common.loading')}
        empty={t('common.none')}
        enteredTextLabel={(text) => t('form.addNamed', { name: text })}
        ariaLabel={ariaLabel}
        onChange={({ detail }) => setTyped(detail.value)}
        onSelect={({ detail }) => take(detail.value)}
        onBlur={() => take(typed)}
        onKeyDown={(event) => {
          if (event.detail.key !== 'Enter' || typed === '') return
          event.preventDefault()
          take(typed)
        }}
      />
      {values.length > 0 && (
        <TokenGroup
          items={values.map((value) => ({
            label: value,
            dismissLabel: t('form.removeNamed', { name: value }),
          }))}
          onDismiss={({ detail }) => change(values.filter((_, index) => index !== detail.itemIndex))}
        />
      )}
    </SpaceBetween>
  )
}

interface SelectProps {
  noun: OfferedNoun
  /** None is empty. */
  value: string
  /** What people know the value by. */
  label?: string | undefined
  change: (value: string) => void
  ariaLabel: string
}

/** One of those there are, known by another name than its id. */
export function OfferSelect({ noun, value, label, change, ariaLabel }: SelectProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState<Offer>()
  const { offers, loading } = useOffers(noun, typed)
  const none = { value: '', label: t('common.none') }
  const known = [chosen, ...offers].find((offer) => offer?.value === value)
  return (
    <Select
      options={[none, ...offers]}
      selectedOption={value === '' ? none : (known ?? { value, label: label ?? value })}
      filteringType="manual"
      statusType={loading ? 'loading' : 'finished'}
      loadingText={t('common.loading')}
      filteringAriaLabel={ariaLabel}
      ariaLabel={ariaLabel}
      onLoadItems={({ detail }) => setTyped(detail.filteringText)}
      onChange={({ detail }) => {
        setChosen(detail.selectedOption as Offer)
        change(detail.selectedOption.value ?? '')
      }}
    />
  )
}
