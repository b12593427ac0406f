import type { EdgeProps } from './edge/settings.ts'
import type { IdentityProps, IssuerProps } from './identity.ts'
import { LOG_DAYS, type OperationsProps } from './operations.ts'
import { amount, email, flag, type Kind, listOf, matching, oneOf, text, whole } from './settings-kinds.ts'

/** As Cognito takes it. */
const DOMAIN_PREFIX = matching(
  'up to 63 small letters, digits and hyphens, without "aws", "amazon" or "cognito" in it',
  /^(?!.*(?:aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
)

const MEBIBYTE = 1024 * 1024
const GIBIBYTE = 1024 * MEBIBYTE

export interface CsmsProps extends IdentityProps, EdgeProps, OperationsProps {
  /** The built console, which is put where the edge finds it. Default: there is none. */
  consoleDirectory?: string
  /** Seconds between a charge point's heartbeats, 10–540. API Gateway closes a socket that is silent for 600. Default 300. */
  heartbeatInterval?: number
  /** Charge points nobody registered: `refuse` them with 404 (default), or let them in and keep them `pending`. */
  unknownChargePoints?: 'refuse' | 'pending'
  /** Seconds after a connection or a boot until the configuration is read, 0–600; 0: never. Default 10. */
  readConfigurationAfter?: number
  /** Days that logged frames are kept. Default 30. */
  messageLogDays?: number
  /** Days that what operators did is kept on record. Default 400. */
  auditDays?: number
  /** Hours of a charge point's silence after which its running transactions are in doubt. Default 24. */
  silentAfterHours?: number
  /** Days that events are kept to be listed, each at the price of a write; 0: not at all. Default 7. */
  eventDays?: number
  /** Webhooks at addresses that the internet cannot reach: `refuse` them (default), or `allow` them, for a VPC of one's own. */
  privateWebhooks?: 'refuse' | 'allow'
  /** The largest file that is taken, 5 GiB at the most. Default 256 MiB. */
  fileMaxBytes?: number
  /** Origins whose pages may call the operator API from a browser, such as `https://console.example`. Default: none. */
  corsOrigins?: string[]
  /** Requests a second that the operator API takes in the long run, twice as many at once. Default 1000. */
  requestsPerSecond?: number
  /** Frames a second that the station API takes of all charge points together, twice as many at once. Default: what the account may. */
  stationMessagesPerSecond?: number
  /** How many frames are handled at once: so many the account keeps for them, and no more. Default: what is free. */
  reservedConcurrency?: number
  /** A table that was restored from a backup, by its name: it takes the place of the stack's own. Default: there is none. */
  restoredTable?: string
  /** What becomes of the table, files, users and secrets when the stack goes: `retain` (default) or `destroy` them. */
  removalPolicy?: 'retain' | 'destroy'
}

/** Settings that a command line can give: of a foreign issuer the parts, and no directory, which `npm run deploy` knows itself. */
export type SettingName = Exclude<keyof CsmsProps, 'issuer' | 'consoleDirectory'> | keyof IssuerProps

export interface Setting extends Kind {
  /** Of what is taken if it is not set. */
  usual: string | number | boolean
  meaning: string
}

const setting = (kind: Kind, usual: Setting['usual'], meaning: string): Setting => ({
  ...kind,
  usual,
  meaning,
})

const isOrigin = (each: string): boolean =>
  each === '*' || (URL.canParse(each) && new URL(each).origin === each)

/** Every setting: `npm run deploy -- -c name=value`, and the property of `Csms` of the same name. */
export const SETTINGS: Readonly<Record<SettingName, Setting>> = {
  heartbeatInterval: setting(whole(10, 540, 'seconds'), 300, 'Seconds between heartbeats'),
  unknownChargePoints: setting(
    oneOf('refuse', 'pending'),
    'refuse',
    'Charge points nobody registered: refuse them, or let them in and keep them waiting',
  ),
  readConfigurationAfter: setting(
    whole(0, 600, 'seconds'),
    10,
    'Seconds after a boot until the configuration is read; 0 never',
  ),
  silentAfterHours: setting(
    whole(1, 8760, 'hours'),
    24,
    'Hours of silence that put running transactions in doubt',
  ),
  messageLogDays: setting(whole(1, 3650, 'days'), 30, 'Days that logged frames are kept'),
  eventDays: setting(whole(0, 3650, 'days'), 7, 'Days that events are kept to be listed; 0 not at all'),
  auditDays: setting(whole(1, 36_500, 'days'), 400, 'Days that what operators did is kept on record'),
  // S3 takes no larger object in one request.
  fileMaxBytes: setting(whole(1, 5 * GIBIBYTE, 'bytes'), 256 * MEBIBYTE, 'The largest file'),
  privateWebhooks: setting(
    oneOf('refuse', 'allow'),
    'refuse',
    'Webhooks at addresses that the internet cannot reach',
  ),
  corsOrigins: setting(
    listOf('origins, each scheme and host, such as https://console.example', isOrigin),
    'none',
    'Origins of foreign pages that may call the operator API',
  ),
  requestsPerSecond: setting(whole(1, 10_000, 'requests'), 1000, 'Requests a second to the operator API'),
  stationMessagesPerSecond: setting(
    whole(1, 100_000, 'frames'),
    'as the account',
    'Frames a second of all charge points together',
  ),
  reservedConcurrency: setting(
    whole(1, 100_000, 'at once'),
    'none',
    'Frames handled at once: so many the account keeps free for them, and no more',
  ),
  domainName: setting(
    text,
    'the distribution’s',
    'A host name of your own for the edge; with certificateArn',
  ),
  certificateArn: setting(text, 'none', 'Its certificate in ACM, us-east-1'),
  plainWebSockets: setting(flag, false, 'Take ws:// as well, on port 80, for security profiles 0 and 1'),
  clientCertificates: setting(
    text,
    'none',
    'CA certificates, s3://bucket/key: opens a second distribution, for security profile 3',
  ),
  clientCertificatesDomainName: setting(
    text,
    'the distribution’s',
    'The host name of the second distribution',
  ),
  clientCertificatesCertificateArn: setting(text, 'none', 'Its certificate in ACM, us-east-1'),
  certificateOrganization: setting(text, 'not checked', 'What station certificates must have as O'),
  certificateRevocation: setting(
    flag,
    false,
    'Asks the OCSP responders named in them whether station certificates are revoked; all must name one',
  ),
  originSecretRotation: setting(
    matching('a text of 60 characters at the most', /^.{1,60}$/),
    'none',
    'Any new text has the edge take up the origin secrets of the moment',
  ),
  administratorEmail: setting(email, 'none', 'Where the first administrator is sent a password'),
  domainPrefix: setting(
    DOMAIN_PREFIX,
    'the stack’s own',
    'Of the sign-in pages, https://<prefix>.auth.<region>.amazoncognito.com',
  ),
  consoleUrls: setting(
    listOf('URLs', (each) => each !== ''),
    'none',
    'Further addresses that people are sent back to when they have signed in or out',
  ),
  issuerUrl: setting(text, 'Cognito', 'Another OpenID Connect issuer'),
  audience: setting(
    listOf('texts', (each) => each !== ''),
    'none',
    'What its tokens name in aud, or client_id',
  ),
  consoleClientId: setting(text, 'the first audience', 'The console’s client there'),
  roleClaim: setting(text, 'roles', 'The claim of its tokens that holds roles'),
  logLevel: setting(oneOf('debug', 'info', 'warn', 'error'), 'info', 'What is logged'),
  logDays: setting(oneOf(...LOG_DAYS), 30, 'Days that logs are kept'),
  tracing: setting(flag, false, 'Traces of all functions in X-Ray'),
  alarmEmail: setting(email, 'none', 'Who is told of alarms'),
  dashboard: setting(flag, true, 'A dashboard in CloudWatch'),
  monthlyBudget: setting(
    amount('USD'),
    'none',
    'Tells alarmEmail when what the whole account costs in a month comes near it',
  ),
  restoredTable: setting(
    text,
    'none',
    'A table restored from a backup, which takes the place of the stack’s own',
  ),
  removalPolicy: setting(
    oneOf('retain', 'destroy'),
    'retain',
    'What becomes of the table, files, users and secrets when the stack goes',
  ),
}

/** The settings as the context of a CDK app gives them; one that makes no sense, or that there is not, is refused. */
export function readSettings(context: Record<string, unknown>): CsmsProps {
  // Those of CDK itself have colons, slashes or hyphens.
  const given = Object.entries(context).filter(([name, value]) => /^\w+$/.test(name) && value !== '')
  for (const [name] of given)
    if (!isSetting(name)) throw new Error(`there is no setting "${name}"${hint(name)}`)
  const values = Object.fromEntries(given.map(([name, value]) => [name, read(name as SettingName, value)]))
  const { issuerUrl, audience = [], roleClaim, consoleClientId, ...others } = values
  if (issuerUrl === undefined) return others
  const more = Object.entries({ roleClaim, consoleClientId }).filter(([, value]) => value !== undefined)
  const issuer = { issuerUrl, audience, ...Object.fromEntries(more) } as IssuerProps
  return { ...others, issuer }
}

const isSetting = (name: string): name is SettingName => Object.hasOwn(SETTINGS, name)

function read(name: SettingName, value: unknown): unknown {
  return checked(name, SETTINGS[name].parse(Array.isArray(value) ? value.join() : String(value)))
}

function checked<T>(name: SettingName, value: T): T {
  const { must, holds } = SETTINGS[name]
  if (holds(value)) return value
  const shown = typeof value === 'string' || Array.isArray(value) ? `"${value}"` : String(value)
  throw new Error(`${name} is ${shown}; it must be ${must}`)
}

/** A name that begins or ends alike. */
function hint(name: string): string {
  const key = name.toLowerCase()
  const near = (each: string) => each.slice(0, 5) === key.slice(0, 5) || each.slice(-5) === key.slice(-5)
  const found = Object.keys(SETTINGS).filter((each) => near(each.toLowerCase()))
  return found.length > 0 ? `; there is ${found.join(', ')}` : ''
}

/** Throws on the first property that makes no sense: those of an app of one's own come unread. */
export function checkSettings(props: CsmsProps): void {
  for (const [name, value] of Object.entries(props)) {
    if (isSetting(name) && value !== undefined) checked(name, value)
  }
}

/** A rate of a stage, and how many requests it takes at once. */
export const throttleOf = (rateLimit: number) => ({ rateLimit, burstLimit: 2 * rateLimit })

/** Those that the functions read, as they find them in their environment. */
export function settingsEnvironment(props: CsmsProps): Record<string, string> {
  const entries = IN_ENVIRONMENT.map((name) => [
    environmentName(name),
    String(props[name] ?? SETTINGS[name].usual),
  ])
  return { ...Object.fromEntries(entries), WEBHOOK_RETRY_AFTER: WEBHOOK_RETRY_AFTER.join(',') }
}

const IN_ENVIRONMENT = [
  'heartbeatInterval',
  'unknownChargePoints',
  'readConfigurationAfter',
  'messageLogDays',
  'auditDays',
  'silentAfterHours',
  'eventDays',
  'fileMaxBytes',
  'privateWebhooks',
] as const

/** Seconds before each further attempt to deliver an event to a webhook. */
const WEBHOOK_RETRY_AFTER = [10, 60, 300, 900, 900, 900, 900]

/** `heartbeatInterval` becomes `HEARTBEAT_INTERVAL`. */
const environmentName = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
