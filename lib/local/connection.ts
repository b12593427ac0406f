import type { WebSocket } from 'ws'
import type { Clock } from './clock.ts'
import { FRAME_LIMIT } from './connections-api.ts'
import type { ConnectionIdentity } from './web-socket-events.ts'

const IDLE_LIMIT = 10 * 60_000
const LIFETIME_LIMIT = 2 * 3_600_000

/** An open WebSocket. API Gateway ends it after ten minutes without a message, and after two hours whatever happens. */
export class Connection {
  readonly identity: ConnectionIdentity
  private readonly socket: WebSocket
  private readonly clock: Clock
  private readonly expire: (reason: string) => void
  private cancelIdle: () => void = () => {}
  private readonly cancelLifetime: () => void
  private activeAt: number

  constructor(
    identity: ConnectionIdentity,
    socket: WebSocket,
    clock: Clock,
    expire: (reason: string) => void,
  ) {
    this.identity = identity
    this.socket = socket
    this.clock = clock
    this.expire = expire
    this.activeAt = clock.now()
    this.cancelLifetime = clock.after(LIFETIME_LIMIT, () => expire('Connection duration exceeded 2 hours'))
    this.watchIdle(IDLE_LIMIT)
  }

  get lastActiveAt(): number {
    return this.activeAt
  }

  /** Messages count, in both directions; pings do not. */
  touch(): void {
    this.activeAt = this.clock.now()
  }

  /** A text message, in frames no larger than API Gateway sends. */
  send(data: Buffer): void {
    if (this.socket.readyState !== this.socket.OPEN) return
    this.touch()
    let offset = 0
    do {
      const end = Math.min(offset + FRAME_LIMIT, data.length)
      this.socket.send(data.subarray(offset, end), { binary: false, fin: end === data.length })
      offset = end
    } while (offset < data.length)
  }

  close(code: number, reason: string): void {
    this.cancelIdle()
    this.cancelLifetime()
    // Codes such as 1006 stand for a socket that is gone already.
    if (this.socket.readyState === this.socket.OPEN) this.socket.close(code, reason)
  }

  terminate(): void {
    this.socket.terminate()
  }

  /** One timer that looks when it was last used, rather than one set anew with every message. */
  private watchIdle(milliseconds: number): void {
    this.cancelIdle = this.clock.after(milliseconds, () => {
      const left = this.activeAt + IDLE_LIMIT - this.clock.now()
      if (left <= 0) this.expire('Idle for 10 minutes')
      else this.watchIdle(left)
    })
  }
}
