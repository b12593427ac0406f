import { createHash, timingSafeEqual } from 'node:crypto'
import { createSecret } from './secrets.ts'

/** The header that a distribution puts its secret in; whatever a viewer sent under that name is gone. */
export const ORIGIN_HEADER = 'x-origin-verify'

/** Which distribution a handshake came by: the one for everybody, or the one that asks for certificates. */
export type Origin = 'open' | 'certificates'

/** What does not match may be a value that was changed since; nobody can have it looked up more often than this. */
const REREAD_MILLISECONDS = 60_000

/**
 * Tells by the secret that it carries which distribution a handshake came by; undefined of one that went around them all.
 * `current` and `previous` of a secret are both valid, so that it can be changed while the distributions still send the one
 * before.
 */
export function createOrigins(
  secretIds: Partial<Record<Origin, string>>,
  now: () => number = Date.now,
): (presented: string | undefined) => Promise<Origin | undefined> {
  const read = () =>
    Object.entries(secretIds).map(([origin, id]) => ({ origin: origin as Origin, text: createSecret(id) }))
  let secrets = read()
  let readAt: number | undefined
  const find = async (presented: string) => {
    const found = await Promise.all(
      secrets.map(async ({ origin, text }) => (isOneOf(presented, await text()) ? origin : undefined)),
    )
    readAt ??= now()
    return found.find((each) => each !== undefined)
  }
  return async (presented) => {
    if (!presented) return undefined
    const found = await find(presented)
    if (found || readAt === undefined || now() - readAt < REREAD_MILLISECONDS) return found
    secrets = read()
    readAt = now()
    return find(presented)
  }
}

/** In the same time, whichever it is and wherever they differ. */
function isOneOf(presented: string, secret: string): boolean {
  const { current, previous } = JSON.parse(secret) as { current?: unknown; previous?: unknown }
  const valid = [current, previous].filter((each) => typeof each === 'string' && each !== '')
  const digest = (text: unknown) => createHash('sha256').update(String(text)).digest()
  return valid.map((each) => timingSafeEqual(digest(each), digest(presented))).includes(true)
}
