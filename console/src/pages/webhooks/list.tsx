import Link from '@cloudscape-design/components/link'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { AdministratorsOnly } from '../../components/administrators-only.tsx'
import { Listing } from '../../components/listing.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { Ago } from '../../components/time.tsx'
import { WebhookForm } from './form.tsx'
import { webhookPath } from './paths.ts'
import { WebhookState } from './state.tsx'

type Webhook = Schemas['Webhook']

/** Addresses that events are posted to. */
export default function Webhooks() {
  const { t } = useTranslation()
  return (
    <AdministratorsOnly title={t('webhooks.title')} reason={t('webhooks.notYours')}>
      <List />
    </AdministratorsOnly>
  )
}

function List() {
  const { t } = useTranslation()
  const client = useClient()
  const [adding, setAdding] = useState(false)
  usePlace(t('webhooks.title'))
  const add = (
    <MayButton needs="administrator" variant="primary" onClick={() => setAdding(true)}>
      {t('webhooks.add')}
    </MayButton>
  )
  return (
    <>
      <Listing<Webhook>
        id="webhooks"
        title={t('webhooks.title')}
        description={t('webhooks.description')}
        queryKey={keys.webhooks}
        fetchPage={(_, signal) => bodyOf(client.GET('/webhooks', { signal }))}
        rowId={({ webhookId }) => webhookId}
        columns={useColumns()}
        refreshSeconds={10}
        actions={add}
        empty={{ title: t('webhooks.empty'), detail: t('webhooks.emptyDetail'), action: add }}
      />
      {adding && <WebhookForm close={() => setAdding(false)} />}
    </>
  )
}

function useColumns() {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'url',
        header: t('webhooks.url'),
        isRowHeader: true,
        cell: ({ webhookId, url }: Webhook) => <Link href={webhookPath(webhookId)}>{url}</Link>,
      },
      {
        id: 'note',
        header: t('webhooks.note'),
        cell: ({ description }: Webhook) => description ?? '–',
      },
      { id: 'state', header: t('webhooks.state'), cell: (webhook: Webhook) => <WebhookState {...webhook} /> },
      {
        id: 'types',
        header: t('webhooks.types'),
        cell: ({ types }: Webhook) =>
          types === undefined ? t('webhooks.allTypes') : t('webhooks.someTypes', { count: types.length }),
      },
      {
        id: 'lastSuccessAt',
        header: t('webhooks.lastSuccess'),
        cell: ({ lastSuccessAt }: Webhook) => <Ago at={lastSuccessAt} />,
      },
      {
        id: 'lastFailure',
        header: t('webhooks.lastFailure'),
        cell: ({ lastFailure }: Webhook) => <Ago at={lastFailure?.at} />,
      },
    ],
    [t],
  )
}
