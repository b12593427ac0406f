const MEBIBYTE = 1024 * 1024
const GIBIBYTE = 1024 * MEBIBYTE

/** Settings that are numbers: their defaults, and what they may be. */
const NUMBERS = {
  heartbeatInterval: { usual: 300, from: 10, to: 540, unit: 'seconds' },
  readConfigurationAfter: { usual: 10, from: 0, to: 600, unit: 'seconds' },
  messageLogDays: { usual: 30, from: 1, to: 3650, unit: 'days' },
  silentAfterHours: { usual: 24, from: 1, to: 8760, unit: 'hours' },
  // S3 takes no larger object in one request.
  fileMaxBytes: { usual: 256 * MEBIBYTE, from: 1, to: 5 * GIBIBYTE, unit: 'bytes' },
} as const

type NumberSetting = keyof typeof NUMBERS

export const NUMBER_SETTINGS = Object.keys(NUMBERS) as NumberSetting[]

export interface CsmsProps {
  /** Seconds between a charge point's heartbeats, 10–540. API Gateway closes a socket that is silent for 600. Default 300. */
  heartbeatInterval?: number
  /** Charge points nobody registered: `refuse` them with 404 (default), or let them in and keep them `pending`. */
  unknownChargePoints?: 'refuse' | 'pending'
  /** Seconds after a connection or a boot until the configuration is read, 0–600; 0: never. Default 10. */
  readConfigurationAfter?: number
  /** Days that logged frames are kept. Default 30. */
  messageLogDays?: number
  /** Hours of a charge point's silence after which its running transactions are in doubt. Default 24. */
  silentAfterHours?: number
  /** The largest file that is taken, 5 GiB at the most. Default 256 MiB. */
  fileMaxBytes?: number
}

/** The settings as the functions find them in their environment; those that make no sense are refused. */
export function settingsEnvironment(props: CsmsProps): Record<string, string> {
  const numbers = NUMBER_SETTINGS.map((name) => [environmentName(name), String(numberOf(props, name))])
  return { ...Object.fromEntries(numbers), UNKNOWN_CHARGE_POINTS: props.unknownChargePoints ?? 'refuse' }
}

function numberOf(props: CsmsProps, name: NumberSetting): number {
  const { usual, from, to, unit } = NUMBERS[name]
  const value = props[name] ?? usual
  if (Number.isInteger(value) && value >= from && value <= to) return value
  throw new Error(`${name} is ${value}; it must be a whole number from ${from} to ${to} ${unit}`)
}

/** `heartbeatInterval` becomes `HEARTBEAT_INTERVAL`. */
const environmentName = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
