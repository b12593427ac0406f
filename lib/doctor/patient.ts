import { randomBytes } from 'node:crypto'
import { type Api, told } from './api.ts'
import { type DialOptions, isOpened, type Refused, Socket } from './socket.ts'
import { type ClientCertificate, stationUrl, type Target } from './target.ts'

/** How long things may take, in seconds. */
export interface Pace {
  /** Of an answer, a close or a pong that is due. */
  patience: number
  idleFor: number
  pingEvery: number
  heartbeatEvery: number
  /** How long a connection may live, and how long its loss may go unnoticed, before the wait is given up. */
  lifetime: number
  noticedWithin: number
}

export const PACE: Pace = {
  patience: 15,
  idleFor: 660,
  pingEvery: 60,
  heartbeatEvery: 240,
  lifetime: 7500,
  noticedWithin: 90,
}

export interface PatientOptions {
  target: Target
  api: Api
  signal: AbortSignal
  /** Asks for a token with the credentials that were given. */
  fetchToken: () => Promise<string>
  /** Whether ws:// on port 80 is meant to be open; undefined: nobody said. */
  plainWebSockets?: boolean | undefined
  /** The WebSocket API's own address, past the edge. */
  stationOrigin?: string | undefined
  certificate?: ClientCertificate | undefined
  pace?: Pace
}

/** A deployment under examination, and all that was made in it for that: to be removed in the end. */
export class Patient {
  readonly target: Target
  readonly api: Api
  readonly signal: AbortSignal
  readonly options: PatientOptions
  readonly pace: Pace
  /** The charge point of most checks. */
  readonly chargePointId: string
  readonly #sockets: Socket[] = []
  readonly #paths = new Set<string>()
  readonly #prefix = `busbar-doctor-${randomBytes(5).toString('hex')}`
  #registered: Promise<unknown> | undefined

  constructor(options: PatientOptions) {
    this.target = options.target
    this.api = options.api
    this.signal = options.signal
    this.options = options
    this.pace = options.pace ?? PACE
    this.chargePointId = this.#prefix
  }

  /** An identity of this run's own. */
  identity(more: string): string {
    return `${this.#prefix}-${more}`
  }

  /** Registers a charge point; throws where that is refused, for nothing can be told without it. */
  async register(chargePointId: string, more: object = {}): Promise<void> {
    this.owns(`/charge-points/${encodeURIComponent(chargePointId)}`)
    const description = 'Made by the doctor, which removes it again'
    const answer = await this.api.ask('POST', '/charge-points', { chargePointId, description, ...more })
    if (answer.status !== 201) throw new Error(`a charge point could not be registered: ${told(answer)}`)
  }

  /** Registers the common charge point, once. */
  own(): Promise<unknown> {
    this.#registered ??= this.register(this.chargePointId)
    return this.#registered
  }

  /** Dials in as the common charge point. */
  async open(options: Omit<DialOptions, 'patience'> = {}): Promise<Socket> {
    await this.own()
    return this.opened(await this.dial(this.urlOf(this.chargePointId), options))
  }

  opened(dialled: Socket | Refused): Socket {
    if (isOpened(dialled)) return dialled
    throw new Error(`the handshake was refused: ${dialled.reason}`)
  }

  async dial(url: string, options: Omit<DialOptions, 'patience'> = {}): Promise<Socket | Refused> {
    this.signal.throwIfAborted()
    const dialled = await Socket.dial(url, { ...options, patience: this.pace.patience })
    if (isOpened(dialled)) this.#sockets.push(dialled)
    return dialled
  }

  urlOf(chargePointId: string): string {
    return `${stationUrl(this.target)}/${encodeURIComponent(chargePointId)}`
  }

  /** Remembers a resource that is to be deleted in the end; `path` below /api. */
  owns(path: string): void {
    this.#paths.add(path)
  }

  async stateOf(chargePointId: string): Promise<string> {
    const { body } = await this.api.ask('GET', `/charge-points/${encodeURIComponent(chargePointId)}`)
    return String(body?.connectionState)
  }

  /** Seconds until it holds, or nothing if it does not within so many. */
  async until(seconds: number, holds: () => Promise<boolean>): Promise<number | undefined> {
    const startedAt = performance.now()
    const age = () => (performance.now() - startedAt) / 1000
    for (;;) {
      if (await holds()) return age()
      if (age() > seconds) return undefined
      await this.sleep(0.25)
    }
  }

  sleep(seconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.signal.aborted) return reject(this.signal.reason)
      const stop = () => {
        clearTimeout(timer)
        reject(this.signal.reason)
      }
      const timer = setTimeout(() => {
        this.signal.removeEventListener('abort', stop)
        resolve()
      }, seconds * 1000)
      this.signal.addEventListener('abort', stop, { once: true })
    })
  }

  hangUp(): void {
    for (const { webSocket } of this.#sockets.splice(0)) webSocket.terminate()
  }

  /** Removes all that this run has made; gives back what could not be removed. */
  async discharge(api: Api): Promise<string[]> {
    this.hangUp()
    const left: string[] = []
    for (const path of this.#paths) {
      const answer = await api.ask('DELETE', path)
      if (![204, 404].includes(answer.status)) left.push(`/api${path} (${told(answer)})`)
    }
    return left
  }
}
