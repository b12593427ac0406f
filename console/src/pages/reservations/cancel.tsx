import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { bodyOf } from '../../api/client.ts'
import { keys } from '../../api/keys.ts'
import { useNotices } from '../../app/notices.tsx'
import { useClient } from '../../app/services.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { ProblemAlert } from '../../components/problem.tsx'
import type { Reservation } from './status.tsx'

const WAIT_SECONDS = 20

/** Asks before a reservation is cancelled, and tells what the charge point made of it. */
export function CancelReservation({ reservation, close }: { reservation: Reservation; close: () => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const queries = useQueryClient()
  const { notify } = useNotices()
  const { reservationId, chargePointId, idTag } = reservation
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      bodyOf(
        client.DELETE('/reservations/{reservationId}', {
          params: {
            path: { reservationId },
            query: { chargePointId },
            header: { Prefer: `wait=${WAIT_SECONDS}` },
          },
        }),
      ),
    onSuccess: ({ status, call }) => {
      if (status === 'Cancelled')
        notify({ type: 'success', header: t('reservations.cancelled', { reservationId }) })
      else if (call && call.closedAt === undefined)
        notify({ type: 'info', header: t('reservations.cancelWaits', { chargePointId }) })
      else
        notify({ type: 'warning', header: t('reservations.notCancelled', { chargePointId, reservationId }) })
      close()
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.reservations })
      void queries.invalidateQueries({ queryKey: keys.overview })
    },
  })
  return (
    <Dialog
      size="small"
      header={t('reservations.cancelTitle', { reservationId })}
      onDismiss={() => !isPending && close()}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" disabled={isPending} onClick={close}>
              {t('reservations.keep')}
            </Button>
            <Button variant="primary" loading={isPending} onClick={() => mutate()}>
              {t('reservations.cancelSubmit')}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Box>{t('reservations.cancelDetail', { chargePointId, idTag })}</Box>
        {error && <ProblemAlert error={error} />}
      </SpaceBetween>
    </Dialog>
  )
}
