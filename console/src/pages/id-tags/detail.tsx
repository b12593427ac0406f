import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { answerOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { Page } from '../../app/page.tsx'
import { useClient, useRefresh } from '../../app/services.tsx'
import { Facts } from '../../components/facts.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { When } from '../../components/time.tsx'
import { chargePointPath } from '../charge-points/paths.ts'
import { sitePath } from '../sites/paths.ts'
import { transactionPath } from '../transactions/paths.ts'
import { TransactionsOf } from '../transactions/transactions-of.tsx'
import { UserLink } from '../users/names.tsx'
import { limitText } from './columns.tsx'
import { IdTagActions } from './detail-actions.tsx'
import { idTagPath } from './paths.ts'
import { IdTagState } from './state.tsx'

/** An id tag: its facts, what it charges, what it has charged. */
export default function IdTag() {
  const { t } = useTranslation()
  const { idTag: id = '' } = useParams()
  const client = useClient()
  const { data, error, refetch } = useQuery({
    queryKey: keys.idTag(id),
    queryFn: async ({ signal }) => {
      const params = { path: { idTag: id } }
      const { body, headers } = await answerOf(client.GET('/id-tags/{idTag}', { params, signal }))
      return { idTag: body, etag: headers.get('etag') ?? '*' }
    },
    refetchInterval: useRefresh(),
  })
  return (
    <Page
      title={data?.idTag.idTag ?? id}
      above={[{ text: t('idTags.title'), href: '/id-tags' }]}
      description={data && <IdTagState idTag={data.idTag} />}
      actions={data && <IdTagActions {...data} />}
    >
      {error && <ProblemAlert error={error} retry={refetch} />}
      {!data && !error && <Spinner size="large" />}
      {data && (
        <SpaceBetween size="l">
          <IdTagFacts idTag={data.idTag} />
          <TransactionsOf
            id="id-tag-transactions"
            title={t('idTags.transactions')}
            query={{ idTag: id }}
            empty={{ title: t('idTags.noTransactions') }}
          />
        </SpaceBetween>
      )}
    </Page>
  )
}

function IdTagFacts({ idTag }: { idTag: Schemas['IdTagDetails'] }) {
  const { t } = useTranslation()
  const { allowedSites = [], allowedChargePoints = [], parentIdTag, userId, activeTransactions } = idTag
  const restricted = allowedSites.length + allowedChargePoints.length > 0
  const links = (ids: readonly string[], pathOf: (id: string) => string) =>
    ids.length > 0 && (
      <SpaceBetween direction="horizontal" size="xs">
        {ids.map((id) => (
          <Link key={id} href={pathOf(id)}>
            {id}
          </Link>
        ))}
      </SpaceBetween>
    )
  const running = activeTransactions.map(String)
  return (
    <Facts
      title={t('idTags.facts')}
      facts={[
        { label: t('idTags.user'), value: <UserLink userId={userId} /> },
        {
          label: t('idTags.parentIdTag'),
          value: parentIdTag && <Link href={idTagPath(parentIdTag)}>{parentIdTag}</Link>,
        },
        { label: t('idTags.expiryDate'), value: <When at={idTag.expiryDate} /> },
        { label: t('idTags.limit'), value: limitText(idTag.maxActiveTransactions, t('idTags.noLimit')) },
        {
          label: t('idTags.activeTransactions'),
          value: links(running, (id) => transactionPath(Number(id))) || t('common.no'),
        },
        {
          label: t('idTags.allowedSites'),
          value: restricted ? links(allowedSites, sitePath) || t('common.none') : t('idTags.everywhere'),
        },
        {
          label: t('idTags.allowedChargePoints'),
          value: restricted ? links(allowedChargePoints, chargePointPath) || t('common.none') : undefined,
        },
        { label: t('idTags.note'), value: idTag.note },
        { label: t('idTags.createdAt'), value: <When at={idTag.createdAt} /> },
        { label: t('idTags.updatedAt'), value: <When at={idTag.updatedAt} /> },
      ]}
    />
  )
}
