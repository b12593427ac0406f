import Box from '@cloudscape-design/components/box'
import Link from '@cloudscape-design/components/link'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { bodyOf, type Schemas } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useNotices } from '../../app/notices.tsx'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { Listing } from '../../components/listing.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { Ago, When } from '../../components/time.tsx'
import { chargePointPath } from './paths.ts'

type Refused = Schemas['RefusedChargePoint']

/** Charge points that are registered and did not get in, with an entry for each network that they came from. */
export default function RefusedChargePoints() {
  const { t } = useTranslation()
  const client = useClient()
  usePlace(t('refused.title'), [{ text: t('chargePoints.title'), href: '/charge-points' }])
  return (
    <Listing<Refused>
      id="refused-charge-points"
      title={t('refused.title')}
      description={t('refused.description')}
      queryKey={keys.refused}
      fetchPage={(query, signal) =>
        bodyOf(client.GET('/refused-charge-points', { params: { query }, signal }))
      }
      rowId={({ chargePointId, firstAt, address = '' }) => `${chargePointId} ${address} ${firstAt}`}
      refreshSeconds={10}
      columns={[
        {
          id: 'chargePointId',
          header: t('chargePoints.id'),
          isRowHeader: true,
          cell: ({ chargePointId }) => <Link href={chargePointPath(chargePointId)}>{chargePointId}</Link>,
        },
        {
          id: 'reason',
          header: t('refused.reason'),
          minWidth: 220,
          cell: ({ reason, lockedUntil }) => (
            <>
              <StatusIndicator type="error">{t(`refused.reasons.${reason}`)}</StatusIndicator>
              {lockedUntil !== undefined && (
                <Box color="text-body-secondary">
                  {t('refused.lockedUntil')} <When at={lockedUntil} />
                </Box>
              )}
            </>
          ),
        },
        { id: 'address', header: t('inbox.address'), cell: ({ address }) => address ?? '–' },
        { id: 'attempts', header: t('inbox.attempts'), cell: ({ attempts }) => attempts },
        { id: 'lastAt', header: t('inbox.lastAt'), cell: ({ lastAt }) => <Ago at={lastAt} /> },
        { id: 'firstAt', header: t('inbox.firstAt'), cell: ({ firstAt }) => <Ago at={firstAt} /> },
        {
          id: 'actions',
          header: t('common.actions'),
          minWidth: 130,
          cell: ({ chargePointId }) => <Forget chargePointId={chargePointId} />,
        },
      ]}
      empty={{ title: t('refused.empty'), detail: t('refused.emptyDetail') }}
    />
  )
}

function Forget({ chargePointId }: { chargePointId: string }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notifyProblem } = useNotices()
  const { mutate, isPending } = useMutation({
    mutationFn: () =>
      bodyOf(
        client.DELETE('/refused-charge-points/{chargePointId}', { params: { path: { chargePointId } } }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.refused }),
    onError: notifyProblem,
  })
  return (
    <MayButton
      needs="operator"
      loading={isPending}
      ariaLabel={t('refused.forgetOne', { id: chargePointId })}
      onClick={() => mutate()}
    >
      {t('refused.forget')}
    </MayButton>
  )
}
