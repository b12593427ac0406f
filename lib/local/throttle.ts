import type { Clock } from './clock.ts'

/** Requests a second in the long run, and so many at once. */
export interface Rate {
  perSecond: number
  burst: number
}

/** A token bucket: gives whether one more may pass now. */
export function throttle({ perSecond, burst }: Rate, clock: Clock): () => boolean {
  let tokens = burst
  let filledAt = clock.now()
  return () => {
    const now = clock.now()
    tokens = Math.min(burst, tokens + (Math.max(0, now - filledAt) / 1000) * perSecond)
    filledAt = now
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
