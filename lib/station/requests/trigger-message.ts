import { schema } from '../../ocpp/schema.ts'
import type { Connector } from '../connector.ts'
import { CallFailed, type Payload, type StationAction } from '../messages.ts'
import type { Parts } from '../parts.ts'
import { handler, reply } from './handler.ts'

/** A message this station does not know is an answer (NotImplemented), not a CALLERROR: hence no enumeration here. */
const triggerMessage = schema((t) =>
  t.object({ requestedMessage: t.string(), connectorId: t.optional(t.integer()) }),
)

/** Sends the message, and may do so while Pending (§4.2): it was asked for. */
type Trigger = (parts: Parts, connectors: readonly Connector[]) => void

const triggers: Record<string, Trigger> = {
  BootNotification: ({ registration }) => void registration.boot(),
  DiagnosticsStatusNotification: (parts) =>
    tell(parts, 'DiagnosticsStatusNotification', { status: parts.maintenance.uploads.diagnosticsStatus }),
  FirmwareStatusNotification: (parts) =>
    tell(parts, 'FirmwareStatusNotification', { status: parts.maintenance.firmware.status }),
  Heartbeat: ({ registration }) => void registration.heartbeat(),
  MeterValues: (parts, connectors) => {
    for (const connector of connectors) {
      const payload = parts.transactions.sampling.triggered(connector)
      if (payload) tell(parts, 'MeterValues', payload)
    }
  },
  StatusNotification: (parts, connectors) => {
    for (const connector of connectors)
      tell(parts, 'StatusNotification', parts.connectors.statuses.payload(connector))
  },
}

/** The connectors a message can be about. */
function subjects(requestedMessage: string, { connectors }: Parts, connectorId: number | undefined) {
  const all = requestedMessage === 'MeterValues' ? connectors.all.filter(({ id }) => id > 0) : connectors.all
  const isOfConnectors = requestedMessage === 'MeterValues' || requestedMessage === 'StatusNotification'
  return isOfConnectors && connectorId !== undefined ? all.filter(({ id }) => id === connectorId) : all
}

/** §5.17: the answer goes first. Without a connectorId it is all connectors; one that does not matter is ignored. */
export const TriggerMessage = handler(triggerMessage, ({ requestedMessage, connectorId }, parts) => {
  const trigger = Object.hasOwn(triggers, requestedMessage) ? triggers[requestedMessage] : undefined
  if (!trigger) return reply({ status: 'NotImplemented' })
  const concerned = subjects(requestedMessage, parts, connectorId)
  // §4.2: before the first answer to BootNotification nothing else may go out.
  const isTooEarly = parts.registration.status === 'None' && requestedMessage !== 'BootNotification'
  if (concerned.length === 0 || isTooEarly) return reply({ status: 'Rejected' })
  return reply({ status: 'Accepted' }, () => trigger(parts, concerned))
})

function tell(parts: Parts, action: StationAction, payload: Payload): void {
  parts.send(action, payload).catch((failure: unknown) => {
    if (!(failure instanceof CallFailed)) throw failure
  })
}
