import Link from '@cloudscape-design/components/link'
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schemas } from '../api/client.ts'
import { formatEnergy } from './format.ts'
import { CallStatusIndicator, ConnectorStatus } from './statuses.tsx'

type Event = Schemas['Event']

const LOOKS: Partial<Record<Event['type'], StatusIndicatorProps.Type>> = {
  ChargePointConnected: 'success',
  ChargePointDisconnected: 'stopped',
  TransactionStarted: 'in-progress',
  TransactionStopped: 'success',
  SecurityEvent: 'warning',
  ChargePointRemoved: 'stopped',
}

export function EventType({ event: { type } }: { event: Pick<Event, 'type'> }) {
  return <StatusIndicator type={LOOKS[type] ?? 'info'}>{type}</StatusIndicator>
}

/** What an event says, in a line. */
export function EventSummary({ event }: { event: Event }): ReactNode {
  const { t } = useTranslation()
  switch (event.type) {
    case 'ChargePointConnected':
    case 'ChargePointDisconnected':
      return event.data.connectedFrom ?? ''
    case 'ChargePointBooted': {
      const { chargePointVendor, chargePointModel, firmwareVersion = '' } = event.data.boot
      return `${chargePointVendor} ${chargePointModel} ${firmwareVersion}`
    }
    case 'ConnectorStatusChanged': {
      const { connectorId, status, errorCode, previousStatus } = event.data
      return (
        <>
          {connectorId}: {previousStatus ? `${previousStatus} → ` : ''}
          <ConnectorStatus status={status} />
          {errorCode === 'NoError' ? '' : ` ${errorCode}`}
        </>
      )
    }
    case 'TransactionStarted':
    case 'TransactionUpdated':
    case 'TransactionStopped': {
      const { transactionId, idTag = '', energyWh, reason } = event.data
      return (
        <>
          <Link href={`/transactions/${transactionId}`}>{transactionId}</Link> {idTag}{' '}
          {energyWh === undefined ? '' : formatEnergy(energyWh)} {reason ?? ''}
        </>
      )
    }
    case 'MeterValuesReceived': {
      const { connectorId, meterValue } = event.data
      return t('events.meterValues', { connectorId: connectorId ?? '–', count: meterValue.length })
    }
    case 'CallClosed':
      return (
        <>
          {event.data.action} <CallStatusIndicator call={event.data} />
        </>
      )
    case 'ReservationChanged': {
      const { reservationId, connectorId, idTag, status } = event.data
      return t('events.reservation', { reservationId, connectorId, idTag, status })
    }
    case 'TaskEnded':
      return <Link href={`/tasks/${event.data.taskId}`}>{event.data.action}</Link>
    case 'SecurityEvent':
      return `${event.data.type} ${event.data.techInfo ?? ''}`
    default:
      return ''
  }
}
