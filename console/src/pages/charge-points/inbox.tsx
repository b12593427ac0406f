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
import { AddChargePoint } from './add.tsx'

type Unknown = Schemas['UnknownChargePoint']

/** Charge points that dialled in without being registered. */
export default function Inbox() {
  const { t } = useTranslation()
  const client = useClient()
  const [accepting, setAccepting] = useState<string>()
  usePlace(t('inbox.title'))
  return (
    <>
      <Listing<Unknown>
        id="inbox"
        title={t('inbox.title')}
        description={t('inbox.description')}
        queryKey={keys.inbox}
        fetchPage={(query, signal) =>
          bodyOf(client.GET('/unknown-charge-points', { params: { query }, signal }))
        }
        rowId={({ chargePointId }) => chargePointId}
        refreshSeconds={5}
        columns={[
          {
            id: 'chargePointId',
            header: t('chargePoints.id'),
            isRowHeader: true,
            cell: ({ chargePointId }) => chargePointId,
          },
          { id: 'lastAt', header: t('inbox.lastAt'), cell: ({ lastAt }) => <Ago at={lastAt} /> },
          { id: 'firstAt', header: t('inbox.firstAt'), cell: ({ firstAt }) => <Ago at={firstAt} /> },
          { id: 'attempts', header: t('inbox.attempts'), cell: ({ attempts }) => attempts },
          { id: 'address', header: t('inbox.address'), cell: ({ address }) => address ?? '–' },
          {
            id: 'actions',
            header: t('common.actions'),
            cell: ({ chargePointId }) => (
              <SpaceBetween direction="horizontal" size="xs">
                <MayButton
                  needs="operator"
                  ariaLabel={t('inbox.acceptOne', { id: chargePointId })}
                  onClick={() => setAccepting(chargePointId)}
                >
                  {t('inbox.accept')}
                </MayButton>
                <Forget chargePointId={chargePointId} />
              </SpaceBetween>
            ),
          },
        ]}
        empty={{ title: t('inbox.empty'), detail: t('inbox.emptyDetail') }}
      />
      {accepting !== undefined && (
        <AddChargePoint waiting={accepting} close={() => setAccepting(undefined)} />
      )}
    </>
  )
}

function Forget({ chargePointId }: { chargePointId: string }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notifyProblem } = useNotices()
  const forget = useMutation({
    mutationFn: () =>
      bodyOf(
        client.DELETE('/unknown-charge-points/{chargePointId}', { params: { path: { chargePointId } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.inbox }),
    onError: notifyProblem,
  })
  return (
    <MayButton
      needs="operator"
      variant="link"
      loading={forget.isPending}
      ariaLabel={t('inbox.forgetOne', { id: chargePointId })}
      onClick={() => forget.mutate()}
    >
      {t('inbox.forget')}
    </MayButton>
  )
}
