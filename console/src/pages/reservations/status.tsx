import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../../api/client.ts'

export type Reservation = Schemas['Reservation']
export type Status = Reservation['status']

export const STATUSES: readonly Status[] = [
  'Waiting',
  'Accepted',
  'Used',
  'Cancelled',
  'Expired',
  'Occupied',
  'Faulted',
  'Unavailable',
  'Rejected',
]

const TYPES: Record<Status, StatusIndicatorProps.Type> = {
  Waiting: 'pending',
  Accepted: 'success',
  Used: 'info',
  Cancelled: 'stopped',
  Expired: 'stopped',
  Occupied: 'warning',
  Faulted: 'error',
  Unavailable: 'warning',
  Rejected: 'error',
}

export const isOpen = ({ status }: Pick<Reservation, 'status'>): boolean =>
  status === 'Waiting' || status === 'Accepted'

export function ReservationStatus({ status }: { status: Status }) {
  const { t } = useTranslation()
  return <StatusIndicator type={TYPES[status]}>{t(`reservations.statuses.${status}`)}</StatusIndicator>
}
