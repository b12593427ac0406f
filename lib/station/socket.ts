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

export const HANDSHAKE_TIMEOUT_MS = 10_000
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
    failure = failureText(error)
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

const REFUSALS: Record<number, string> = {
  400: 'the subprotocol or the address is not to its liking',
  401: 'the password or certificate is not the right one, or there is none',
  403: 'it lets nobody in here',
  404: 'it does not know this charge point, or the address is another one',
  429: 'it has too much to do',
  503: 'it is not ready',
}

/** Why a central system refuses a handshake, as far as the HTTP status tells. */
export function refusalText(status: number): string {
  const isRedirect = status >= 300 && status < 400
  const why = isRedirect ? 'it has another address, such as one with wss://' : REFUSALS[status]
  return `HTTP ${status}${why ? `: ${why}` : ''}`
}

const UNTRUSTED = 'its certificate is of no authority that is trusted here'
const CAUSES: Record<string, string> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'there is no host of that name',
  'wrong version number': 'no TLS is spoken there; with ws:// it may be',
  HPE_INVALID_CONSTANT: 'no HTTP is spoken there; with wss:// it may be',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
}

/** Why there is no connection, in words where they are known, and as the system says it. */
export function failureText(error: Error): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  // Of OpenSSL's sentence, only the reason is one.
  const [, reason] = /SSL routines:[^:]*:([^:]+)/.exec(message) ?? []
  const system = reason ?? (message.trim() || code || error.name)
  const cause = CAUSES[code] ?? CAUSES[system]
  return cause ? `${cause}: ${system}` : system
}
