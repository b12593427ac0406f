import FormField from '@cloudscape-design/components/form-field'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ErrorOf } from '../form-modal.tsx'
import { ObjectFields } from './fields.tsx'
import type { Suggestion } from './leaf.tsx'
import { type Draft, isObject, type Schema } from './schema.ts'

interface Props {
  /** Of an object. */
  schema: Schema
  value: Draft
  /** `undefined`: what is typed as JSON is none. */
  change: (value: Draft) => void
  errorOf?: ErrorOf
  /** Paths of what may be left out although the schema asks for it. */
  composes?: readonly string[]
  /** Values worth offering, by the name of the property. */
  suggestions?: Readonly<Record<string, readonly Suggestion[]>>
}

const NO_PATHS: readonly string[] = []
const NO_SUGGESTIONS: Readonly<Record<string, readonly Suggestion[]>> = {}

/** A form drawn from a JSON Schema, or the raw JSON. */
export function SchemaForm({
  schema,
  value,
  change,
  errorOf = () => undefined,
  composes = NO_PATHS,
  suggestions = NO_SUGGESTIONS,
}: Props) {
  const { t } = useTranslation()
  const [raw, setRaw] = useState<string>()
  const context = useMemo(
    () => ({
      errorOf,
      filledIn: (path: string) => composes.includes(path.replaceAll(/\[\d+\]/g, '')),
      suggestionsOf: (name: string) => suggestions[name],
    }),
    [errorOf, composes, suggestions],
  )
  const parsed = raw === undefined ? value : parse(raw)
  const empty = Object.keys(schema.properties ?? {}).length === 0
  return (
    <SpaceBetween size="m">
      <SegmentedControl
        label={t('form.as')}
        selectedId={raw === undefined ? 'form' : 'json'}
        options={[
          { id: 'form', text: t('form.form'), disabled: raw !== undefined && parsed === undefined },
          { id: 'json', text: t('form.json') },
        ]}
        onChange={({ detail }) =>
          setRaw(detail.selectedId === 'json' ? JSON.stringify(value ?? {}, null, 2) : undefined)
        }
      />
      {raw === undefined && empty && <span>{t('form.nothing')}</span>}
      {raw === undefined && (
        <ObjectFields schema={schema} path="" value={value} context={context} change={change} />
      )}
      {raw !== undefined && (
        <FormField
          label={t('form.json')}
          errorText={parsed === undefined ? t('form.noJson') : errorOf('')}
          stretch
        >
          <Textarea
            value={raw}
            rows={12}
            spellcheck={false}
            onChange={({ detail }) => {
              setRaw(detail.value)
              change(parse(detail.value))
            }}
          />
        </FormField>
      )}
    </SpaceBetween>
  )
}

/** An object, or `undefined`. */
function parse(text: string): Draft {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
