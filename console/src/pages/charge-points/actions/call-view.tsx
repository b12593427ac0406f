import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../../api/client.ts'
import { Json } from '../../../components/json.tsx'
import { CallStatusIndicator } from '../../../components/statuses.tsx'
import { When } from '../../../components/time.tsx'

type Call = Schemas['Call']

/** How a call stands, and what the charge point said; `whole` with what was sent, and when. */
export function CallView({ call, whole = false }: { call: Call; whole?: boolean }) {
  const { t } = useTranslation()
  const { status, response, error, lateReply, transactionId, taskId, bootedAt } = call
  return (
    <SpaceBetween size="m">
      <Box>
        <CallStatusIndicator call={call} /> {t(`calls.meaning.${status}`)}
      </Box>
      {error && (
        <Alert type="error" header={error.sentCode ?? error.code}>
          {error.description}
          {error.details && Object.keys(error.details).length > 0 && <Json value={error.details} />}
        </Alert>
      )}
      {response !== undefined && (
        <div>
          <Box variant="awsui-key-label">{t('calls.response')}</Box>
          <Json value={response} label={t('calls.response')} />
        </div>
      )}
      {lateReply && (
        <div>
          <Box variant="awsui-key-label">
            {t('calls.late')} <When at={lateReply.at} />
          </Box>
          <Json value={lateReply.response ?? lateReply.error} />
        </div>
      )}
      {transactionId !== undefined && (
        <Link href={`/transactions/${transactionId}`}>{t('calls.transaction', { transactionId })}</Link>
      )}
      {bootedAt !== undefined && (
        <Box>
          {t('calls.booted')} <When at={bootedAt} />
        </Box>
      )}
      {taskId !== undefined && <Link href={`/tasks/${taskId}`}>{t('calls.task')}</Link>}
      {whole && <Circumstances call={call} />}
    </SpaceBetween>
  )
}

function Circumstances({ call }: { call: Call }) {
  const { t } = useTranslation()
  const { payload, origin, composed, createdAt, sentAt, closedAt, messageId } = call
  return (
    <>
      <div>
        <Box variant="awsui-key-label">
          {t('calls.request')}
          {composed && ` – ${t('calls.composed')}`}
        </Box>
        <Json value={payload} label={t('calls.request')} />
      </div>
      <KeyValuePairs
        columns={2}
        items={[
          { label: t('calls.createdAt'), value: <When at={createdAt} /> },
          { label: t('calls.origin'), value: origin ?? '–' },
          { label: t('calls.sentAt'), value: <When at={sentAt} /> },
          { label: t('calls.closedAt'), value: <When at={closedAt} /> },
          { label: t('calls.messageId'), value: <Box variant="code">{messageId}</Box> },
        ]}
      />
    </>
  )
}
