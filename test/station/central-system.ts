import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { violationsOf, violationsOfError } from './oracle.ts'

export type Payload = Record<string, unknown>

export interface ReceivedCall {
  messageId: string
  action: string
  payload: Payload
  /** Counted from 1: on which connection it came. */
  connection: number
}

/** `undefined`: no answer; a code: a CALLERROR. */
export type Answer = Payload | { error: string } | undefined
type Answers = Record<string, Answer | ((payload: Payload) => Answer)>

const PATIENCE_MS = 20_000

/** A central system whose answers are written by hand; everything a station sends is held against the schemas. */
export class CentralSystem {
  readonly calls: ReceivedCall[] = []
  /** Of every attempt to connect. */
  readonly attempts: { path: string; headers: IncomingHttpHeaders }[] = []
  readonly violations: string[] = []
  /** Answers to what `sendText` sent. */
  readonly strays: unknown[][] = []
  readonly answers: Answers
  /** An HTTP status: nobody may connect. */
  refuses: number | undefined
  /** Calls that this test leaves without an answer may pile up. */
  isSilent = false
  pings = 0
  readonly #http: Server
  readonly #taken = new Set<ReceivedCall>()
  readonly #requests = new Map<string, { action: string; answered(frame: unknown[]): void }>()
  readonly #open = new Map<WebSocket, string[]>()
  #socket: WebSocket | undefined
  #connections = 0
  #requestIds = 0
  #transactionIds = 100

  constructor() {
    this.answers = {
      Authorize: { idTagInfo: { status: 'Accepted' } },
      BootNotification: () => ({ status: 'Accepted', currentTime: new Date().toISOString(), interval: 300 }),
      Heartbeat: () => ({ currentTime: new Date().toISOString() }),
      StartTransaction: () => {
        this.#transactionIds += 1
        return { transactionId: this.#transactionIds, idTagInfo: { status: 'Accepted' } }
      },
    }
    this.#http = createServer()
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'ocpp1.6' })
    this.#http.on('upgrade', (request, socket, head) => {
      this.attempts.push({ path: request.url ?? '', headers: request.headers })
      if (this.refuses) socket.end(`HTTP/1.1 ${this.refuses} No\r\nConnection: close\r\n\r\n`)
      else sockets.handleUpgrade(request, socket, head, (webSocket) => this.#connected(webSocket, request))
    })
  }

  static async listen(): Promise<CentralSystem> {
    const system = new CentralSystem()
    system.#http.listen(0, '127.0.0.1')
    await once(system.#http, 'listening')
    return system
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}/ocpp`
  }

  get connections(): number {
    return this.#connections
  }

  payloads(action: string): Payload[] {
    return this.calls.filter((call) => call.action === action).map(({ payload }) => payload)
  }

  /** The status each StatusNotification told for the connector. */
  statuses(connectorId: number): unknown[] {
    return this.payloads('StatusNotification')
      .filter((payload) => payload.connectorId === connectorId)
      .map(({ status }) => status)
  }

  /** The first call of this action that no test has asked for yet. */
  async next(action: string): Promise<ReceivedCall> {
    const find = () => this.calls.find((call) => call.action === action && !this.#taken.has(call))
    await until(
      () => find() !== undefined,
      () => `a ${action} (there were ${this.calls.map((call) => call.action)})`,
    )
    const call = find() as ReceivedCall
    this.#taken.add(call)
    return call
  }

  /** Sends a request and waits for its answer. */
  async request(action: string, payload: Payload = {}): Promise<Payload> {
    const answer = this.send(action, payload)
    const patience = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`no answer to ${action}`)), PATIENCE_MS).unref()
    })
    return Promise.race([answer, patience])
  }

  send(action: string, payload: Payload = {}): Promise<Payload> {
    this.#requestIds += 1
    const id = `cs-${this.#requestIds}`
    return new Promise((resolve) => {
      this.#requests.set(id, {
        action,
        answered: (frame) => resolve(frame[0] === 3 ? (frame[2] as Payload) : { error: frame[2] }),
      })
      this.sendText(JSON.stringify([2, id, action, payload]))
    })
  }

  sendText(text: string): void {
    this.#socket?.send(text)
  }

  /** Drops every connection, as a network does. */
  cut(): void {
    for (const socket of this.#open.keys()) socket.terminate()
  }

  async close(): Promise<void> {
    this.cut()
    this.#http.close()
    await once(this.#http, 'close')
  }

  #connected(socket: WebSocket, _request: IncomingMessage): void {
    this.#connections += 1
    const connection = this.#connections
    this.#socket = socket
    this.#open.set(socket, [])
    socket.on('close', () => this.#open.delete(socket))
    socket.on('error', () => {})
    socket.on('ping', () => {
      this.pings += 1
    })
    socket.on('message', (data) =>
      this.#received(socket, connection, JSON.parse(data.toString()) as unknown[]),
    )
  }

  #received(socket: WebSocket, connection: number, frame: unknown[]): void {
    if (frame[0] === 2) this.#called(socket, connection, frame)
    else this.#answered(frame)
  }

  #called(socket: WebSocket, connection: number, frame: unknown[]): void {
    const [, messageId, action, payload] = frame as [number, string, string, Payload]
    const waiting = this.#open.get(socket) ?? []
    if (waiting.length > 0 && !this.isSilent)
      this.violations.push(`${action} sent while ${waiting} had no answer`)
    if (this.calls.some((call) => call.messageId === messageId))
      this.violations.push(`${messageId} used twice`)
    if (messageId.length > 36) this.violations.push(`${messageId} is too long`)
    this.violations.push(...violationsOf(action, 'req', payload))
    this.calls.push({ messageId, action, payload, connection })
    const rule = this.answers[action] ?? {}
    const answer =
      action in this.answers && this.answers[action] === undefined
        ? undefined
        : typeof rule === 'function'
          ? rule(payload)
          : rule
    if (answer === undefined) waiting.push(action)
    else if (isError(answer)) socket.send(JSON.stringify([4, messageId, answer.error, '', {}]))
    else socket.send(JSON.stringify([3, messageId, answer]))
  }

  #answered(frame: unknown[]): void {
    const request = this.#requests.get(String(frame[1]))
    if (frame[0] === 4) this.violations.push(...violationsOfError(frame))
    else if (request) this.violations.push(...violationsOf(request.action, 'conf', frame[2]))
    if (request) request.answered(frame)
    else this.strays.push(frame)
  }
}

function isError(answer: Payload | { error: string }): answer is { error: string } {
  return 'error' in answer
}

/** Waits for what comes over real sockets. */
export async function until(isSo: () => boolean, what: () => string = () => 'it'): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what()}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
