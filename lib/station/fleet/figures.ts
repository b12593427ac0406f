import type { LoggedFrame, StationEvent } from '../station.ts'
import { Histogram } from './histogram.ts'

export interface ActionFigures {
  action: string
  answered: number
  refused: number
  /** Milliseconds from the CALL to its answer. */
  p50: number
  p95: number
  p99: number
  max: number
}

interface Row {
  latency: Histogram
  refused: number
}

/** What a whole fleet has seen, counted as it happens. */
export class Figures {
  frames = 0
  transactionsStarted = 0
  transactionsStopped = 0
  readonly #rows = new Map<string, Row>()
  readonly #errors = new Map<string, number>()
  /** Since `recent` was asked for the last time. */
  readonly #recent = new Histogram()
  #recentFrames = 0

  /** For one station: hears its frames. */
  listener(): (frame: LoggedFrame) => void {
    let asked: { id: string; at: number } | undefined
    return ({ direction, frame, action = '' }) => {
      this.frames += 1
      this.#recentFrames += 1
      if (direction === 'sent') {
        if (frame.kind === 'Call') asked = { id: String(frame.messageId), at: performance.now() }
        return
      }
      if (frame.kind !== 'CallResult' && frame.kind !== 'CallError') return
      if (asked?.id !== String(frame.messageId)) return
      const ms = performance.now() - asked.at
      asked = undefined
      this.#answered(action, ms, frame.kind === 'CallError' ? frame.code : undefined)
    }
  }

  /** Connections that were lost, or never made. */
  event({ text }: Pick<StationEvent, 'text'>): void {
    const [, what, why] = /^(no connection|connection lost) \((.*?)\)/.exec(text) ?? []
    if (what) this.error(`${what}: ${why}`)
  }

  error(kind: string): void {
    this.#errors.set(kind, (this.#errors.get(kind) ?? 0) + 1)
  }

  get errors(): Record<string, number> {
    return Object.fromEntries([...this.#errors].toSorted(([, a], [, b]) => b - a))
  }

  get errorCount(): number {
    return [...this.#errors.values()].reduce((sum, count) => sum + count, 0)
  }

  byAction(): ActionFigures[] {
    return [...this.#rows]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([action, { latency, refused }]) => ({
        ...{ action, answered: latency.count - refused, refused },
        ...{ p50: latency.percentile(50), p95: latency.percentile(95), p99: latency.percentile(99) },
        max: latency.max,
      }))
  }

  /** Of the time since it was asked last. */
  recent(): { frames: number; p50: number; p95: number } {
    const figures = {
      frames: this.#recentFrames,
      p50: this.#recent.percentile(50),
      p95: this.#recent.percentile(95),
    }
    this.#recent.clear()
    this.#recentFrames = 0
    return figures
  }

  #answered(action: string, ms: number, refusal: string | undefined): void {
    const row = this.#rows.get(action) ?? { latency: new Histogram(), refused: 0 }
    this.#rows.set(action, row)
    row.latency.add(ms)
    this.#recent.add(ms)
    if (refusal === undefined) {
      if (action === 'StartTransaction') this.transactionsStarted += 1
      if (action === 'StopTransaction') this.transactionsStopped += 1
    } else {
      row.refused += 1
      this.error(`${action}: ${refusal}`)
    }
  }
}
