import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { ErrorOf } from '../form-modal.tsx'
import { Leaf, type Suggestion } from './leaf.tsx'
import { boundsOf, childPath, type Draft, isObject, type Schema, startOf, withProperty } from './schema.ts'

export interface FieldContext {
  errorOf: ErrorOf
  /** Whether what is at this path may be left out although the schema asks for it: it is filled in. */
  filledIn: (path: string) => boolean
  suggestionsOf: (name: string) => readonly Suggestion[] | undefined
}

interface FieldProps {
  schema: Schema
  name: string
  path: string
  value: Draft
  required: boolean
  context: FieldContext
  change: (value: Draft) => void
}

interface GroupProps {
  schema: Schema
  path: string
  value: Draft
  context: FieldContext
  change: (value: Draft) => void
}

/** The properties of an object: those that must be there first. */
export function ObjectFields({ schema, path, value, context, change }: GroupProps) {
  const required = new Set(schema.required ?? [])
  const properties = Object.entries(schema.properties ?? {})
  const inOrder = [
    ...properties.filter(([name]) => required.has(name)),
    ...properties.filter(([name]) => !required.has(name)),
  ]
  return (
    <SpaceBetween size="m">
      {inOrder.map(([name, property]) => (
        <Field
          key={name}
          schema={property}
          name={name}
          path={childPath(path, name)}
          value={isObject(value) ? value[name] : undefined}
          required={required.has(name) && !context.filledIn(childPath(path, name))}
          context={context}
          change={(part) => change(withProperty(value, name, part))}
        />
      ))}
    </SpaceBetween>
  )
}

function Field(props: FieldProps) {
  const { t } = useTranslation()
  const { schema, name, path, value, required, context, change } = props
  if (schema.type === 'object') return <ObjectField {...props} />
  if (schema.type === 'array') return <ArrayField {...props} />
  return (
    <FormField
      label={<Label name={name} required={required} />}
      constraintText={hintOf(schema, context.filledIn(path), t)}
      errorText={context.errorOf(path)}
      stretch
    >
      <Leaf
        schema={schema}
        name={name}
        value={value}
        optional={!required}
        suggestions={context.suggestionsOf(name)}
        change={change}
      />
    </FormField>
  )
}

function Label({ name, required }: { name: string; required: boolean }) {
  const { t } = useTranslation()
  return (
    <>
      {name}
      {!required && <i> – {t('common.optional')}</i>}
    </>
  )
}

function ObjectField({ schema, name, path, value, required, context, change }: FieldProps) {
  const { t } = useTranslation()
  const there = isObject(value)
  return (
    <fieldset className="busbar-fieldset">
      <legend>
        <Label name={name} required={required} />
      </legend>
      <SpaceBetween size="s">
        {there && (
          <ObjectFields schema={schema} path={path} value={value} context={context} change={change} />
        )}
        {!there && (
          <Button
            iconName="add-plus"
            formAction="none"
            ariaLabel={t('form.addNamed', { name })}
            onClick={() => change(startOf(schema, context.filledIn, path))}
          >
            {t('form.add')}
          </Button>
        )}
        {there && !required && (
          <Button
            formAction="none"
            ariaLabel={t('form.removeNamed', { name })}
            onClick={() => change(undefined)}
          >
            {t('common.remove')}
          </Button>
        )}
        <Issue text={there ? undefined : context.errorOf(path)} />
      </SpaceBetween>
    </fieldset>
  )
}

function ArrayField({ schema, name, path, value, required, context, change }: FieldProps) {
  const { t } = useTranslation()
  const items = Array.isArray(value) ? value : []
  const element = schema.items ?? {}
  const put = (index: number, item: Draft) =>
    change(items.map((each, at) => (at === index ? (item ?? '') : each)))
  return (
    <fieldset className="busbar-fieldset">
      <legend>
        <Label name={name} required={required} />
      </legend>
      <SpaceBetween size="s">
        {items.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity but their place
          <div key={index} className="busbar-item">
            {element.type === 'object' ? (
              <ObjectFields
                schema={element}
                path={childPath(path, index)}
                value={item}
                context={context}
                change={(part) => put(index, part)}
              />
            ) : (
              <Leaf
                schema={element}
                name={`${name} ${index + 1}`}
                value={item}
                optional={false}
                suggestions={context.suggestionsOf(name)}
                change={(part) => put(index, part)}
              />
            )}
            <Button
              formAction="none"
              variant="icon"
              iconName="close"
              ariaLabel={t('form.removeNamed', { name: `${name} ${index + 1}` })}
              onClick={() => change(items.length === 1 && !required ? undefined : items.toSpliced(index, 1))}
            />
          </div>
        ))}
        <Button
          iconName="add-plus"
          formAction="none"
          ariaLabel={t('form.addNamed', { name })}
          onClick={() => change([...items, startOf(element, context.filledIn, childPath(path, 0)) ?? ''])}
        >
          {t('form.add')}
        </Button>
        <Issue text={items.length === 0 ? context.errorOf(path) : undefined} />
      </SpaceBetween>
    </fieldset>
  )
}

function Issue({ text }: { text: string | undefined }) {
  return text === undefined ? null : <Box color="text-status-error">{text}</Box>
}

function hintOf(schema: Schema, filledIn: boolean, t: TFunction): string {
  const { minimum, maximum } = boundsOf(schema)
  const hints = [
    ...(filledIn ? [t('form.filledIn')] : []),
    ...(schema.type === 'string' && schema.maxLength !== undefined && !schema.format
      ? [t('form.maxLength', { count: schema.maxLength })]
      : []),
    ...(minimum === undefined ? [] : [t('form.minimum', { minimum })]),
    ...(maximum === undefined ? [] : [t('form.maximum', { maximum })]),
  ]
  return hints.join(' ')
}
