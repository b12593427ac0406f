import type { LoggedFrame } from '../rpc.ts'
import type { Time } from '../time.ts'

/** A CALL, from either side, with its answer once there is one. */
export interface LoggedCall {
  messageId: string
  action: string
  payload: unknown
  answer?: unknown
  /** The code of the CALLERROR it was refused with. */
  error?: string
}

/** What the kept frames of one station may grow to, so that a long scenario does not fill the memory. */
const MOST = 2_000

/** What has gone over the wire of one station, and waiting for what is still to come. */
export class Journal {
  readonly #time: Time
  readonly #calls = { sent: [] as LoggedCall[], received: [] as LoggedCall[] }
  readonly #frames: unknown[] = []
  readonly #watchers = new Set<() => void>()

  constructor(time: Time) {
    this.#time = time
  }

  note({ direction, text, frame }: LoggedFrame): void {
    if (direction === 'received') keep(this.#frames, jsonOr(text))
    if (frame.kind === 'Call') {
      const { messageId, payload } = frame
      keep(this.#calls[direction], { messageId: String(messageId), action: frame.action, payload })
    } else if (frame.kind === 'CallResult' || frame.kind === 'CallError') {
      const asked = direction === 'received' ? this.#calls.sent : this.#calls.received
      const call = asked.findLast(({ messageId }) => messageId === String(frame.messageId))
      if (call && frame.kind === 'CallResult') call.answer = frame.payload
      if (call && frame.kind === 'CallError') call.error = frame.code
    }
    this.changed()
  }

  /** Something else than a frame may have made it true. */
  changed(): void {
    for (const look of this.#watchers) look()
  }

  get received(): readonly LoggedCall[] {
    return this.#calls.received
  }

  get sent(): readonly LoggedCall[] {
    return this.#calls.sent
  }

  get frames(): readonly unknown[] {
    return this.#frames
  }

  /** True once `isTrue` is, false if that takes longer than `ms`. */
  until(isTrue: () => boolean, ms: number): Promise<boolean> {
    if (isTrue()) return Promise.resolve(true)
    return new Promise((resolve) => {
      const end = (outcome: boolean) => {
        this.#watchers.delete(look)
        giveUp()
        stopLooking()
        resolve(outcome)
      }
      const look = () => isTrue() && end(true)
      let stopLooking = () => {}
      // Not all that changes shows on the wire.
      const lookAgain = () => {
        stopLooking = this.#time.after(LOOK_AGAIN_MS, lookAgain)
        look()
      }
      const giveUp = this.#time.after(ms, () => end(isTrue()))
      this.#watchers.add(look)
      lookAgain()
    })
  }
}

const LOOK_AGAIN_MS = 50

function keep<T>(list: T[], item: T): void {
  list.push(item)
  if (list.length > MOST) list.splice(0, list.length - MOST / 2)
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
