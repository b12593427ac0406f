import Autosuggest from '@cloudscape-design/components/autosuggest'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import Textarea from '@cloudscape-design/components/textarea'
import { useTranslation } from 'react-i18next'
import { InstantInput } from '../instant-input.tsx'
import type { Draft, Schema } from './schema.ts'

/** A value worth offering, and what it stands for. */
export interface Suggestion {
  value: string
  description?: string
}

export interface LeafProps {
  schema: Schema
  name: string
  value: Draft
  optional: boolean
  suggestions: readonly Suggestion[] | undefined
  change: (value: Draft) => void
}

/** Longer texts, as certificates are, want more than a line. */
const LINE = 600

/** The control for a value that holds no others. */
export function Leaf(props: LeafProps) {
  const { schema, name, value, suggestions, change } = props
  if (schema.enum) return <Choice {...props} values={schema.enum} />
  if (schema.type === 'boolean') return <Choice {...props} values={[true, false]} />
  if (schema.format === 'date-time') {
    const given = typeof value === 'string' ? value : undefined
    return <InstantInput value={given} change={change} ariaLabel={name} />
  }
  const take = (text: string) => change(readText(schema, text))
  const text = value === undefined || value === null ? '' : String(value)
  // Also before there are any: another control in its place would take the focus from whoever types.
  if (suggestions) {
    return (
      <Autosuggest
        value={text}
        options={suggestions.map((each) => ({ ...each }))}
        ariaLabel={name}
        onChange={({ detail }) => take(detail.value)}
      />
    )
  }
  if (schema.type === 'string' && (schema.maxLength ?? 0) >= LINE)
    return <Textarea value={text} rows={6} onChange={({ detail }) => take(detail.value)} />
  const numeric = schema.type === 'integer' || schema.type === 'number'
  return (
    <Input
      value={text}
      type={numeric ? 'number' : 'text'}
      {...(numeric ? { inputMode: 'numeric', step: schema.multipleOf ?? 1 } : {})}
      onChange={({ detail }) => take(detail.value)}
    />
  )
}

function Choice({
  values,
  value,
  optional,
  change,
}: LeafProps & { values: readonly (string | number | boolean)[] }) {
  const { t } = useTranslation()
  const options = values.map((each) => ({ value: String(each), label: labelOf(each) }))
  const none = { value: '', label: t('form.absent') }
  return (
    <Select
      options={optional ? [none, ...options] : options}
      placeholder={t('form.choose')}
      selectedOption={
        options.find((option) => value !== undefined && option.value === String(value)) ??
        (optional ? none : null)
      }
      onChange={({ detail }) => change(values.find((each) => String(each) === detail.selectedOption.value))}
    />
  )
}

const labelOf = (value: string | number | boolean): string => String(value)

/** An empty text is nothing; what is no number stays as it is, for the API to refuse. */
function readText({ type }: Schema, text: string): Draft {
  if (text === '') return undefined
  if (type !== 'integer' && type !== 'number') return text
  return Number.isFinite(Number(text)) ? Number(text) : text
}
