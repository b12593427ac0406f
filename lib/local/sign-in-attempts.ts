/** How many failures are free of waiting: of one name from one address, from one address, and of one name. */
const FREE = { both: 5, address: 20, name: 50 } as const

const LONGEST_SECONDS = 60
const FORGOTTEN_AFTER_SECONDS = 900
const MOST = 10_000

interface Failures {
  count: number
  /** Milliseconds since 1970. */
  last: number
}

/** Slows guessing down: after a few failures each further attempt waits twice as long as the one before, a minute at most. */
export class SignInAttempts {
  private readonly failures = new Map<string, Failures>()
  private readonly now: () => number

  constructor(now: () => number = Date.now) {
    this.now = now
  }

  /** Seconds until the next attempt is looked at; 0: at once. */
  wait(name: string, address: string): number {
    return Math.max(...keys(name, address).map(([key, free]) => this.waitOf(key, free)))
  }

  failed(name: string, address: string): void {
    for (const [key] of keys(name, address)) {
      const { count } = this.recent(key) ?? { count: 0 }
      this.failures.delete(key)
      this.failures.set(key, { count: count + 1, last: this.now() })
    }
    for (const key of this.failures.keys()) {
      if (this.failures.size <= MOST) break
      this.failures.delete(key)
    }
  }

  /** The address keeps its failures: whoever knows one password must not guess at others for it. */
  succeeded(name: string, address: string): void {
    for (const [key] of keys(name, address)) if (key !== keyOf('address', address)) this.failures.delete(key)
  }

  private waitOf(key: string, free: number): number {
    const failures = this.recent(key)
    if (!failures || failures.count < free) return 0
    const pause = Math.min(2 ** (failures.count - free), LONGEST_SECONDS)
    return Math.max(0, Math.ceil((failures.last + pause * 1000 - this.now()) / 1000))
  }

  private recent(key: string): Failures | undefined {
    const failures = this.failures.get(key)
    return failures && this.now() - failures.last < FORGOTTEN_AFTER_SECONDS * 1000 ? failures : undefined
  }
}

const keyOf = (...parts: string[]): string => JSON.stringify(parts)

const keys = (name: string, address: string): [string, number][] => [
  [keyOf('both', name, address), FREE.both],
  [keyOf('address', address), FREE.address],
  [keyOf('name', name), FREE.name],
]
