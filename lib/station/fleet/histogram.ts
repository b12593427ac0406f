/** Each bucket is two hundredths wider than the one before; the first ends at a tenth of a millisecond. */
const GROWTH = Math.log(1.02)
const FIRST_MS = 0.1
const BUCKETS = 1_000

/** Durations in milliseconds, in little memory: percentiles are exact to two hundredths. */
export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS)
  #count = 0
  #max = 0

  get count(): number {
    return this.#count
  }

  get max(): number {
    return this.#max
  }

  add(ms: number): void {
    const bucket = Math.ceil(Math.log(Math.max(ms, FIRST_MS) / FIRST_MS) / GROWTH)
    const index = Math.min(bucket, BUCKETS - 1)
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
    this.#count += 1
    this.#max = Math.max(this.#max, ms)
  }

  /** The duration that so many hundredths of all do not exceed; 0 of none. */
  percentile(hundredths: number): number {
    const rank = Math.ceil((this.#count * hundredths) / 100)
    let passed = 0
    for (const [index, count] of this.#counts.entries()) {
      passed += count
      if (passed >= rank && passed > 0) return Math.min(FIRST_MS * Math.exp(index * GROWTH), this.#max)
    }
    return 0
  }

  clear(): void {
    this.#counts.fill(0)
    this.#count = 0
    this.#max = 0
  }
}
