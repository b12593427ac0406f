import { createHash } from 'node:crypto'
import type { CentralSystem } from '../central-system/system.ts'
import { invalid, type Problem, problem } from './problem.ts'
import type { Reply } from './reply.ts'

export interface Attempt {
  key: string
  caller: string | undefined
  method: string
  /** Path and query. */
  target: string
  text: string
  now: string
}

/**
 * Does what a POST asks once per `Idempotency-Key`, caller and request; whoever asks again is given the first answer.
 * What we could not do is not kept, and may be tried again under the same key.
 */
export async function once(
  { store, log }: CentralSystem,
  attempt: Attempt,
  perform: () => Promise<Reply>,
): Promise<Reply | Problem> {
  if (!/^[\x21-\x7e]{1,255}$/.test(attempt.key)) {
    return invalid([{ path: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' }])
  }
  const key = digest([attempt.caller ?? null, attempt.key])
  // A body may hold a password. With the key, which is kept nowhere, in the digest, nobody can guess at it from the store.
  const fingerprint = digest([attempt.key, attempt.method, attempt.target, attempt.text])
  const claim = await store.claimKey(key, fingerprint, attempt.now)
  if (!claim.claimed) return replay(claim, fingerprint)
  const reply = await perform().catch(async (error: unknown) => {
    await settle(store.releaseKey(key))
    throw error
  })
  const kept = reply.status < 500 && reply.status !== 429
  await settle(kept ? store.keepAnswer(key, JSON.stringify(keepable(reply))) : store.releaseKey(key))
  return reply

  /** What was done is done, and is told; the claim runs out by itself. */
  async function settle(write: Promise<void>): Promise<void> {
    await write.catch((error: unknown) =>
      log.warn('an answer could not be kept under its idempotency key', { error }),
    )
  }
}

function replay(
  { fingerprint, answer }: { fingerprint: string; answer?: string },
  own: string,
): Reply | Problem {
  if (fingerprint !== own)
    return problem('key-reused', 'the Idempotency-Key was used for another request before')
  if (answer === undefined) {
    return problem('in-progress', 'the first request with this Idempotency-Key is not done yet', {
      headers: { 'Retry-After': '1' },
    })
  }
  const kept = JSON.parse(answer) as Kept
  return { ...kept, headers: { ...kept.headers, 'Idempotency-Replayed': 'true' } }
}

type Kept = Pick<Reply, 'status' | 'headers' | 'body'>

const keepable = ({ status, headers, body }: Reply): Kept => ({
  status,
  headers,
  ...(body === undefined ? {} : { body }),
})

function digest(parts: (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
