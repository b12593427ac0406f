import {
  type ChargePoint,
  NO_CREDENTIALS_ID,
  type RefusalReason,
  type SecurityProfile,
} from '../store/port.ts'
import { parseDistinguishedName } from './distinguished-name.ts'
import { networkOf } from './network.ts'
import { isPassword } from './password.ts'
import type { CentralSystem } from './system.ts'

export interface Handshake {
  /** Of the URL, decoded once. */
  chargePointId: string
  /** The Authorization header, if there was one. */
  authorization?: string | undefined
  /** False where the charge point is known to have come over plain ws://. */
  secure?: boolean
  /** Whose certificate it showed, where it came by the edge that asks for one and checks it. */
  certificate?: { subject: string } | undefined
  /** Where it came from. */
  address?: string | undefined
}

export interface Rules {
  /** What certificates have as O; without it that is not looked at. */
  certificateOrganization?: string | undefined
}

/** `unknown` is nobody's charge point: the handshake goes on and is answered 404, for an authorizer can only say 401 or 403. */
export type Verdict =
  | { outcome: 'known'; allowMissingSubprotocol: boolean; credentialsId: string }
  | { outcome: 'unknown' }
  | { outcome: 'unauthorized'; reason: RefusalReason | 'LockedOut' }

type Authenticating = Pick<CentralSystem, 'store' | 'clock' | 'log'>

/** May this connection speak for this charge point (security whitepaper A00.FR.202–206, 404, 405)? */
export async function authenticate(
  system: Authenticating,
  handshake: Handshake,
  rules: Rules = {},
): Promise<Verdict> {
  const { store, clock } = system
  const { chargePointId, address = '' } = handshake
  if (!isIdentity(chargePointId)) return { outcome: 'unknown' }
  const network = networkOf(address)
  const [chargePoint, earlier] = await Promise.all([
    store.getChargePoint(chargePointId),
    handshake.authorization === undefined ? undefined : store.getRefusal(chargePointId, network),
  ])
  if (!chargePoint) return { outcome: 'unknown' }
  if (needsPassword(chargePoint.securityProfile) && (earlier?.lockedUntil ?? '') > clock().toISOString())
    return { outcome: 'unauthorized', reason: 'LockedOut' }
  const reason = await refusalOf(chargePoint, handshake, rules)
  if (reason === undefined) {
    // Whoever has got in is no case for an operator any more.
    if (earlier) await store.forgetRefusal(chargePointId, network)
    const { allowMissingSubprotocol = false, credentialsId = NO_CREDENTIALS_ID } = chargePoint
    return { outcome: 'known', allowMissingSubprotocol, credentialsId }
  }
  await noteRefusal(system, { chargePointId, network, address, reason })
  return { outcome: 'unauthorized', reason }
}

/** OCPP 1.6 sets no limit; ours keeps an identity within a key of the store, and off the log's control characters. */
export function isIdentity(chargePointId: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /^[^\u0000-\u001f\u007f]{1,255}$/u.test(chargePointId)
}

/** Profiles 1 and 2; the others have none, or a certificate. */
export const needsPassword = (securityProfile: SecurityProfile): boolean =>
  securityProfile === 1 || securityProfile === 2

/** Each profile is asked for what it asks for, and by the edge that it is to come by: a certificate is not a password. */
async function refusalOf(
  chargePoint: ChargePoint,
  { authorization, secure = true, certificate }: Handshake,
  { certificateOrganization }: Rules,
): Promise<RefusalReason | undefined> {
  const { securityProfile } = chargePoint
  if (securityProfile === 3) return certificateRefusal(chargePoint, certificate, certificateOrganization)
  if (certificate) return 'CertificateNotExpected'
  if (securityProfile === 0) return undefined
  if (securityProfile === 2 && !secure) return 'PlainWebSocket'
  return passwordRefusal(chargePoint, authorization)
}

/** The user name is the identity; what follows it is bytes, not text, and may hold colons. */
async function passwordRefusal(
  { chargePointId, passwordHash }: ChargePoint,
  authorization: string | undefined,
): Promise<RefusalReason | undefined> {
  if (authorization === undefined) return 'NoCredentials'
  const credentials = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization.trim())
  if (!credentials?.[1]) return 'MalformedCredentials'
  const bytes = Buffer.from(credentials[1], 'base64')
  const user = Buffer.from(`${chargePointId}:`)
  if (!bytes.subarray(0, user.length).equals(user)) return 'WrongUser'
  const right = passwordHash !== undefined && (await isPassword(bytes.subarray(user.length), passwordHash))
  return right ? undefined : 'WrongPassword'
}

/** The common name is the identity or a serial number of the latest boot; there is one, and one that is meant. */
function certificateRefusal(
  { chargePointId, boot }: ChargePoint,
  certificate: Handshake['certificate'],
  organization: string | undefined,
): RefusalReason | undefined {
  if (!certificate) return 'NoCertificate'
  const attributes = parseDistinguishedName(certificate.subject) ?? []
  const valuesOf = (type: string) => attributes.filter((each) => each.type === type).map(({ value }) => value)
  const [commonName, ...others] = valuesOf('cn')
  if (!commonName || others.length > 0) return 'WrongCertificate'
  if (organization !== undefined && !valuesOf('o').includes(organization)) return 'WrongCertificate'
  const names = [chargePointId, boot?.chargePointSerialNumber, boot?.chargeBoxSerialNumber]
  return names.includes(commonName) ? undefined : 'WrongCertificate'
}

/** So many wrong passwords within so many seconds lock a network out of a charge point, for a minute at first. */
const WRONG_MAX = 10
const COUNTED_SECONDS = 600
const LOCK_SECONDS = 60
const LOCK_MAX_SECONDS = 3600

/** A day without being locked out, and the first lock is a short one again. */
const LOCKS_FORGOTTEN_SECONDS = 24 * 3600

async function noteRefusal(
  { store, clock, log }: Authenticating,
  {
    chargePointId,
    network,
    address,
    reason,
  }: Record<'chargePointId' | 'network' | 'address', string> & { reason: RefusalReason },
): Promise<void> {
  const now = clock().getTime()
  const iso = (seconds: number) => new Date(now + seconds * 1000).toISOString()
  const refusal = await store.rememberRefusal({
    chargePointId,
    network,
    reason,
    at: iso(0),
    ...(address === '' ? {} : { address }),
    ...(reason === 'WrongPassword' ? { countSince: iso(-COUNTED_SECONDS) } : {}),
  })
  if ((refusal.wrong ?? 0) < WRONG_MAX) return
  const recent = (refusal.lockedUntil ?? '') > iso(-LOCKS_FORGOTTEN_SECONDS)
  const earlier = recent ? (refusal.locks ?? 0) : 0
  const until = iso(Math.min(LOCK_SECONDS * 2 ** earlier, LOCK_MAX_SECONDS))
  await store.lockOut(chargePointId, network, { wrong: WRONG_MAX, until, locks: earlier + 1 })
  log.warn('wrong passwords have locked an address out', { chargePointId, address, until })
}
