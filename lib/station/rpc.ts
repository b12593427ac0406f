import { OcppError } from '../ocpp/error.ts'
import {
  type CallError,
  type CallResult,
  type Frame,
  readFrame,
  writeCall,
  writeCallError,
  writeCallResult,
} from '../ocpp/frame.ts'
import { CallFailed, type Payload } from './messages.ts'
import { Alarm, type Time } from './time.ts'

/** An answer to the central system, and what is to be done once it is on its way. */
export interface Reply {
  response: Payload
  after?: () => void
}

export interface LoggedFrame {
  at: number
  direction: 'sent' | 'received'
  /** Exactly what stood on the wire. */
  text: string
  frame: Frame
  /** Of an answer: the action it answers, when that is known. */
  action?: string
}

/** How the station's own CALLs ended, and how many it was sent. */
export interface CallCounts {
  sent: number
  answered: number
  refused: number
  timedOut: number
  /** The connection went before the answer came. */
  interrupted: number
  /** Transaction-related messages that were sent again (§3.7.1). */
  resent: number
  received: number
}

export interface RpcOptions {
  time: Time
  newId(): string
  timeoutMs(): number
  /** What stands on the wire for the text: something else if a quirk made it so. */
  transmit(text: string): readonly string[]
  /** Throws, or rejects with, an OcppError to refuse. */
  answer(action: string, payload: unknown, messageId: string | number): Reply | Promise<Reply>
  /** True: CALLs are heard, but not answered. */
  isMute(): boolean
  counts: CallCounts
  onFrame(frame: LoggedFrame): void
  /** After each CALL that has ended. */
  onEnd(): void
}

interface Waiting {
  action: string
  payload: Payload
  resolve(payload: unknown): void
  reject(failure: CallFailed): void
}

/**
 * OCPP-J 1.6 §4 over one connection: one CALL of ours at a time (§4.1.1), the rest waits in order; answers that
 * nobody waits for are dropped.
 */
export class Rpc {
  readonly #options: RpcOptions
  readonly #queue: Waiting[] = []
  readonly #timeout: Alarm
  #outstanding: { id: string; call: Waiting } | undefined
  #closed = false

  constructor(options: RpcOptions) {
    this.#options = options
    this.#timeout = new Alarm(options.time)
  }

  get isQuiet(): boolean {
    return !this.#outstanding && this.#queue.length === 0
  }

  call(action: string, payload: Payload): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new CallFailed('Offline', action))
      this.#queue.push({ action, payload, resolve, reject })
      this.#sendNext()
    })
  }

  /** Sends text as it is; an answer to it is one that nobody waits for. */
  sendText(text: string): void {
    const frame = readFrame(text)
    this.#transmit(text, frame.kind === 'Call' ? frame.action : undefined)
  }

  receive(text: string): void {
    const frame = readFrame(text)
    const { onFrame, time, counts } = this.#options
    const answered = this.#answeredBy(frame)
    const action = frame.kind === 'Call' ? frame.action : answered?.action
    onFrame({ at: time.now(), direction: 'received', text, frame, ...(action ? { action } : {}) })
    if (frame.kind === 'Call' || frame.kind === 'BrokenCall') {
      counts.received += 1
      if (this.#options.isMute()) return
      if (frame.kind === 'Call') this.#answer(frame.messageId, frame.action, frame.payload)
      else this.#transmit(writeCallError(frame.messageId, frame.error))
    } else if (answered && (frame.kind === 'CallResult' || frame.kind === 'CallError')) {
      this.#settle(answered, frame)
    }
  }

  /** Ends every CALL that is still open or waiting: answers on another connection are not theirs. */
  close(): void {
    this.#closed = true
    this.#timeout.clear()
    const open = this.#outstanding
    this.#outstanding = undefined
    if (open) this.#fail(open.call, 'Offline')
    for (const call of this.#queue.splice(0)) call.reject(new CallFailed('Offline', call.action))
  }

  #sendNext(): void {
    if (this.#outstanding || this.#closed) return
    const call = this.#queue.shift()
    if (!call) return
    const id = this.#options.newId()
    this.#outstanding = { id, call }
    this.#options.counts.sent += 1
    this.#timeout.set(this.#options.timeoutMs(), () => {
      this.#outstanding = undefined
      this.#fail(call, 'TimedOut')
      this.#sendNext()
    })
    this.#transmit(writeCall(id, call.action, call.payload), call.action)
  }

  #answeredBy(frame: Frame): Waiting | undefined {
    if (frame.kind !== 'CallResult' && frame.kind !== 'CallError') return undefined
    return String(frame.messageId) === this.#outstanding?.id ? this.#outstanding.call : undefined
  }

  #settle(call: Waiting, frame: CallResult | CallError): void {
    this.#timeout.clear()
    this.#outstanding = undefined
    if (frame.kind === 'CallResult') {
      this.#options.counts.answered += 1
      call.resolve(frame.payload)
      this.#options.onEnd()
    } else {
      this.#fail(call, 'Refused', new OcppError(frame.code, frame.description, frame.details))
    }
    this.#sendNext()
  }

  #fail(call: Waiting, reason: CallFailed['reason'], error?: OcppError): void {
    const { counts } = this.#options
    if (reason === 'Refused') counts.refused += 1
    else if (reason === 'TimedOut') counts.timedOut += 1
    else counts.interrupted += 1
    call.reject(new CallFailed(reason, call.action, error))
    this.#options.onEnd()
  }

  #answer(messageId: string | number, action: string, payload: unknown): void {
    const refuse = (error: unknown) => {
      if (this.#closed) return
      const refusal = error instanceof OcppError ? error : new OcppError('InternalError', String(error))
      this.#transmit(writeCallError(messageId, refusal), action)
    }
    const confirm = ({ response, after }: Reply) => {
      // What was decided still happens when nobody is there to be told.
      if (!this.#closed) this.#transmit(writeCallResult(messageId, response), action)
      after?.()
    }
    let reply: Reply | Promise<Reply>
    try {
      reply = this.#options.answer(action, payload, messageId)
    } catch (error) {
      refuse(error)
      return
    }
    if (reply instanceof Promise) void reply.then(confirm, refuse)
    else confirm(reply)
  }

  #transmit(text: string, action?: string): void {
    const { time, transmit, onFrame } = this.#options
    for (const sent of transmit(text)) {
      const frame = readFrame(sent)
      onFrame({ at: time.now(), direction: 'sent', text: sent, frame, ...(action ? { action } : {}) })
    }
  }
}
