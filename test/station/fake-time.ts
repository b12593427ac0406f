import type { Time } from '../../lib/station/time.ts'

interface Timer {
  due: number
  run: () => void
}

/** A clock that stands still until it is turned. */
export class FakeTime implements Time {
  readonly #timers = new Set<Timer>()
  #now: number

  constructor(start = '2026-11-21T08:00:00.000Z') {
    this.#now = Date.parse(start)
  }

  now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): () => void {
    const timer = { due: this.#now + ms, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** How long until the next timer goes off; Infinity if none is set. */
  get untilNext(): number {
    return Math.min(...[...this.#timers].map(({ due }) => due - this.#now))
  }

  get pending(): number {
    return this.#timers.size
  }

  /** Turns the clock and runs, in order, all that falls due on the way. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const [next] = [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due)
      if (!next) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.due)
      next.run()
    }
    this.#now = end
  }
}
