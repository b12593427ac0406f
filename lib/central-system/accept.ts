import type { ChargePoint } from '../store/port.ts'
import { isPassword } from './password.ts'
import type { CentralSystem } from './system.ts'

export interface Handshake {
  /** Of the URL, decoded once. */
  chargePointId: string
  /** The Authorization header, if there was one. */
  authorization?: string | undefined
  /** False where the charge point is known to have come over plain ws://. */
  secure?: boolean
}

/**
 * May this connection speak for this charge point (security whitepaper A00.FR.202–206)? `unknown` is nobody's charge
 * point: the handshake goes on and is answered 404 (OCPP-J §3.1.1), for an authorizer can only say 401 or 403.
 */
export async function authorize(
  { store }: Pick<CentralSystem, 'store'>,
  { chargePointId, authorization, secure = true }: Handshake,
): Promise<'known' | 'unknown' | 'unauthorized'> {
  const chargePoint = isIdentity(chargePointId) ? await store.getChargePoint(chargePointId) : undefined
  if (!chargePoint) return 'unknown'
  return (await fulfils(chargePoint, authorization, secure)) ? 'known' : 'unauthorized'
}

/** OCPP 1.6 sets no limit; ours keeps an identity within a key of the store, and off the log's control characters. */
function isIdentity(chargePointId: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /^[^\u0000-\u001f\u007f]{1,255}$/u.test(chargePointId)
}

async function fulfils(
  chargePoint: ChargePoint,
  authorization: string | undefined,
  secure: boolean,
): Promise<boolean> {
  switch (chargePoint.securityProfile) {
    case 0:
      return true
    case 1:
      return hasPassword(chargePoint, authorization)
    case 2:
      return secure && hasPassword(chargePoint, authorization)
    case 3:
      // Client certificates are checked at the edge; without one in sight nobody is let in.
      return false
  }
}

/** The user name is the identity; what follows it is bytes, not text, and may hold colons. */
async function hasPassword(
  { chargePointId, passwordHash }: ChargePoint,
  authorization = '',
): Promise<boolean> {
  const credentials = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization.trim())
  if (!credentials?.[1] || !passwordHash) return false
  const bytes = Buffer.from(credentials[1], 'base64')
  const user = Buffer.from(`${chargePointId}:`)
  if (!bytes.subarray(0, user.length).equals(user)) return false
  return isPassword(bytes.subarray(user.length), passwordHash)
}

export const SUBPROTOCOL = 'ocpp1.6'

export interface Opening {
  chargePointId: string
  connectionId: string
  connectedAt: string
  address?: string
  /** The Sec-WebSocket-Protocol header: names separated by commas. */
  offered: string | undefined
  known: boolean
}

/** The statuses that refuse a handshake: no such charge point, no common protocol, a newer connection is there already. */
export type Acceptance = { status: 200; subprotocol: string } | { status: 400 | 404 | 409 }

/** A connection opens: the newest one of a charge point wins at once, and the one it replaces is closed. */
export async function open(system: CentralSystem, opening: Opening): Promise<Acceptance> {
  const { store, settings } = system
  const { chargePointId, connectionId, connectedAt, address } = opening
  if (!isIdentity(chargePointId)) return { status: 404 }
  if (!opening.known) {
    await store.rememberUnknown('charge-point', chargePointId, connectedAt, address)
    if (settings.unknownChargePoints === 'refuse') return { status: 404 }
  }
  const protocols = (opening.offered ?? '').split(',').map((each) => each.trim())
  if (!protocols.includes(SUBPROTOCOL)) return { status: 400 }
  if (!opening.known) {
    const outcome = await store.createChargePoint(pendingChargePoint(chargePointId, connectedAt))
    // Registered since the authorizer looked: the charge point dials again, and is asked for its credentials then.
    if (outcome === 'exists') return { status: 409 }
  }
  const connection = { connectionId, connectedAt, ...(address ? { address } : {}) }
  const result = await store.connect(chargePointId, connection)
  if (result.outcome !== 'connected') return { status: result.outcome === 'unknown' ? 404 : 409 }
  await attendLater(system, chargePointId, connectionId)
  if (result.replaced) await closeReplaced(system, chargePointId, result.replaced.connectionId)
  return { status: 200, subprotocol: SUBPROTOCOL }
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
