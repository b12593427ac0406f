export function secondsAfter(instant: Date, seconds: number): string {
  return new Date(instant.getTime() + seconds * 1000).toISOString()
}

/** SQS delays a message by at most so many seconds; who needs longer asks again. */
const DELAY_MAX_SECONDS = 900

/** The delay of something that is due just after an instant. */
export function delayUntil(instant: string, now: Date): number {
  const seconds = Math.ceil((Date.parse(instant) - now.getTime()) / 1000) + 1
  return Math.max(0, Math.min(DELAY_MAX_SECONDS, seconds))
}
