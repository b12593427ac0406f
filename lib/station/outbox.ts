import { CallFailed, type Confirmation, type Payload, type Send } from './messages.ts'
import { Alarm, type Time } from './time.ts'

export type TransactionMessage = 'StartTransaction' | 'StopTransaction' | 'MeterValues'

/** How a transaction-related message ended: with its answer, or given up. */
export type Delivery<A extends TransactionMessage = TransactionMessage> =
  | { delivered: true; confirmation: Confirmation<A> }
  | { delivered: false; why: string }

export interface OutboxOptions {
  time: Time
  send: Send
  /** Connected and accepted. */
  isOnline(): boolean
  /** TransactionMessageAttempts. */
  attempts(): number
  /** TransactionMessageRetryInterval. */
  retrySeconds(): number
  onResend(): void
  onEnd(): void
}

interface Entry {
  transmissions: number
  refusals: number
  /** Sends it once; what is returned tells its owner of the answer. */
  transmit(): Promise<() => void>
  giveUp(why: string): void
}

/** The waits of §3.7.1 grow with every transmission; without an end to the retries they need one. */
const LONGEST_WAIT_FACTOR = 10

/**
 * Transaction-related messages (§3.7): delivered in the order they came about, kept while offline, sent again with
 * the same content until they are answered. Only a message that the central system refuses again and again is given up.
 */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #entries: Entry[] = []
  readonly #retry: Alarm
  readonly #onEmpty: (() => void)[] = []
  #isSending = false

  constructor(options: OutboxOptions) {
    this.#options = options
    this.#retry = new Alarm(options.time)
  }

  get length(): number {
    return this.#entries.length
  }

  /**
   * `payload` is asked anew for each transmission and may differ in nothing but the transactionId, which is not known
   * before the start was answered. `done` runs before the next message goes out.
   */
  add<A extends TransactionMessage>(
    action: A,
    payload: () => Payload,
    done: (delivery: Delivery<A>) => void,
  ): void {
    this.#entries.push({
      transmissions: 0,
      refusals: 0,
      transmit: async () => {
        const confirmation = await this.#options.send(action, payload())
        return () => done({ delivered: true, confirmation })
      },
      giveUp: (why) => done({ delivered: false, why }),
    })
    this.#sendFirst()
  }

  /** Tries at once, as after a reconnect. */
  resume(): void {
    this.#retry.clear()
    this.#sendFirst()
  }

  whenEmpty(run: () => void): void {
    if (this.#entries.length === 0) run()
    else this.#onEmpty.push(run)
  }

  close(): void {
    this.#retry.clear()
    for (const entry of this.#entries.splice(0)) entry.giveUp('the station was closed')
  }

  #sendFirst(): void {
    const entry = this.#entries[0]
    if (!entry || this.#isSending || this.#retry.isSet || !this.#options.isOnline()) return
    this.#isSending = true
    if (entry.transmissions > 0) this.#options.onResend()
    entry.transmissions += 1
    entry.transmit().then(
      (tell) => this.#ended(entry, tell),
      (failure: unknown) => this.#failed(entry, failure),
    )
  }

  #ended(entry: Entry, tell: () => void): void {
    this.#isSending = false
    if (this.#entries[0] !== entry) return
    this.#entries.shift()
    tell()
    this.#options.onEnd()
    if (this.#entries.length === 0) for (const run of this.#onEmpty.splice(0)) run()
    this.#sendFirst()
  }

  #failed(entry: Entry, failure: unknown): void {
    if (!(failure instanceof CallFailed)) throw failure
    const { attempts, retrySeconds } = this.#options
    if (failure.reason === 'Refused') entry.refusals += 1
    if (entry.refusals >= attempts()) {
      this.#ended(entry, () => entry.giveUp(failure.message))
      return
    }
    this.#isSending = false
    if (failure.reason === 'Offline') {
      // A connection that went away is no failure to process (§3.7.1): the next one resumes, if it is not there yet.
      this.#sendFirst()
      return
    }
    const wait = retrySeconds() * Math.min(entry.transmissions, LONGEST_WAIT_FACTOR)
    this.#retry.set(wait * 1000, () => this.#sendFirst())
  }
}
