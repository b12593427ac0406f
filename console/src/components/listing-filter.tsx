import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter'
import { useTranslation } from 'react-i18next'
import type { Asked } from './listing-state.ts'

/** A filter that the API has: its name, what people call it, and its values where there are only some. */
export interface FilterDefinition<T> {
  name: string
  label: string
  values?: readonly { value: string; label: string }[]
  /** Values worth offering, of what is on the page; any other may be typed. */
  suggest?: (item: T) => (string | undefined)[]
  /** `^` where the API looks for what begins so. */
  operator?: '=' | '^'
}

interface Props<T> {
  filters: readonly FilterDefinition<T>[]
  /** The one that text without a name is for. */
  freeText: string | undefined
  asked: Asked
  items: readonly T[]
  change: (asked: Asked) => void
}

/** The API's filters as a property filter. All must hold, and each stands once. */
export function ListingFilter<T>({ filters, freeText, asked, items, change }: Props<T>) {
  const { t } = useTranslation()
  const tokens = filters.flatMap(({ name, operator = '=' }) => {
    const value = asked[name]
    return value === undefined ? [] : [{ propertyKey: name, operator, value }]
  })
  const placeholder = freeText ? filters.find(({ name }) => name === freeText)?.label : undefined
  return (
    <PropertyFilter
      query={{ operation: 'and', tokens }}
      hideOperations
      disableFreeTextFiltering={freeText === undefined}
      filteringPlaceholder={placeholder ? `${t('listing.find')}: ${placeholder}, …` : t('listing.find')}
      filteringAriaLabel={t('listing.find')}
      filteringProperties={filters.map(({ name, label, values, operator = '=' }) => ({
        key: name,
        propertyLabel: label,
        groupValuesLabel: label,
        operators: [{ operator, format: (value: unknown) => labelOf(values, String(value ?? '')) }],
        defaultOperator: operator,
      }))}
      filteringOptions={filters.flatMap((filter) => optionsOf(filter, items))}
      customControl={undefined}
      onChange={({ detail }) => change({ ...others(asked, filters), ...read(detail, filters, freeText) })}
    />
  )
}

function optionsOf<T>({ name, values, suggest }: FilterDefinition<T>, items: readonly T[]) {
  if (values) return values.map(({ value, label }) => ({ propertyKey: name, value, label }))
  if (!suggest) return []
  const seen = new Set(items.flatMap(suggest).filter((value) => value !== undefined && value !== ''))
  return [...seen].map((value) => ({ propertyKey: name, value: value ?? '' }))
}

const others = <T,>(asked: Asked, filters: readonly FilterDefinition<T>[]): Asked =>
  Object.fromEntries(
    Object.entries(asked).filter(([name]) => !filters.some((filter) => filter.name === name)),
  )

type Values = FilterDefinition<unknown>['values']

const labelOf = (values: Values, value: string): string =>
  values?.find((each) => each.value === value)?.label ?? value

/** What people call it may be typed as well. */
const meantBy = (values: Values, text: string): string =>
  values?.find(({ value, label }) => value === text || label.toLowerCase() === text.toLowerCase())?.value ??
  text

function read<T>(
  { tokens }: PropertyFilterProps.Query,
  filters: readonly FilterDefinition<T>[],
  freeText: string | undefined,
): Asked {
  const entries = tokens.flatMap(({ propertyKey = freeText, value }): [string, string][] => {
    const text = String(value ?? '').trim()
    if (propertyKey === undefined || text === '') return []
    return [[propertyKey, meantBy(filters.find(({ name }) => name === propertyKey)?.values, text)]]
  })
  return Object.fromEntries(entries)
}
