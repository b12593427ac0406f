import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useNotices } from '../../app/notices.tsx'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { Listing } from '../../components/listing.tsx'
import { MayButton } from '../../components/may-button.tsx'
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
            cell: ({ idTag }) => (
              <SpaceBetween direction="horizontal" size="xs">
                <MayButton
                  needs="operator"
                  ariaLabel={t('idTags.acceptOne', { id: idTag })}
                  onClick={() => setAccepting(idTag)}
                >
                  {t('idTags.accept')}
                </MayButton>
                <Forget idTag={idTag} />
              </SpaceBetween>
            ),
          },
        ]}
        empty={{ title: t('idTags.inboxEmpty'), detail: t('idTags.inboxEmptyDetail') }}
      />
      {accepting !== undefined && <AddIdTag waiting={accepting} close={() => setAccepting(undefined)} />}
    </>
  )
}

function Forget({ idTag }: { idTag: string }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notifyProblem } = useNotices()
  const forget = useMutation({
    mutationFn: () => bodyOf(client.DELETE('/unknown-id-tags/{idTag}', { params: { path: { idTag } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.unknownIdTags }),
    onError: notifyProblem,
  })
  return (
    <MayButton
      needs="operator"
      variant="link"
      loading={forget.isPending}
      ariaLabel={t('idTags.forgetOne', { id: idTag })}
      onClick={() => forget.mutate()}
    >
      {t('idTags.forget')}
    </MayButton>
  )
}
