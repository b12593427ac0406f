import { WebSocket } from 'ws'

/** The little of a WebSocket the station uses. */
export interface Socket {
  /** What stands on the wire for it: the text itself, unless a quirk made something else of it. */
  send(text: string): readonly string[]
  ping(): void
  close(code: number, reason: string): void
  /** Cuts the connection without a closing handshake. */
  terminate(): void
}

export interface SocketEvents {
  opened(): void
  received(text: string): void
  ponged(): void
  /** Comes exactly once, also when the connection was never made. */
  closed(ending: SocketEnding): void
}

export interface SocketEnding {
  code: number
  reason: string
  /** The HTTP status with which the handshake was refused. */
  httpStatus?: number
}

/** What a handshake is made of. */
export interface Dial {
  url: string
  /** Offered in Sec-WebSocket-Protocol; without one the header is left out. */
  subprotocols: readonly string[]
  headers: Readonly<Record<string, string>>
  tls?: Tls
  answersPings: boolean
}

/** For security profiles 2 and 3, each in PEM. */
export interface Tls {
  /** Trusted instead of the authorities this machine trusts. */
  ca?: string
  cert?: string
  key?: string
}

export type OpenSocket = (dial: Dial, events: SocketEvents) => Socket

const HANDSHAKE_TIMEOUT_MS = 10_000
const UNSUPPORTED_DATA = 1003

/** Compression is not offered: OCPP-J §5.1 advises against it, and some central systems break on it. */
export const openWebSocket: OpenSocket = ({ url, subprotocols, headers, tls, answersPings }, events) => {
  const socket = new WebSocket(url, [...subprotocols], {
    headers,
    ...tls,
    autoPong: answersPings,
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  })
  let failure = ''
  socket.on('open', () => events.opened())
  socket.on('pong', () => events.ponged())
  socket.on('error', (error) => {
    failure = error.message || (error as NodeJS.ErrnoException).code || error.name
  })
  socket.on('message', (data, isBinary) => {
    if (isBinary) socket.close(UNSUPPORTED_DATA, 'OCPP-J is text')
    else events.received(data.toString())
  })
  socket.on('close', (code, reason) => {
    const status = /^Unexpected server response: (\d+)$/.exec(failure)?.[1]
    events.closed({
      code,
      reason: reason.toString() || failure,
      ...(status ? { httpStatus: Number(status) } : {}),
    })
  })
  return {
    send(text) {
      socket.send(text)
      return [text]
    },
    ping: () => socket.ping(),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  }
}
