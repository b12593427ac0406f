import * as z from 'zod'
import { needsPassword } from '../central-system/authenticate.ts'
import { hashPassword } from '../central-system/password.ts'
import type { ChargePoint, ChargePointChange, SecurityProfile } from '../store/port.ts'
import { registrationStatus, securityProfile } from './charge-point-view.ts'
import { freeText, givenInstant, identifier, maybe, removable, SITE_ID_MAX } from './fields.ts'
import { type Issue, invalid, type Problem } from './problem.ts'
import {
  isTooLarge,
  mergeWanted,
  newWantedConfiguration,
  WANTED_MAX_MESSAGE,
  wantedConfigurationChange,
} from './wanted-configuration.ts'

/** What the paths below a charge point's end with. */
const SUBPATH =
  /\/(?:(?:calls|jobs)(?:\/[^/]+)?|configuration(?:\/apply)?|connectors|charging-profiles|local-list|files|messages|meter-values|onboarding|password-rotation|security-events)$/

const chargePointId = identifier(48)
  .refine(
    (text) => !SUBPATH.test(text),
    'must not end like a path of this API: API Gateway could not tell them apart',
  )
  .meta({
    description: 'As the charge point dials in: the last part of its URL, decoded. Case counts',
    examples: ['CP1'],
  })

/**
 * The whitepaper's AuthorizationKey is 16 to 20 bytes, set by ChangeConfiguration as 32 to 40 hexadecimal digits. Longer
 * text is for the many charge points that are given their password by hand.
 */
export const password = z
  .string()
  .regex(
    /^[\x20-\x7e]{8,40}$/,
    'must be 8 to 40 printable ASCII characters; 32 to 40 hexadecimal digits stand for an AuthorizationKey of 16 to 20 bytes',
  )
  .meta({
    description: [
      'What the charge point authenticates with. An AuthorizationKey of the security whitepaper is 16 to 20 bytes:',
      'write it as 16 to 20 characters, or as 32 to 40 hexadecimal digits. Longer text suits only charge points that are',
      'known to take it. It is kept as a hash and never shown',
    ].join(' '),
    examples: ['8f3b1c6d2e9a4705b8c1d2e3f4a59687'],
  })

const heartbeatInterval = z
  .union([z.literal(0), z.int().min(10).max(86_400)], { error: 'must be 0, or an integer from 10 to 86400' })
  .meta({ description: 'Seconds between heartbeats; 0 leaves it to the charge point', examples: [300] })

const description = freeText(500).meta({ examples: ['Car park, level 2'] })
const address = freeText(500).meta({ examples: ['1 Station Road, Utrecht'] })
const siteId = identifier(SITE_ID_MAX).meta({
  description: 'The site it stands on, one of /sites',
  examples: ['utrecht-1'],
})
const tags = z
  .array(freeText(50))
  .max(20)
  .transform((given) => [...new Set(given)])
  .meta({ description: 'Labels of your own; tasks can be filtered by them', examples: [['fast', 'indoor']] })
const messageLogUntil = givenInstant('Until when its frames are logged: within 31 days; null switches it off')
const allowMissingSubprotocol = z
  .boolean()
  .meta({ description: 'Let it in where it offers no WebSocket subprotocol; others are refused with 400' })
const strict = z.boolean().meta({ description: 'Answer violations of the OCPP schemas with CALLERROR' })

export const newChargePointSchema = z
  .strictObject({
    chargePointId,
    registrationStatus: registrationStatus.default('Accepted'),
    securityProfile: maybe(securityProfile).meta({
      description:
        'Unless given: 1 with a password, 0 without. Profiles 1 and 2 allow no ":" in the identity',
    }),
    password: maybe(password),
    description: maybe(description),
    address: maybe(address),
    heartbeatInterval: maybe(heartbeatInterval),
    strict: maybe(strict),
    allowMissingSubprotocol: maybe(allowMissingSubprotocol),
    siteId: maybe(siteId),
    tags: maybe(tags),
    wantedConfiguration: maybe(newWantedConfiguration),
  })
  .meta({
    id: 'NewChargePoint',
    examples: [{ chargePointId: 'CP1' }, { chargePointId: 'CP2', securityProfile: 1 }],
  })

export const chargePointChangeSchema = z
  .strictObject({
    registrationStatus: maybe(registrationStatus),
    securityProfile: maybe(securityProfile),
    password: removable(password).meta({
      description: 'A new password, or null for none, which profiles 1 and 2 do not allow',
    }),
    description: removable(description),
    address: removable(address),
    heartbeatInterval: removable(heartbeatInterval),
    strict: removable(strict),
    allowMissingSubprotocol: removable(allowMissingSubprotocol),
    siteId: removable(siteId),
    tags: removable(tags),
    wantedConfiguration: removable(wantedConfigurationChange),
    messageLogUntil: removable(messageLogUntil),
  })
  .meta({
    id: 'ChargePointChange',
    description: 'A JSON merge patch: what is absent stays, null removes',
    examples: [{ registrationStatus: 'Rejected', description: null }],
  })

type Input = z.output<typeof chargePointChangeSchema>

/** Whether the change may leave the charge point without a password, or with one it did not have. */
export function touchesCredentials({ password, securityProfile }: Input): boolean {
  return password !== undefined || securityProfile !== undefined
}

/** The user name of Basic authentication is the identity, and ends with the first colon. */
export function profileIssue(chargePointId: string, securityProfile: SecurityProfile): Issue | undefined {
  if (!needsPassword(securityProfile) || !chargePointId.includes(':')) return undefined
  return {
    path: 'securityProfile',
    message: `security profile ${securityProfile} needs an identity without ":", which ends the user name in Basic authentication`,
  }
}

/** The change as the store takes it, unless it would leave a charge point without the password that its profile asks for. */
export async function toChange(
  { password, wantedConfiguration, ...change }: Input,
  current: ChargePoint,
  now: string,
): Promise<ChargePointChange | Problem<'invalid'>> {
  const profile = change.securityProfile ?? current.securityProfile
  const issue = profile === current.securityProfile ? undefined : profileIssue(current.chargePointId, profile)
  if (issue) return invalid([issue])
  const hasPassword = password === undefined ? current.passwordHash !== undefined : password !== null
  if (needsPassword(profile) && !hasPassword) {
    return invalid([{ path: 'password', message: `security profile ${profile} needs a password` }])
  }
  const logIssue = logUntilIssue(change.messageLogUntil, now)
  if (logIssue) return invalid([{ path: 'messageLogUntil', message: logIssue }])
  const wanted = mergeWanted(current.wantedConfiguration, wantedConfiguration)
  if (isTooLarge(wanted)) return invalid([{ path: 'wantedConfiguration', message: WANTED_MAX_MESSAGE }])
  return {
    ...change,
    ...(wanted === undefined ? {} : { wantedConfiguration: wanted }),
    ...(password === undefined
      ? {}
      : { passwordHash: password === null ? null : await hashPassword(password) }),
  }
}

const LOG_MAX_SECONDS = 31 * 24 * 3600

function logUntilIssue(until: string | null | undefined, now: string): string | undefined {
  if (!until) return undefined
  const seconds = (Date.parse(until) - Date.parse(now)) / 1000
  if (seconds <= 0) return 'must be in the future'
  return seconds > LOG_MAX_SECONDS ? 'must be within 31 days' : undefined
}
