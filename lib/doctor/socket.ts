import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import { readFrame, writeCall, writeCallResult } from '../ocpp/frame.ts'
import { type Answer, reasonOf } from './api.ts'

export interface DialOptions {
  protocols?: string[]
  /** `identity:password` is made of it. */
  credentials?: [user: string, password: string]
  deflate?: boolean
  /** A certificate to show, its key, and the authority to trust instead of the usual ones; in PEM. */
  cert?: string | undefined
  key?: string | undefined
  ca?: string | undefined
  /** Seconds that an answer, or the other end's close, is waited for. */
  patience: number
}

/** How a handshake ended that opened no socket; the status is 0 where there was no HTTP answer. */
export interface Refused {
  status: number
  reason: string
}

export interface Closed {
  code: number
  seconds: number
}

/** What a station answers calls with; undefined: nothing. */
type Answering = (action: string, payload: unknown) => object | undefined

const HANDSHAKE_MILLISECONDS = 15_000

const politely: Answering = (action) =>
  action === 'GetConfiguration' ? { configurationKey: [] } : { status: 'Accepted' }

/** A bare charge point: a socket that remembers all that comes, and answers every call. */
export class Socket {
  readonly webSocket: WebSocket
  /** Every frame that came, as it was; empty ones too. */
  readonly frames: string[] = []
  readonly handshakeMilliseconds: number
  readonly closed: Promise<Closed>
  answering: Answering = politely
  readonly #waiting = new Map<string, (frame: string) => void>()
  readonly #openedAt = performance.now()
  readonly #patience: number
  readonly #gone: Promise<undefined>

  private constructor(webSocket: WebSocket, handshakeMilliseconds: number, patience: number) {
    this.#patience = patience
    this.webSocket = webSocket
    this.handshakeMilliseconds = handshakeMilliseconds
    webSocket.on('message', (data) => this.#receive(String(data)))
    this.closed = new Promise((resolve) => {
      webSocket.on('close', (code) => resolve({ code, seconds: this.#age() }))
    })
    this.#gone = this.closed.then((): undefined => undefined)
  }

  static dial(
    url: string,
    { protocols = ['ocpp1.6'], credentials, deflate = false, patience, cert, key, ca }: DialOptions,
  ): Promise<Socket | Refused> {
    const startedAt = performance.now()
    const basic = credentials && Buffer.from(credentials.join(':')).toString('base64')
    const webSocket = new WebSocket(url, protocols, {
      perMessageDeflate: deflate,
      handshakeTimeout: HANDSHAKE_MILLISECONDS,
      headers: basic === undefined ? {} : { authorization: `Basic ${basic}` },
      cert,
      key,
      ca,
    })
    return new Promise((resolve) => {
      let status = 0
      webSocket.on('unexpected-response', (_, response) => {
        status = response.statusCode ?? 0
        response.resume()
        resolve({ status, reason: `HTTP ${status}` })
        webSocket.terminate()
      })
      webSocket.on('error', (error) => resolve({ status, reason: reasonOf(error) }))
      webSocket.on('open', () => resolve(new Socket(webSocket, performance.now() - startedAt, patience)))
    })
  }

  get isOpen(): boolean {
    return this.webSocket.readyState === WebSocket.OPEN
  }

  /** Sends a CALL; the frame that answers it and how long that took, or nothing in time. */
  async call(
    action: string,
    payload: object,
    send: (frame: string) => void = (frame) => this.webSocket.send(frame),
  ): Promise<{ frame: string; payload: Answer['body']; milliseconds: number } | undefined> {
    const messageId = randomUUID()
    const startedAt = performance.now()
    const answered = new Promise<string>((resolve) => {
      this.#waiting.set(messageId, resolve)
    })
    send(writeCall(messageId, action, payload))
    const frame = await within(this.#patience * 1000, Promise.race([answered, this.#gone]))
    this.#waiting.delete(messageId)
    if (frame === undefined) return undefined
    const read = readFrame(frame)
    return {
      frame,
      payload: read.kind === 'CallResult' ? read.payload : undefined,
      milliseconds: performance.now() - startedAt,
    }
  }

  /** How it was closed from the other end, if it was. */
  closedInTime(): Promise<Closed | undefined> {
    return within(this.#patience * 1000, this.closed)
  }

  readonly #age = (): number => (performance.now() - this.#openedAt) / 1000

  #receive(text: string): void {
    this.frames.push(text)
    const frame = readFrame(text)
    if (frame.kind === 'CallResult' || frame.kind === 'CallError') {
      this.#waiting.get(String(frame.messageId))?.(text)
    }
    if (frame.kind !== 'Call') return
    const answer = this.answering(frame.action, frame.payload)
    if (answer) this.webSocket.send(writeCallResult(frame.messageId, answer))
  }
}

export const isOpened = (dialled: Socket | Refused): dialled is Socket => dialled instanceof Socket

/** Nothing where it takes longer. */
export async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
