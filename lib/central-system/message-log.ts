import { REDACTED, withoutSecrets, withoutUrlPasswords } from '../actions/secret-keys.ts'
import type { Live, LoggedMessage } from '../store/port.ts'
import type { CentralSystem } from './system.ts'

/** API Gateway takes no larger frame, either way. */
export const FRAME_MAX_BYTES = 32 * 1024

export type Logged = Pick<LoggedMessage, 'connectionId' | 'direction' | 'frame'>

/** Keeps frames of a charge point whose log is switched on. A log that cannot be written keeps nobody from working. */
export async function logFrames(
  { store, clock, settings, log }: CentralSystem,
  live: Pick<Live, 'chargePointId' | 'logUntil'> | undefined,
  frames: Logged[],
): Promise<void> {
  const at = clock().toISOString()
  if (!live?.logUntil || live.logUntil < at) return
  const { chargePointId } = live
  const messages = frames.map(({ frame, ...rest }) => ({
    chargePointId,
    at,
    ...rest,
    frame: loggable(frame),
  }))
  await store
    .logMessages(messages, settings.messageLogDays)
    .catch((error: unknown) => log.warn('frames could not be logged', { chargePointId, error }))
}

/** The frame as it may be kept: the values of secret keys and the passwords in URLs give way, and the text is no longer than a frame can be. */
function loggable(frame: string): string {
  const cut = withoutUrlPasswords(frame.slice(0, FRAME_MAX_BYTES))
  if (!/authorizationkey/i.test(cut)) return cut
  const parsed = parse(cut)
  // What cannot be read cannot be cleaned.
  return parsed
    ? JSON.stringify(parsed.map(withoutSecrets))
    : `${REDACTED} (a broken frame with a secret in it)`
}

function parse(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
