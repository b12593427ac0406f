import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { answerOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { Page } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { AdministratorsOnly } from '../../components/administrators-only.tsx'
import { Facts } from '../../components/facts.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { Ago, When } from '../../components/time.tsx'
import { WebhookActions } from './actions.tsx'
import { Failures } from './failures.tsx'
import { WebhookState } from './state.tsx'

const REFRESH_MILLISECONDS = 10_000

/** A webhook: what it is for, how its deliveries go, and those that were given up. */
export default function WebhookPage() {
  const { t } = useTranslation()
  return (
    <AdministratorsOnly title={t('webhooks.title')} reason={t('webhooks.notYours')}>
      <Detail />
    </AdministratorsOnly>
  )
}

function Detail() {
  const { t } = useTranslation()
  const client = useClient()
  const { webhookId = '' } = useParams()
  const { data, error, refetch } = useQuery({
    queryKey: keys.webhook(webhookId),
    queryFn: async ({ signal }) => {
      const params = { path: { webhookId } }
      const { body, headers } = await answerOf(client.GET('/webhooks/{webhookId}', { params, signal }))
      return { webhook: body, etag: headers.get('etag') ?? '*' }
    },
    refetchInterval: REFRESH_MILLISECONDS,
  })
  return (
    <Page
      title={data?.webhook.description ?? data?.webhook.url ?? t('webhooks.title')}
      above={[{ text: t('webhooks.title'), href: '/webhooks' }]}
      actions={data && <WebhookActions {...data} />}
    >
      {error && <ProblemAlert error={error} retry={refetch} />}
      {!data && !error && <Spinner size="large" />}
      {data && (
        <SpaceBetween size="l">
          <WebhookFacts webhook={data.webhook} />
          <Failures webhookId={webhookId} />
        </SpaceBetween>
      )}
    </Page>
  )
}

function WebhookFacts({ webhook }: { webhook: Schemas['Webhook'] }) {
  const { t } = useTranslation()
  const { url, types, chargePointIds, lastSuccessAt, lastFailure, secretChangedAt, createdAt } = webhook
  const why = lastFailure && `${lastFailure.status ?? ''} ${lastFailure.error ?? ''}`.trim()
  return (
    <Facts
      title={t('webhooks.facts')}
      columns={3}
      facts={[
        { label: t('webhooks.url'), value: url },
        { label: t('webhooks.state'), value: <WebhookState {...webhook} /> },
        { label: t('webhooks.types'), value: types?.join(', ') ?? t('webhooks.allTypes') },
        { label: t('webhooks.chargePoints'), value: chargePointIds?.join(', ') ?? t('webhooks.everywhere') },
        { label: t('webhooks.lastSuccess'), value: <Ago at={lastSuccessAt} /> },
        {
          label: t('webhooks.lastFailure'),
          value: lastFailure && (
            <>
              <Ago at={lastFailure.at} /> {why}
            </>
          ),
        },
        { label: t('webhooks.secretChangedAt'), value: <When at={secretChangedAt} /> },
        { label: t('webhooks.createdAt'), value: <When at={createdAt} /> },
      ]}
    />
  )
}
