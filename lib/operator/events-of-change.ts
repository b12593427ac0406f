import { isClosed } from '../central-system/call.ts'
import { eventIdOf } from '../central-system/events.ts'
import type {
  BusbarEvent,
  Change,
  ChargePoint,
  ConnectorStatus,
  Live,
  Transaction,
  TransactionFigures,
} from '../store/port.ts'
import { viewCall } from './call-view.ts'
import { viewChargePoint } from './charge-point-view.ts'
import { defined } from './defined.ts'
import { type EventData, type EventType, REGISTERED } from './events-schemas.ts'
import { viewMeterValues } from './meter-values.ts'
import { viewReservation } from './reservation-view.ts'
import { viewTask } from './task-view.ts'
import { type Seen, viewTransaction } from './transaction-view.ts'

type Of<K extends Change['kind']> = Extract<Change, { kind: K }>

/** What lies outside the record that changed, and is told with it. */
export interface Beside {
  transaction?: Transaction
  figures?: TransactionFigures
}

/** What a change is told as: nothing, where it is of no interest to anyone outside. A heartbeat is no event. */
export function eventsOf(change: Change, beside: Beside = {}): BusbarEvent[] {
  switch (change.kind) {
    case 'chargePoint':
      return ofChargePoint(change)
    case 'live':
      return [...ofConnection(change), ...ofConnectors(change)]
    case 'transaction':
      return ofTransaction(change, beside)
    case 'transactionFigures':
      return ofFigures(change, beside)
    case 'meterValues':
      return ofMeterValues(change)
    case 'call':
      return ofCall(change)
    case 'reservation':
      return ofReservation(change)
    case 'task':
      return ofTask(change)
    case 'securityEvent':
      return change.after && !change.before ? [event(change, 'SecurityEvent', change.after)] : []
    default:
      return []
  }
}

/** `which`: tells two events of one type apart that come of the same change. */
function event<T extends EventType>(
  change: Change,
  type: T,
  data: EventData<T>,
  which: unknown[] = [],
): BusbarEvent {
  const { chargePointId } = data as { chargePointId?: string }
  return {
    eventId: eventIdOf(change, type, ...which),
    type,
    schemaVersion: 1,
    at: change.at,
    ...(chargePointId === undefined ? {} : { chargePointId }),
    sequence: change.sequence,
    data: data as Record<string, unknown>,
  }
}

function ofChargePoint(change: Of<'chargePoint'>): BusbarEvent[] {
  const { before, after, at } = change
  if (!after) return before ? [event(change, 'ChargePointRemoved', registered(before, at))] : []
  if (!before) return [event(change, 'ChargePointRegistered', registered(after, at))]
  const { chargePointId, boot } = after
  return [
    ...(before.version === after.version ? [] : [event(change, 'ChargePointChanged', registered(after, at))]),
    ...(boot && boot.at !== before.boot?.at
      ? [event(change, 'ChargePointBooted', { chargePointId, boot })]
      : []),
  ]
}

function registered(chargePoint: ChargePoint, now: string): EventData<'ChargePointRegistered'> {
  const shown = viewChargePoint(chargePoint, undefined, { now, heartbeatInterval: 0 })
  return Object.fromEntries(
    Object.entries(shown).filter(([name]) => name in REGISTERED),
  ) as EventData<'ChargePointRegistered'>
}

function ofConnection(change: Of<'live'>): BusbarEvent[] {
  const { chargePointId, before, after } = change
  const earlier = before?.connection
  const { connection, lastSeenAt } = after ?? {}
  if (!after || earlier?.connectionId === connection?.connectionId) return []
  if (!connection) {
    const gone = earlier && { chargePointId, ...connectionOf(earlier), lastSeenAt }
    return gone ? [event(change, 'ChargePointDisconnected', defined(gone))] : []
  }
  const replacedConnectionId = earlier?.connectionId
  const facts = defined({ chargePointId, ...connectionOf(connection), replacedConnectionId })
  return [event(change, 'ChargePointConnected', facts)]
}

const connectionOf = ({ connectionId, connectedAt, address }: NonNullable<Live['connection']>) => ({
  connectionId,
  connectedAt,
  connectedFrom: address,
})

function ofConnectors(change: Of<'live'>): BusbarEvent[] {
  const { chargePointId, before, after } = change
  return Object.entries(after?.connectors ?? {}).flatMap(([id, { status }]) => {
    const connectorId = Number(id)
    const previous = before?.connectors[connectorId]?.status
    if (!status || (previous && said(previous) === said(status))) return []
    const facts = defined({ chargePointId, connectorId, ...status, previousStatus: previous?.status })
    return [event(change, 'ConnectorStatusChanged', facts, [connectorId])]
  })
}

/** A status that is reported again at another time is the same. */
const said = ({ status, errorCode, info, vendorId, vendorErrorCode }: ConnectorStatus): string =>
  JSON.stringify([status, errorCode, info, vendorId, vendorErrorCode])

function ofTransaction(change: Of<'transaction'>, { figures }: Beside): BusbarEvent[] {
  const { before, after } = change
  if (!after || (before && shownOf(before) === shownOf(after))) return []
  return [event(change, typeOf(before, after), viewTransaction(after, seen(figures)))]
}

const shownOf = (transaction: Transaction): string => JSON.stringify(viewTransaction(transaction))

const seen = (figures: TransactionFigures | undefined): Seen => defined({ peakW: figures?.peakW })

/** They are those of a transaction that has stopped. */
function ofFigures(change: Of<'transactionFigures'>, { transaction }: Beside): BusbarEvent[] {
  const { before, after } = change
  if (!transaction || !after || before?.peakW === after.peakW) return []
  return [event(change, 'TransactionUpdated', viewTransaction(transaction, seen(after)))]
}

/** A stop that takes the place of a guess, or follows another one, comes to what has stopped already. */
function typeOf(before: Transaction | undefined, after: Transaction) {
  if (after.stop && !before?.stop) return 'TransactionStopped'
  return before ? 'TransactionUpdated' : 'TransactionStarted'
}

function ofMeterValues(change: Of<'meterValues'>): BusbarEvent[] {
  const { before, after } = change
  return after && !before ? [event(change, 'MeterValuesReceived', viewMeterValues(after))] : []
}

function ofCall(change: Of<'call'>): BusbarEvent[] {
  const { before, after, at } = change
  if (!after || !isClosed(after) || (before && isClosed(before))) return []
  return [event(change, 'CallClosed', viewCall(after, at))]
}

function ofReservation(change: Of<'reservation'>): BusbarEvent[] {
  const { before, after } = change
  if (!after || before?.status === after.status) return []
  return [event(change, 'ReservationChanged', viewReservation(after))]
}

function ofTask(change: Of<'task'>): BusbarEvent[] {
  const { before, after } = change
  if (!after?.endedAt || !after.counts || before?.endedAt) return []
  return [event(change, 'TaskEnded', viewTask({ task: after, counts: after.counts, waiting: 0 }))]
}
