import type { Schemas } from '../../api/client.ts'

/** Every type of event, in the order of what they are about. */
export const EVENT_TYPES: readonly Schemas['Event']['type'][] = [
  'ChargePointRegistered',
  'ChargePointChanged',
  'ChargePointRemoved',
  'ChargePointConnected',
  'ChargePointDisconnected',
  'ChargePointBooted',
  'ConnectorStatusChanged',
  'TransactionStarted',
  'TransactionUpdated',
  'TransactionStopped',
  'MeterValuesReceived',
  'CallClosed',
  'ReservationChanged',
  'TaskEnded',
  'SecurityEvent',
]
