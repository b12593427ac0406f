import type { Rpc } from './rpc.ts'
import type { Access } from './security.ts'
import { type OpenSocket, refusalText, type Socket, type SocketEnding } from './socket.ts'
import { Alarm, type Time } from './time.ts'

export interface ConnectionOptions {
  id: string
  /** Where and how it connects; read anew for every attempt. */
  access(): Access
  openSocket: OpenSocket
  time: Time
  random(): number
  /** WebSocketPingInterval; 0 sends no pings. */
  pingSeconds(): number
  newRpc(transmit: (text: string) => readonly string[]): Rpc
  onOpen(): void
  onClose(): void
  /** An attempt to connect has failed. */
  onFailure(): void
  onEvent(text: string): void
}

export const SUBPROTOCOL = 'ocpp1.6'
const FIRST_BACK_OFF_MS = 1_000
const LONGEST_BACK_OFF_MS = 60_000
const NORMAL_CLOSURE = 1000

/** OCPP-J §3.1.1: a slash and the percent-encoded identity after the path; a query stays where it was. */
export function connectionUrl(endpoint: string, id: string): string {
  const url = new URL(endpoint)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${encodeURIComponent(id)}`
  return url.href
}

/** OCPP-J §6.2.2: the user name is the identity, the password is bytes and need not be text. */
export function basicCredentials(id: string, password: Uint8Array): string {
  return `Basic ${Buffer.concat([Buffer.from(`${id}:`), password]).toString('base64')}`
}

/** Keeps one WebSocket to the central system, and makes a new one when it goes: ever later, and never at the same time as others. */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #retry: Alarm
  readonly #ping: Alarm
  #socket: Socket | undefined
  #rpc: Rpc | undefined
  #failures = 0
  #pongIsDue = false
  #trouble: string | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#retry = new Alarm(options.time)
    this.#ping = new Alarm(options.time)
  }

  get state(): 'open' | 'connecting' | 'closed' {
    if (this.#rpc) return 'open'
    return this.#socket || this.#retry.isSet ? 'connecting' : 'closed'
  }

  /** Of the open connection. */
  get rpc(): Rpc | undefined {
    return this.#rpc
  }

  /** How the last connection, or the last attempt at one, ended. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  open(): void {
    if (this.state === 'closed') this.#dial()
  }

  close(reason = 'the station goes'): void {
    this.#retry.clear()
    const socket = this.#socket
    this.#forget()
    socket?.close(NORMAL_CLOSURE, reason)
  }

  /** Loses the connection in the same way, and leaves it at that until `open`. */
  drop(): void {
    this.#retry.clear()
    const socket = this.#socket
    this.#forget()
    socket?.terminate()
  }

  /** Hangs up and calls again after `ms`. */
  reopen(ms: number, reason: string): void {
    this.close(reason)
    this.#retry.set(ms, () => this.#dial())
  }

  /** Loses the connection as a mobile network does: without a word. */
  cut(): void {
    const socket = this.#socket
    if (!socket) return
    this.#forget()
    socket.terminate()
    this.#dialLater('cut')
  }

  /** Arms the next ping anew, after WebSocketPingInterval has changed. */
  schedulePing(): void {
    const seconds = this.#options.pingSeconds()
    if (seconds > 0 && this.#rpc) this.#ping.set(seconds * 1000, () => this.#sendPing())
    else this.#ping.clear()
  }

  #dial(): void {
    const { openSocket, id, access } = this.#options
    const { endpoint, password, tls } = access()
    const url = connectionUrl(endpoint, id)
    const headers: Record<string, string> = password ? { authorization: basicCredentials(id, password) } : {}
    const isCurrent = () => this.#socket === socket
    const dial = { url, subprotocols: [SUBPROTOCOL], headers, answersPings: true }
    const socket = openSocket(tls ? { ...dial, tls } : dial, {
      opened: () => isCurrent() && this.#opened(socket, url),
      received: (text) => {
        if (!isCurrent()) return
        this.#failures = 0
        this.#rpc?.receive(text)
      },
      ponged: () => {
        if (isCurrent()) this.#pongIsDue = false
      },
      closed: (ending) => isCurrent() && this.#closed(ending),
    })
    this.#socket = socket
  }

  #opened(socket: Socket, url: string): void {
    this.#pongIsDue = false
    this.#rpc = this.#options.newRpc((text) => socket.send(text))
    this.#options.onEvent(`connected to ${url}`)
    this.schedulePing()
    this.#options.onOpen()
  }

  #closed({ code, reason, httpStatus }: SocketEnding): void {
    const wasOpen = this.#rpc !== undefined
    this.#forget()
    if (!wasOpen) this.#options.onFailure()
    const refusal = httpStatus ? refusalText(httpStatus) : reason || code
    this.#dialLater(
      wasOpen ? `connection lost (${`${code} ${reason}`.trim()})` : `no connection (${refusal})`,
    )
  }

  #forget(): void {
    const rpc = this.#rpc
    this.#socket = undefined
    this.#rpc = undefined
    this.#ping.clear()
    rpc?.close()
    if (rpc) this.#options.onClose()
  }

  #dialLater(why: string): void {
    const longest = Math.min(FIRST_BACK_OFF_MS * 2 ** this.#failures, LONGEST_BACK_OFF_MS)
    const ms = Math.round(longest * (0.75 + this.#options.random() / 2))
    this.#failures += 1
    this.#trouble = why
    this.#options.onEvent(`${why}; trying again in ${(ms / 1000).toFixed(1)} s`)
    this.#retry.set(ms, () => this.#dial())
  }

  #sendPing(): void {
    if (this.#pongIsDue) {
      this.#socket?.terminate()
      return
    }
    this.#pongIsDue = true
    this.#socket?.ping()
    this.schedulePing()
  }
}
