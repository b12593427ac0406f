import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../api/client.ts'
import { isDeclined, statusOf } from './declined.ts'

type ConnectionState = Schemas['ChargePoint']['connectionState']
type RegistrationStatus = Schemas['ChargePoint']['registrationStatus']
type CallStatus = Schemas['Call']['status']

/** Of ChargePointStatus (OCPP 1.6 §7.7), in the order that people look for them. */
export const CONNECTOR_STATUSES = [
  'Faulted',
  'Unavailable',
  'Charging',
  'SuspendedEV',
  'SuspendedEVSE',
  'Preparing',
  'Finishing',
  'Reserved',
  'Available',
] as const

const CONNECTIONS: Record<ConnectionState, StatusIndicatorProps.Type> = {
  online: 'success',
  stale: 'warning',
  offline: 'stopped',
}

export function ConnectionStatus({ state }: { state: ConnectionState }) {
  const { t } = useTranslation()
  return <StatusIndicator type={CONNECTIONS[state]}>{t(`connection.${state}`)}</StatusIndicator>
}

const REGISTRATIONS: Record<RegistrationStatus, StatusIndicatorProps.Type> = {
  Accepted: 'success',
  Pending: 'pending',
  Rejected: 'error',
}

export function Registration({ status }: { status: RegistrationStatus }) {
  return <StatusIndicator type={REGISTRATIONS[status]}>{status}</StatusIndicator>
}

const CONNECTORS: Record<string, StatusIndicatorProps.Type> = {
  Available: 'success',
  Preparing: 'pending',
  Charging: 'in-progress',
  SuspendedEV: 'pending',
  SuspendedEVSE: 'pending',
  Finishing: 'pending',
  Reserved: 'info',
  Unavailable: 'stopped',
  Faulted: 'error',
}

export function ConnectorStatus({ status }: { status: string | undefined }) {
  const { t } = useTranslation()
  if (status === undefined) return <StatusIndicator type="stopped">{t('common.unknown')}</StatusIndicator>
  return (
    <StatusIndicator
      type={CONNECTORS[status] ?? 'info'}
      {...(status === 'Charging' ? { colorOverride: 'blue' } : {})}
    >
      {status}
    </StatusIndicator>
  )
}

const CALLS: Record<CallStatus, StatusIndicatorProps.Type> = {
  Queued: 'pending',
  Sent: 'in-progress',
  Answered: 'success',
  Refused: 'error',
  TimedOut: 'warning',
  Undelivered: 'warning',
  Expired: 'warning',
  Cancelled: 'stopped',
}

export const CALL_STATUSES = Object.keys(CALLS) as CallStatus[]

/** An answer may say no as well: then it is not shown as a success. */
export function CallStatusIndicator({ call }: { call: Pick<Schemas['Call'], 'status' | 'response'> }) {
  const { t } = useTranslation()
  const said = statusOf(call.response)
  return (
    <StatusIndicator type={isDeclined(call.response) ? 'warning' : CALLS[call.status]}>
      {t(`callStatus.${call.status}`)}
      {said === undefined ? '' : `: ${said}`}
    </StatusIndicator>
  )
}
