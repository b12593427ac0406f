import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useNotices } from '../../app/notices.tsx'
import { Page } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { issueAt } from '../../components/form-modal.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { type Draft, isObject, missingIn, type Schema, startOf } from '../../components/schema-form/schema.ts'
import { SchemaForm } from '../../components/schema-form/schema-form.tsx'
import { useErrorOf } from '../../components/schema-form/use-error-of.ts'
import { useActions } from '../charge-points/actions/action-modal.tsx'
import { dangerOf } from '../charge-points/actions/dangers.ts'
import { Circumstances, type Conditions, conditionsOf, NO_CONDITIONS } from './conditions.tsx'
import { taskPath } from './paths.ts'
import { SendModal } from './send-modal.tsx'
import { useFirmware } from './suggestions.ts'
import { TargetFields, TargetSummary, useTargetCount } from './target-fields.tsx'
import { type Targets, wishOf } from './targets.ts'

type Action = Schemas['Action']

/** One request for many charge points. `?action=`, `?payload=` (JSON) and `?chargePointIds=` fill in what is known already. */
export default function NewTask() {
  const { t } = useTranslation()
  const { data, error, refetch } = useActions()
  const [search] = useSearchParams()
  const [chosen, setChosen] = useState(search.get('action') ?? '')
  const action = data?.find((each) => each.action === chosen)
  const options = (data ?? []).map(({ action }) => ({ value: action, label: action }))
  return (
    <Page title={t('tasks.new')} above={[{ text: t('tasks.title'), href: '/tasks' }]}>
      <SpaceBetween size="l">
        {error && <ProblemAlert error={error} retry={refetch} />}
        <Container header={<Header variant="h2">{t('tasks.what')}</Header>}>
          <FormField label={t('tasks.action')}>
            <Select
              options={options}
              filteringType="auto"
              placeholder={t('tasks.choose')}
              selectedOption={options.find(({ value }) => value === chosen) ?? null}
              onChange={({ detail }) => setChosen(detail.selectedOption.value ?? '')}
            />
          </FormField>
        </Container>
        {action && (
          <TaskForm
            key={chosen}
            action={action}
            names={search.getAll('chargePointIds').join('\n')}
            preset={chosen === search.get('action') ? presetIn(search.get('payload')) : undefined}
          />
        )}
      </SpaceBetween>
    </Page>
  )
}

/** An object, or nothing. */
function presetIn(text: string | null): Draft {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

interface TaskFormProps {
  action: Action
  names: string
  preset: Draft
}

function TaskForm({ action: { action, request, composes }, names, preset }: TaskFormProps) {
  const { t } = useTranslation()
  const schema = request as Schema
  const filledIn = (path: string) => composes?.includes(path.replaceAll(/\[\d+\]/g, '')) ?? false
  const [payload, setPayload] = useState<Draft>(() => preset ?? startOf(schema, filledIn))
  const [missing, setMissing] = useState<string[]>([])
  const [targets, setTargets] = useState<Targets>({ by: 'names', names, filter: {} })
  const [conditions, setConditions] = useState<Conditions>(NO_CONDITIONS)
  const [asking, setAsking] = useState(false)
  const navigate = useNavigate()
  const { data: count } = useTargetCount(targets)
  const wish = wishOf(targets)
  const { mutateAsync, error } = useCreate()
  const location = useFirmware(action)
  const errorOf = useErrorOf(missing, error)
  const ask = () => {
    const lacks = missingIn(schema, payload, filledIn)
    setMissing(lacks)
    setAsking(lacks.length === 0)
  }
  const send = async () => {
    const given = (payload ?? {}) as Record<string, unknown>
    const body = { action, payload: given, ...wish, ...conditionsOf(conditions) }
    await mutateAsync(body, { onSuccess: ({ taskId }) => void navigate(taskPath(taskId)) })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        ask()
      }}
    >
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">{t('tasks.payload', { action })}</Header>}>
          <SchemaForm
            schema={schema}
            value={payload}
            change={setPayload}
            errorOf={errorOf}
            {...(composes ? { composes } : {})}
            suggestions={location}
          />
        </Container>
        <Container header={<Header variant="h2">{t('tasks.targets')}</Header>}>
          <SpaceBetween size="m">
            <TargetFields value={targets} change={setTargets} errorOf={(path) => issueAt(error, path)} />
            <div role="status" aria-live="polite">
              <TargetSummary count={wish && count} />
            </div>
          </SpaceBetween>
        </Container>
        <Container header={<Header variant="h2">{t('tasks.conditions')}</Header>}>
          <Circumstances value={conditions} change={setConditions} errorOf={(path) => issueAt(error, path)} />
        </Container>
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="link" formAction="none" href="/tasks">
            {t('common.cancel')}
          </Button>
          <MayButton
            needs="operator"
            variant="primary"
            formAction="submit"
            disabled={payload === undefined || !wish || !count || (count.count === 0 && !count.partial)}
          >
            {t('tasks.send', { action })}
          </MayButton>
        </SpaceBetween>
      </SpaceBetween>
      {asking && (
        <SendModal
          action={action}
          count={count}
          danger={dangerOf(action, payload)}
          send={send}
          close={() => setAsking(false)}
        />
      )}
    </form>
  )
}

/** Starts a task; the lists and figures of tasks are read again. */
export function useCreate() {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notify } = useNotices()
  return useMutation({
    mutationFn: (body: Schemas['NewTask']) =>
      bodyOf(client.POST('/tasks', { headers: { 'Idempotency-Key': crypto.randomUUID() }, body })),
    onSuccess: ({ action }) => {
      for (const queryKey of [keys.tasks, keys.overview]) void queries.invalidateQueries({ queryKey })
      notify({ type: 'success', header: t('tasks.started', { action }) })
    },
  })
}
