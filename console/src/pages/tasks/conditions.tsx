import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'
import type { ErrorOf } from '../../components/form-modal.tsx'
import { InstantInput } from '../../components/instant-input.tsx'

/** How long is waited, and for whom. */
export interface Conditions {
  queue: boolean
  timeoutSeconds: string
  expiresAt?: string | undefined
}

export const NO_CONDITIONS: Conditions = { queue: true, timeoutSeconds: '' }

export function conditionsOf({ queue, timeoutSeconds, expiresAt }: Conditions): Partial<Schemas['NewTask']> {
  return {
    whenOffline: queue ? 'queue' : 'refuse',
    ...(timeoutSeconds === '' ? {} : { timeoutSeconds: Number(timeoutSeconds) }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  }
}

interface Props {
  value: Conditions
  change: (conditions: Conditions) => void
  errorOf: ErrorOf
}

export function Circumstances({ value, change, errorOf }: Props) {
  const { t } = useTranslation()
  return (
    <SpaceBetween size="m">
      <Checkbox checked={value.queue} onChange={({ detail }) => change({ ...value, queue: detail.checked })}>
        {t('tasks.queue')}
      </Checkbox>
      <FormField
        label={t('calls.timeout')}
        constraintText={t('calls.timeoutHint')}
        errorText={errorOf('timeoutSeconds')}
      >
        <Input
          type="number"
          value={value.timeoutSeconds}
          onChange={({ detail }) => change({ ...value, timeoutSeconds: detail.value })}
        />
      </FormField>
      <FormField
        label={t('tasks.expiresAt')}
        constraintText={t('tasks.expiresAtHint')}
        errorText={errorOf('expiresAt')}
      >
        <InstantInput
          value={value.expiresAt}
          ariaLabel={t('tasks.expiresAt')}
          change={(expiresAt) => change({ ...value, expiresAt })}
        />
      </FormField>
    </SpaceBetween>
  )
}
