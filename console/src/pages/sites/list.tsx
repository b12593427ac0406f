import Link from '@cloudscape-design/components/link'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { Listing } from '../../components/listing.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { SiteForm } from './form.tsx'
import { sitePath } from './paths.ts'

export default function Sites() {
  const { t } = useTranslation()
  const client = useClient()
  const [adding, setAdding] = useState(false)
  usePlace(t('sites.title'))
  const add = (
    <MayButton needs="administrator" variant="primary" onClick={() => setAdding(true)}>
      {t('sites.add')}
    </MayButton>
  )
  return (
    <>
      <Listing<Schemas['Site']>
        id="sites"
        title={t('sites.title')}
        queryKey={keys.sites}
        fetchPage={(query, signal) => bodyOf(client.GET('/sites', { params: { query }, signal }))}
        rowId={({ siteId }) => siteId}
        columns={[
          {
            id: 'name',
            header: t('sites.name'),
            isRowHeader: true,
            cell: ({ siteId, name }) => <Link href={sitePath(siteId)}>{name}</Link>,
          },
          { id: 'siteId', header: t('sites.siteId'), cell: ({ siteId }) => siteId },
          { id: 'address', header: t('sites.address'), cell: ({ address }) => address ?? '–' },
          { id: 'timeZone', header: t('sites.timeZone'), cell: ({ timeZone }) => timeZone ?? '–' },
          { id: 'note', header: t('sites.note'), cell: ({ note }) => note ?? '–' },
        ]}
        filters={[{ name: 'name', label: t('sites.name'), operator: '^' }]}
        freeText="name"
        order={{ usual: 'asc' }}
        actions={add}
        empty={{ title: t('sites.empty'), detail: t('sites.emptyDetail'), action: add }}
      />
      {adding && <SiteForm close={() => setAdding(false)} />}
    </>
  )
}
