import type { IdentityProps } from './identity.ts'

const MEBIBYTE = 1024 * 1024
const GIBIBYTE = 1024 * MEBIBYTE

/** Settings that are numbers: their defaults, and what they may be. */
const NUMBERS = {
  heartbeatInterval: { usual: 300, from: 10, to: 540, unit: 'seconds' },
  readConfigurationAfter: { usual: 10, from: 0, to: 600, unit: 'seconds' },
  messageLogDays: { usual: 30, from: 1, to: 3650, unit: 'days' },
  auditDays: { usual: 400, from: 1, to: 36_500, unit: 'days' },
  silentAfterHours: { usual: 24, from: 1, to: 8760, unit: 'hours' },
  eventDays: { usual: 7, from: 0, to: 3650, unit: 'days' },
  // S3 takes no larger object in one request.
  fileMaxBytes: { usual: 256 * MEBIBYTE, from: 1, to: 5 * GIBIBYTE, unit: 'bytes' },
} as const

type NumberSetting = keyof typeof NUMBERS

export const NUMBER_SETTINGS = Object.keys(NUMBERS) as NumberSetting[]

export interface CsmsProps extends IdentityProps {
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
}

/** What the operator API takes; more is answered with 429. */
export function requestRate({ requestsPerSecond = 1000 }: CsmsProps): {
  rateLimit: number
  burstLimit: number
} {
  const rateLimit = whole('requestsPerSecond', requestsPerSecond, { from: 1, to: 10_000, unit: 'requests' })
  return { rateLimit, burstLimit: 2 * rateLimit }
}

/** Origins as browsers send them: anything else would never match. */
export function allowedOrigins({ corsOrigins = [] }: CsmsProps): string[] {
  for (const each of corsOrigins) {
    if (each === '*' || (URL.canParse(each) && new URL(each).origin === each)) continue
    throw new Error(
      `corsOrigins has "${each}"; an origin is scheme and host, such as https://console.example`,
    )
  }
  return corsOrigins
}

/** The settings as the functions find them in their environment; those that make no sense are refused. */
export function settingsEnvironment(props: CsmsProps): Record<string, string> {
  const numbers = NUMBER_SETTINGS.map((name) => [environmentName(name), String(numberOf(props, name))])
  return {
    ...Object.fromEntries(numbers),
    UNKNOWN_CHARGE_POINTS: props.unknownChargePoints ?? 'refuse',
    WEBHOOK_RETRY_AFTER: WEBHOOK_RETRY_AFTER.join(','),
    PRIVATE_WEBHOOKS: props.privateWebhooks ?? 'refuse',
  }
}

/** Seconds before each further attempt to deliver an event to a webhook. */
const WEBHOOK_RETRY_AFTER = [10, 60, 300, 900, 900, 900, 900]

function numberOf(props: CsmsProps, name: NumberSetting): number {
  const { usual, ...range } = NUMBERS[name]
  return whole(name, props[name] ?? usual, range)
}

function whole(
  name: string,
  value: number,
  { from, to, unit }: { from: number; to: number; unit: string },
): number {
  if (Number.isInteger(value) && value >= from && value <= to) return value
  throw new Error(`${name} is ${value}; it must be a whole number from ${from} to ${to} ${unit}`)
}

/** `heartbeatInterval` becomes `HEARTBEAT_INTERVAL`. */
const environmentName = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
