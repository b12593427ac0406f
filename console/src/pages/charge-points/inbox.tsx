import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { AcceptOrForget } from '../../components/accept-or-forget.tsx'
import { Listing } from '../../components/listing.tsx'
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
            minWidth: 230,
            cell: ({ chargePointId }) => (
              <AcceptOrForget
                labels={{
                  accept: t('inbox.accept'),
                  acceptOne: t('inbox.acceptOne', { id: chargePointId }),
                  forget: t('inbox.forget'),
                  forgetOne: t('inbox.forgetOne', { id: chargePointId }),
                }}
                listKey={keys.inbox}
                accept={() => setAccepting(chargePointId)}
                forget={() =>
                  bodyOf(
                    client.DELETE('/unknown-charge-points/{chargePointId}', {
                      params: { path: { chargePointId } },
                    }),
                  )
                }
              />
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
