import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { answerOf, bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { Page } from '../../app/page.tsx'
import { useClient, useRefresh } from '../../app/services.tsx'
import { EditOrRemove } from '../../components/edit-or-remove.tsx'
import { Facts } from '../../components/facts.tsx'
import { Listing } from '../../components/listing.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import { RemoveModal } from '../../components/remove-modal.tsx'
import { When } from '../../components/time.tsx'
import { useColumns } from '../charge-points/columns.tsx'
import { TransactionsOf } from '../transactions/transactions-of.tsx'
import { SiteForm } from './form.tsx'

/** A site: the facts, its charge points, what was charged there. */
export default function Site() {
  const { t } = useTranslation()
  const { siteId = '' } = useParams()
  const client = useClient()
  const { data, error, refetch } = useQuery({
    queryKey: keys.site(siteId),
    queryFn: async ({ signal }) => {
      const params = { path: { siteId } }
      const { body, headers } = await answerOf(client.GET('/sites/{siteId}', { params, signal }))
      return { site: body, etag: headers.get('etag') ?? '*' }
    },
    refetchInterval: useRefresh(60),
  })
  return (
    <Page
      title={data?.site.name ?? siteId}
      above={[{ text: t('sites.title'), href: '/sites' }]}
      description={data?.site.address}
      actions={data && <Actions {...data} />}
    >
      {error && <ProblemAlert error={error} retry={refetch} />}
      {!data && !error && <Spinner size="large" />}
      {data && (
        <SpaceBetween size="l">
          <SiteFacts {...data.site} />
          <ChargePointsOf siteId={siteId} />
          <TransactionsOf
            id="site-transactions"
            title={t('sites.transactions')}
            query={{ siteId }}
            empty={{ title: t('sites.noTransactions') }}
          />
        </SpaceBetween>
      )}
    </Page>
  )
}

function SiteFacts({ siteId, location, timeZone, note, createdAt, updatedAt }: Schemas['Site']) {
  const { t } = useTranslation()
  return (
    <Facts
      title={t('sites.facts')}
      facts={[
        { label: t('sites.siteId'), value: siteId },
        { label: t('sites.location'), value: location && `${location.latitude}, ${location.longitude}` },
        { label: t('sites.timeZone'), value: timeZone },
        { label: t('sites.note'), value: note },
        { label: t('sites.createdAt'), value: <When at={createdAt} /> },
        { label: t('sites.updatedAt'), value: <When at={updatedAt} /> },
      ]}
    />
  )
}

function ChargePointsOf({ siteId }: { siteId: string }) {
  const { t } = useTranslation()
  const client = useClient()
  return (
    <Listing<Schemas['ChargePoint']>
      id="site-charge-points"
      variant="container"
      title={t('sites.chargePoints')}
      queryKey={[...keys.chargePoints, 'at', siteId]}
      fetchPage={(query, signal) =>
        bodyOf(client.GET('/charge-points', { params: { query: { ...query, siteId } }, signal }))
      }
      rowId={({ chargePointId }) => chargePointId}
      columns={useColumns().filter(({ id }) => id !== 'siteId')}
      refreshSeconds={15}
      empty={{
        title: t('sites.noChargePoints'),
        detail: t('sites.noChargePointsDetail', { siteId }),
        action: <Button href="/charge-points">{t('sites.toChargePoints')}</Button>,
      }}
    />
  )
}

function Actions({ site, etag }: { site: Schemas['Site']; etag: string }) {
  const { t } = useTranslation()
  const client = useClient()
  const [open, setOpen] = useState<'edit' | 'remove'>()
  const close = () => setOpen(undefined)
  const { siteId, name } = site
  const params = { path: { siteId }, header: { 'If-Match': etag } }
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <EditOrRemove open={setOpen} />
      {open === 'edit' && <SiteForm site={site} etag={etag} close={close} />}
      {open === 'remove' && (
        <RemoveModal
          title={t('sites.removeTitle', { name })}
          detail={t('sites.removeDetail')}
          removed={t('sites.removed', { name })}
          list="/sites"
          listKey={keys.sites}
          ownKey={keys.site(siteId)}
          remove={() => bodyOf(client.DELETE('/sites/{siteId}', { params }))}
          close={close}
        />
      )}
    </SpaceBetween>
  )
}
