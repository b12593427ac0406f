import { createHash, timingSafeEqual } from 'node:crypto'
import { type Known, type Origin, readOriginSecrets } from './origin-secrets.ts'

/** The header that a distribution puts its secret in; whatever a viewer sent under that name is gone. */
export const ORIGIN_HEADER = 'x-origin-verify'

/** What does not match may be a value that was changed since; nobody can have it looked up more often than this. */
const REREAD_MILLISECONDS = 60_000

/**
 * Tells by the secret that it carries which distribution a handshake came by; undefined of one that went around them all.
 * `current` and `previous` of a secret are both valid, so that it can be changed while the distributions still send the one
 * before. What was read stays good until something newer has been: nobody locks charge points out by guessing while
 * Secrets Manager is out of reach.
 */
export function createOrigins(
  secretIds: Partial<Record<Origin, string>>,
  now: () => number = Date.now,
): (presented: string | undefined) => Promise<Origin | undefined> {
  let known: Known[] | undefined
  let readAt = 0
  let reading: Promise<Known[]> | undefined
  const read = () => {
    readAt = now()
    reading ??= readOriginSecrets(secretIds).finally(() => {
      reading = undefined
    })
    return reading
  }
  return async (presented) => {
    if (!presented) return undefined
    const found = known && originIn(known, presented)
    if (found || (known && now() - readAt < REREAD_MILLISECONDS)) return found
    known = await read()
    return originIn(known, presented)
  }
}

/** In the same time, whichever it is and wherever they differ. */
function originIn(known: Known[], presented: string): Origin | undefined {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const matching = known.map(({ origin, values }) => ({
    origin,
    matches: values.map((each) => timingSafeEqual(digest(each), digest(presented))).includes(true),
  }))
  return matching.find(({ matches }) => matches)?.origin
}
