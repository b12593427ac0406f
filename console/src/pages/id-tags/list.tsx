import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { Listing } from '../../components/listing.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { AddIdTag } from './add.tsx'
import { useIdTagColumns, useIdTagFilters } from './columns.tsx'

export default function IdTags() {
  const { t } = useTranslation()
  const client = useClient()
  const [adding, setAdding] = useState(false)
  usePlace(t('idTags.title'))
  const add = (
    <MayButton needs="administrator" variant="primary" onClick={() => setAdding(true)}>
      {t('idTags.add')}
    </MayButton>
  )
  return (
    <>
      <Listing<Schemas['IdTag']>
        id="id-tags"
        title={t('idTags.title')}
        queryKey={keys.idTags}
        fetchPage={(query, signal) => bodyOf(client.GET('/id-tags', { params: { query }, signal }))}
        rowId={({ idTag }) => idTag}
        columns={useIdTagColumns()}
        filters={useIdTagFilters()}
        freeText="prefix"
        order={{ usual: 'asc' }}
        csv="/id-tags"
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button href="/imports">{t('idTags.import')}</Button>
            <Button href="/unknown-id-tags">{t('idTags.inboxLink')}</Button>
            {add}
          </SpaceBetween>
        }
        empty={{ title: t('idTags.empty'), detail: t('idTags.emptyDetail'), action: add }}
      />
      {adding && <AddIdTag close={() => setAdding(false)} />}
    </>
  )
}
