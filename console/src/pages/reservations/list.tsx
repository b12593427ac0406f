import Button from '@cloudscape-design/components/button'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { bodyOf } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { usePlace } from '../../app/page.tsx'
import { useClient } from '../../app/services.tsx'
import { Listing, type ListingColumn } from '../../components/listing.tsx'
import type { FilterDefinition } from '../../components/listing-filter.tsx'
import { MayButton } from '../../components/may-button.tsx'
import { Ago, When } from '../../components/time.tsx'
import { chargePointPath } from '../charge-points/paths.ts'
import { idTagPath } from '../id-tags/paths.ts'
import { transactionPath } from '../transactions/paths.ts'
import { CancelReservation } from './cancel.tsx'
import { NewReservation } from './new.tsx'
import { isOpen, type Reservation, ReservationStatus, STATUSES } from './status.tsx'

export default function Reservations() {
  const { t } = useTranslation()
  const client = useClient()
  const [adding, setAdding] = useState(false)
  const [cancelling, setCancelling] = useState<Reservation>()
  usePlace(t('reservations.title'))
  const add = (
    <MayButton needs="operator" variant="primary" onClick={() => setAdding(true)}>
      {t('reservations.add')}
    </MayButton>
  )
  return (
    <>
      <Listing<Reservation>
        id="reservations"
        title={t('reservations.title')}
        queryKey={keys.reservations}
        fetchPage={(query, signal) => bodyOf(client.GET('/reservations', { params: { query }, signal }))}
        rowId={({ chargePointId, reservationId }) => `${chargePointId} ${reservationId}`}
        columns={useColumns(setCancelling)}
        filters={useFilters()}
        freeText="chargePointId"
        order={{ usual: 'desc', labels: { desc: t('listing.newest'), asc: t('listing.oldest') } }}
        refreshSeconds={10}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button href="/reservations/timeline" iconName="calendar">
              {t('reservations.timeline')}
            </Button>
            {add}
          </SpaceBetween>
        }
        empty={{ title: t('reservations.empty'), detail: t('reservations.emptyDetail'), action: add }}
      />
      {adding && <NewReservation close={() => setAdding(false)} />}
      {cancelling && <CancelReservation reservation={cancelling} close={() => setCancelling(undefined)} />}
    </>
  )
}

function useColumns(cancel: (reservation: Reservation) => void): ListingColumn<Reservation>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'reservationId',
        header: t('reservations.reservationId'),
        isRowHeader: true,
        cell: ({ reservationId }) => reservationId,
      },
      {
        id: 'status',
        header: t('reservations.status'),
        cell: ({ status }) => <ReservationStatus status={status} />,
      },
      {
        id: 'chargePointId',
        header: t('reservations.chargePoint'),
        cell: ({ chargePointId }) => <Link href={chargePointPath(chargePointId)}>{chargePointId}</Link>,
      },
      {
        id: 'connectorId',
        header: t('reservations.connector'),
        cell: ({ connectorId }) => (connectorId === 0 ? t('reservations.anyConnector') : connectorId),
      },
      {
        id: 'idTag',
        header: t('reservations.idTag'),
        cell: ({ idTag }) => <Link href={idTagPath(idTag)}>{idTag}</Link>,
      },
      {
        id: 'expiryDate',
        header: t('reservations.until'),
        cell: ({ expiryDate }) => <When at={expiryDate} />,
      },
      {
        id: 'createdAt',
        header: t('reservations.createdAt'),
        cell: ({ createdAt }) => <Ago at={createdAt} />,
      },
      {
        id: 'reason',
        header: t('reservations.reason'),
        cell: ({ reason, transactionId }) =>
          transactionId === undefined ? (
            (reason ?? '–')
          ) : (
            <Link href={transactionPath(transactionId)}>
              {t('reservations.transaction')} {transactionId}
            </Link>
          ),
      },
      { id: 'origin', header: t('reservations.origin'), cell: ({ origin }) => origin ?? '–' },
      {
        id: 'actions',
        header: t('common.actions'),
        minWidth: 140,
        cell: (reservation) =>
          isOpen(reservation) ? (
            <MayButton
              needs="operator"
              variant="inline-link"
              ariaLabel={t('reservations.cancelOne', reservation)}
              onClick={() => cancel(reservation)}
            >
              {t('reservations.cancel')}
            </MayButton>
          ) : (
            '–'
          ),
      },
    ],
    [t, cancel],
  )
}

function useFilters(): FilterDefinition<Reservation>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        name: 'chargePointId',
        label: t('reservations.chargePoint'),
        suggest: ({ chargePointId }) => [chargePointId],
      },
      {
        name: 'connectorId',
        label: t('reservations.connectorFilter'),
        suggest: ({ connectorId }) => [`${connectorId}`],
      },
      { name: 'idTag', label: t('reservations.idTag'), suggest: ({ idTag }) => [idTag] },
      {
        name: 'status',
        label: t('reservations.status'),
        values: STATUSES.map((value) => ({ value, label: t(`reservations.statuses.${value}`) })),
      },
      {
        name: 'active',
        label: t('reservations.active'),
        values: [{ value: 'true', label: t('reservations.yes') }],
      },
    ],
    [t],
  )
}
