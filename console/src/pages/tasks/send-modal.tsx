import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Checkbox from '@cloudscape-design/components/checkbox'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormModal } from '../../components/form-modal.tsx'
import type { Danger } from '../charge-points/actions/dangers.ts'
import { type TargetCount, TargetSummary } from './target-fields.tsx'

interface Props {
  action: string
  count: TargetCount | undefined
  danger: Danger | undefined
  send: () => Promise<unknown>
  close: () => void
}

/** What is about to be sent to how many; what can do harm is to be confirmed once more. */
export function SendModal({ action, count, danger, send, close }: Props) {
  const { t } = useTranslation()
  const [sure, setSure] = useState(false)
  return (
    <FormModal
      title={t('tasks.sendTitle', { action })}
      submitText={t('tasks.send', { action })}
      size="small"
      disabled={danger !== undefined && !sure}
      submit={send}
      cancel={close}
    >
      <SpaceBetween size="m">
        <TargetSummary count={count} />
        <Box>{t('tasks.sendDetail')}</Box>
        {danger && (
          <Alert type="warning" header={t('calls.sure')}>
            <SpaceBetween size="xs">
              <Box>{t(`calls.dangers.${danger}`)}</Box>
              <Checkbox checked={sure} onChange={({ detail }) => setSure(detail.checked)}>
                {t('calls.yes')}
              </Checkbox>
            </SpaceBetween>
          </Alert>
        )}
      </SpaceBetween>
    </FormModal>
  )
}
