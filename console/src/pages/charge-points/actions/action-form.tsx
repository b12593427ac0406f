import Alert from '@cloudscape-design/components/alert'
import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../../api/client.ts'
import { issueAt } from '../../../components/form-modal.tsx'
import { MayButton } from '../../../components/may-button.tsx'
import { ProblemAlert } from '../../../components/problem.tsx'
import { type Draft, missingIn, type Schema, startOf } from '../../../components/schema-form/schema.ts'
import { SchemaForm } from '../../../components/schema-form/schema-form.tsx'
import { useErrorOf } from '../../../components/schema-form/use-error-of.ts'
import { CallView } from './call-view.tsx'
import { dangerOf } from './dangers.ts'
import { useSuggestions } from './suggestions.ts'
import { useSend } from './use-send.ts'

interface Props {
  chargePoint: Schemas['ChargePoint']
  action: Schemas['Action']
  /** What is filled in already. */
  preset?: Draft
}

/** The request of an action as a form; what the charge point answers is shown below it. */
export function ActionForm({ chargePoint, action: { action, request, composes }, preset }: Props) {
  const { t } = useTranslation()
  const { chargePointId } = chargePoint
  const schema = request as Schema
  const filledIn = (path: string) => composes?.includes(path.replaceAll(/\[\d+\]/g, '')) ?? false
  const [payload, setPayload] = useState<Draft>(() => preset ?? startOf(schema, filledIn))
  const [missing, setMissing] = useState<string[]>([])
  const [queue, setQueue] = useState(false)
  const [timeout, setTimeout] = useState('')
  const [sure, setSure] = useState(false)
  const suggestions = useSuggestions(chargePoint, action)
  const { mutate, isPending, error, call, reset } = useSend(chargePointId)
  const danger = dangerOf(action, payload)
  const errorOf = useErrorOf(missing, error)
  const send = () => {
    reset()
    const lacks = missingIn(schema, payload, filledIn)
    setMissing(lacks)
    if (lacks.length > 0) return
    mutate({
      action,
      payload,
      ...(queue ? { whenOffline: 'queue' } : {}),
      ...(timeout === '' ? {} : { timeoutSeconds: Number(timeout) }),
    })
    setSure(false)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <SpaceBetween size="l">
        <SchemaForm
          schema={schema}
          value={payload}
          change={(value) => {
            setPayload(value)
            setSure(false)
          }}
          errorOf={errorOf}
          {...(composes ? { composes } : {})}
          suggestions={suggestions}
        />
        <FormField
          label={t('calls.timeout')}
          constraintText={t('calls.timeoutHint')}
          errorText={issueAt(error, 'timeoutSeconds')}
        >
          <Input type="number" value={timeout} onChange={({ detail }) => setTimeout(detail.value)} />
        </FormField>
        <Checkbox checked={queue} onChange={({ detail }) => setQueue(detail.checked)}>
          {t('calls.queue')}
        </Checkbox>
        {danger && (
          <Alert type="warning" header={t('calls.sure')}>
            <SpaceBetween size="xs">
              {t(`calls.dangers.${danger}`)}
              <Checkbox checked={sure} onChange={({ detail }) => setSure(detail.checked)}>
                {t('calls.yes')}
              </Checkbox>
            </SpaceBetween>
          </Alert>
        )}
        <MayButton
          needs="operator"
          variant="primary"
          formAction="submit"
          loading={isPending}
          loadingText={t('calls.waiting')}
          disabled={payload === undefined || (danger !== undefined && !sure)}
        >
          {t('calls.send', { action })}
        </MayButton>
        <div role="status" aria-live="polite">
          {error && <ProblemAlert error={error} />}
          {call && <CallView call={call} />}
        </div>
      </SpaceBetween>
    </form>
  )
}
