/** Where the station takes its time from: the clock and every timer, so that a test can turn the clock itself. */
export interface Time {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs once after `ms`; the function returned calls it off. */
  after(ms: number, run: () => void): () => void
}

/** setTimeout takes a delay beyond 31 bits for no delay at all. */
const LONGEST_TIMEOUT = 2 ** 31 - 1

export const systemTime: Time = {
  now: () => Date.now(),
  after(ms, run) {
    const due = Date.now() + ms
    let timer: NodeJS.Timeout
    const wait = () => {
      const left = due - Date.now()
      timer = setTimeout(left > LONGEST_TIMEOUT ? wait : run, Math.min(Math.max(left, 0), LONGEST_TIMEOUT))
    }
    wait()
    return () => clearTimeout(timer)
  },
}

/** The same time, with all that is still to come called off at once by `end`. */
export class Lifetime implements Time {
  readonly #time: Time
  readonly #pending = new Set<() => void>()
  #ended = false

  constructor(time: Time) {
    this.#time = time
  }

  now(): number {
    return this.#time.now()
  }

  after(ms: number, run: () => void): () => void {
    if (this.#ended) return () => {}
    const cancel = this.#time.after(ms, () => {
      this.#pending.delete(cancel)
      run()
    })
    this.#pending.add(cancel)
    return () => {
      this.#pending.delete(cancel)
      cancel()
    }
  }

  end(): void {
    this.#ended = true
    for (const cancel of this.#pending) cancel()
    this.#pending.clear()
  }
}

/** One timer that is set again and again; setting it calls off what it was set to before. */
export class Alarm {
  readonly #time: Time
  #cancel: (() => void) | undefined

  constructor(time: Time) {
    this.#time = time
  }

  get isSet(): boolean {
    return this.#cancel !== undefined
  }

  set(ms: number, run: () => void): void {
    this.clear()
    this.#cancel = this.#time.after(ms, () => {
      this.#cancel = undefined
      run()
    })
  }

  clear(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** Time that runs so many times as fast, from now on: the clock and every timer alike. */
export function fasterTime(time: Time, speed: number): Time {
  const startedAt = time.now()
  return {
    now: () => Math.floor(startedAt + (time.now() - startedAt) * speed),
    after: (ms, run) => time.after(ms / speed, run),
  }
}

/** Numbers from 0 to 1 that look random, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
