import { isSecretKey, REDACTED, withoutUrlSecrets } from '../actions/secret-keys.ts'
import { shorten } from '../ocpp/shorten.ts'
import type { Live, LoggedMessage } from '../store/port.ts'
import type { CentralSystem } from './system.ts'

/** API Gateway takes no larger frame, either way. */
export const FRAME_MAX_BYTES = 32 * 1024

export type Logged = Pick<LoggedMessage, 'connectionId' | 'direction' | 'frame'> & { at?: string }

/** Keeps frames of a charge point whose log is switched on. A log that cannot be written keeps nobody from working. */
export async function logFrames(
  { store, clock, settings, log }: CentralSystem,
  live: Pick<Live, 'chargePointId' | 'logUntil'> | undefined,
  frames: Logged[],
): Promise<void> {
  const now = clock().toISOString()
  if (!live?.logUntil || live.logUntil < now) return
  const { chargePointId } = live
  const messages = frames.map(({ frame, at = now, ...rest }) => ({
    chargePointId,
    at,
    ...rest,
    frame: loggable(frame),
  }))
  await store
    .logMessages(messages, settings.messageLogDays)
    .catch((error: unknown) => log.warn('frames could not be logged', { chargePointId, error }))
}

/** The frame as it may be kept: secrets, those in URLs too, give way, and it is no longer than a frame can be. */
function loggable(frame: string): string {
  const cut = shorten(frame, FRAME_MAX_BYTES)
  const parsed = parse(cut)
  if (parsed === undefined)
    return /authorizationkey|\\u/i.test(cut) ? `${REDACTED} (a broken frame)` : withoutUrlSecrets(cut)
  const clean = withoutSecretValues(parsed)
  return withoutUrlSecrets(clean === parsed ? cut : JSON.stringify(clean))
}

/** Wherever a secret key is the name of a property, or stands beside its value; the very value where there is none. */
function withoutSecretValues(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const clean = value.map(withoutSecretValues)
    return clean.every((each, position) => each === value[position]) ? value : clean
  }
  const { key } = value as { key?: unknown }
  const entries = Object.entries(value).map(([name, each]): [string, unknown] => {
    const secret = isSecretKey(name) || (name === 'value' && typeof key === 'string' && isSecretKey(key))
    return [name, secret ? REDACTED : withoutSecretValues(each)]
  })
  const same = entries.every(([name, each]) => each === (value as Record<string, unknown>)[name])
  return same ? value : Object.fromEntries(entries)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
