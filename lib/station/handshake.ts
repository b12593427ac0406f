import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { WebSocket } from 'ws'
import { basicCredentials, connectionUrl, SUBPROTOCOL } from './connection.ts'
import type { Security, SecurityProfile } from './security.ts'
import { failureText, HANDSHAKE_TIMEOUT_MS } from './socket.ts'

/** What of a handshake is otherwise than the station's own. */
export interface HandshakeTrial {
  securityProfile?: SecurityProfile | undefined
  /** `null`: no Authorization header. */
  password?: string | null | undefined
  /** In the Authorization header, instead of the identity. */
  user?: string | undefined
  /** None: no Sec-WebSocket-Protocol header. */
  subprotocols?: readonly string[] | undefined
  /** No other version of TLS is offered, */
  tlsVersion?: TlsVersion | undefined
  /** and no other cipher suite, by its name in OpenSSL. */
  cipher?: string | undefined
}

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'

/** What came of it. */
export interface HandshakeOutcome {
  isOpen: boolean
  /** Of the HTTP answer; without one there was none. */
  status?: number
  /** The one that the central system has chosen. */
  subprotocol?: string
  /** Why it is not open. */
  failure?: string
  tls?: { version: string; cipher: string /** Of its certificate, such as `EC 256`. */; key: string }
}

const LONGEST_CLOSING_MS = 2_000

/**
 * One handshake beside the station's own connection; what it opens, it closes at once. A central system that keeps one
 * connection for each station closes the other one for it.
 */
export function tryHandshake(
  id: string,
  security: Security,
  trial: HandshakeTrial,
): Promise<HandshakeOutcome> {
  const { tlsVersion, cipher, subprotocols = [SUBPROTOCOL] } = trial
  const { endpoint, tls } = security.access(trial.securityProfile)
  const socket = new WebSocket(connectionUrl(endpoint, id), [...subprotocols], {
    ...tls,
    ...(tlsVersion ? { minVersion: tlsVersion, maxVersion: tlsVersion } : {}),
    // What is too old for OpenSSL is to be refused by the central system, not by the station.
    ...(tlsVersion || cipher ? { ciphers: `${cipher ?? 'DEFAULT'}:@SECLEVEL=0` } : {}),
    headers: authorizationOf(id, security, trial),
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  })
  const outcome: HandshakeOutcome = { isOpen: false }
  const seen = (response: IncomingMessage) => {
    outcome.status = response.statusCode ?? 0
    const chosen = response.headers['sec-websocket-protocol']
    if (chosen) outcome.subprotocol = chosen
    if (response.socket instanceof TLSSocket) outcome.tls = tlsOf(response.socket)
  }
  socket.on('upgrade', seen)
  socket.on('unexpected-response', (request, response) => {
    seen(response)
    outcome.failure = `HTTP ${response.statusCode}`
    request.destroy()
    socket.terminate()
  })
  socket.on('error', (error) => {
    outcome.failure ??= failureText(error)
  })
  socket.on('open', () => {
    outcome.isOpen = true
    socket.close(1000, 'that was all')
    setTimeout(() => socket.terminate(), LONGEST_CLOSING_MS).unref()
  })
  return new Promise((resolve) => socket.on('close', () => resolve(outcome)))
}

function authorizationOf(id: string, security: Security, trial: HandshakeTrial): Record<string, string> {
  const own = security.access(trial.securityProfile).password
  const password = typeof trial.password === 'string' ? Buffer.from(trial.password) : own
  if (trial.password === null || !password) return {}
  return { authorization: basicCredentials(trial.user ?? id, password) }
}

function tlsOf(socket: TLSSocket): NonNullable<HandshakeOutcome['tls']> {
  const { bits, asn1Curve } = socket.getPeerCertificate() as { bits?: number; asn1Curve?: string }
  return {
    version: socket.getProtocol() ?? '',
    cipher: socket.getCipher().name,
    key: `${asn1Curve ? 'EC' : 'RSA'} ${bits}`,
  }
}
