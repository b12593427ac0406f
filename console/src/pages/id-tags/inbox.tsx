import Link from '@cloudscape-design/components/link'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { AcceptOrForget } from '../../components/accept-or-forget.tsx'
import { Listing } from '../../components/listing.tsx'
import { Ago } from '../../components/time.tsx'
import { chargePointPath } from '../charge-points/paths.ts'
import { AddIdTag } from './add.tsx'

/** Id tags that were presented without being registered. */
export default function UnknownIdTags() {
  const { t } = useTranslation()
  const client = useClient()
  const [accepting, setAccepting] = useState<string>()
  usePlace(t('idTags.inbox'), [{ text: t('idTags.title'), href: '/id-tags' }])
  return (
    <>
      <Listing<Schemas['UnknownIdTag']>
        id="unknown-id-tags"
        title={t('idTags.inbox')}
        description={t('idTags.inboxDescription')}
        queryKey={keys.unknownIdTags}
        fetchPage={(query, signal) => bodyOf(client.GET('/unknown-id-tags', { params: { query }, signal }))}
        rowId={({ idTag }) => idTag}
        refreshSeconds={5}
        columns={[
          { id: 'idTag', header: t('idTags.idTag'), isRowHeader: true, cell: ({ idTag }) => idTag },
          { id: 'lastAt', header: t('idTags.lastAt'), cell: ({ lastAt }) => <Ago at={lastAt} /> },
          {
            id: 'chargePointId',
            header: t('idTags.at'),
            cell: ({ chargePointId }) =>
              chargePointId === undefined ? (
                '–'
              ) : (
                <Link href={chargePointPath(chargePointId)}>{chargePointId}</Link>
              ),
          },
          { id: 'attempts', header: t('idTags.attempts'), cell: ({ attempts }) => attempts },
          { id: 'firstAt', header: t('idTags.firstAt'), cell: ({ firstAt }) => <Ago at={firstAt} /> },
          {
            id: 'actions',
            header: t('common.actions'),
            minWidth: 230,
            cell: ({ idTag }) => (
              <AcceptOrForget
                labels={{
                  accept: t('idTags.accept'),
                  acceptOne: t('idTags.acceptOne', { id: idTag }),
                  forget: t('idTags.forget'),
                  forgetOne: t('idTags.forgetOne', { id: idTag }),
                }}
                listKey={keys.unknownIdTags}
                accept={() => setAccepting(idTag)}
                forget={() =>
                  bodyOf(client.DELETE('/unknown-id-tags/{idTag}', { params: { path: { idTag } } }))
                }
              />
            ),
          },
        ]}
        empty={{ title: t('idTags.inboxEmpty'), detail: t('idTags.inboxEmptyDetail') }}
      />
      {accepting !== undefined && <AddIdTag waiting={accepting} close={() => setAccepting(undefined)} />}
    </>
  )
}
