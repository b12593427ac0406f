import type { IfMatch } from './conditional.ts'

/** Without If-Match, an edit that another one came before is tried again: of so many at once all are done. */
const ATTEMPTS = 10

const PAUSE_MILLISECONDS = 20

/**
 * An edit of a registered record, by the version it was read with: `before` is what was changed, and nothing else.
 * `write` gives what the store says.
 */
export async function edit<T extends { version: number }, R>(
  ifMatch: IfMatch,
  read: () => Promise<T | undefined>,
  write: (current: T) => Promise<R | 'unknown' | 'changed'>,
): Promise<{ before: T; result: R } | 'unknown' | 'changed'> {
  for (let attempt = 1; ; attempt++) {
    const current = await read()
    if (!current) return 'unknown'
    if (ifMatch && !ifMatch.includes(current.version)) return 'changed'
    const result = await write(current)
    if (result === 'unknown') return 'unknown'
    if (result !== 'changed') return { before: current, result }
    if (ifMatch || attempt === ATTEMPTS) return 'changed'
    await new Promise((resolve) => setTimeout(resolve, Math.random() * attempt * PAUSE_MILLISECONDS))
  }
}
