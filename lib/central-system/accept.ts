import type { ChargePoint } from '../store/port.ts'
import { isIdentity } from './authenticate.ts'
import type { CentralSystem } from './system.ts'

export const SUBPROTOCOL = 'ocpp1.6'

export interface Opening {
  chargePointId: string
  connectionId: string
  connectedAt: string
  address?: string
  /** The Sec-WebSocket-Protocol header: names separated by commas. */
  offered: string | undefined
  known: boolean
  /** Whether it may offer none. */
  allowMissingSubprotocol?: boolean
  /** The credentials by which it was let in. */
  credentialsId?: string
}

/**
 * The statuses that refuse a handshake: no common protocol, other credentials since it was judged, no such charge point, a
 * newer connection is there already.
 */
export type Acceptance = { status: 200; subprotocol?: string } | { status: 400 | 401 | 404 | 409 }

const REFUSED = { unknown: 404, outdated: 401, superseded: 409 } as const

/** A connection opens: the newest one of a charge point wins at once, and the one it replaces is closed. */
export async function open(system: CentralSystem, opening: Opening): Promise<Acceptance> {
  const { store, settings } = system
  const { chargePointId, connectionId, connectedAt, address } = opening
  if (!isIdentity(chargePointId)) return { status: 404 }
  if (!opening.known) {
    await store.rememberUnknown('charge-point', chargePointId, connectedAt, address)
    system.count('UnknownChargePoints')
    if (settings.unknownChargePoints === 'refuse') return { status: 404 }
  }
  const protocols = (opening.offered ?? '').split(',').map((each) => each.trim())
  const chosen = protocols.includes(SUBPROTOCOL)
  const offersNone = protocols.every((each) => each === '')
  if (!chosen && !(offersNone && opening.allowMissingSubprotocol)) return { status: 400 }
  if (!opening.known) {
    const outcome = await store.createChargePoint(pendingChargePoint(chargePointId, connectedAt))
    // Registered since the authorizer looked: the charge point dials again, and is asked for its credentials then.
    if (outcome === 'exists') return { status: 409 }
  }
  const connection = { connectionId, connectedAt, ...(address ? { address } : {}) }
  const result = await store.connect(chargePointId, connection, opening.credentialsId)
  if (result.outcome !== 'connected') return { status: REFUSED[result.outcome] }
  await attendLater(system, chargePointId, connectionId)
  if (result.replaced) await closeReplaced(system, chargePointId, result.replaced.connectionId)
  return { status: 200, ...(chosen ? { subprotocol: SUBPROTOCOL } : {}) }
}

/** A connection is closed, or said to be: nothing changes unless it is the current one. */
export async function close(
  { store }: CentralSystem,
  chargePointId: string,
  connectionId: string,
): Promise<void> {
  await store.disconnect(chargePointId, connectionId)
}

/** A charge point that is accepted already sends no boot when it connects (OCPP-J §5.4): it is looked at all the same. */
async function attendLater(
  { wake, settings, log }: CentralSystem,
  chargePointId: string,
  connectionId: string,
): Promise<void> {
  const { readConfigurationAfter } = settings
  if (readConfigurationAfter === 0) return
  await wake({ chargePointId, connectionId, after: 'connect' }, readConfigurationAfter).catch(
    (error: unknown) => log.warn('no tick could be set', { chargePointId, error }),
  )
}

async function closeReplaced(
  { push, log }: CentralSystem,
  chargePointId: string,
  connectionId: string,
): Promise<void> {
  await push
    .close(connectionId)
    .catch((error: unknown) =>
      log.warn('a replaced connection could not be closed', { chargePointId, connectionId, error }),
    )
}

function pendingChargePoint(chargePointId: string, at: string): ChargePoint {
  return {
    chargePointId,
    registrationStatus: 'Pending',
    securityProfile: 0,
    createdAt: at,
    updatedAt: at,
    version: 1,
  }
}
