import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'

/** How long whoever was refused may take to hang up in turn. */
const LINGER_MILLISECONDS = 2_000

/** Answers an upgrade request with an ordinary response, and ends the socket: Node watches over it no more. */
export function refuseUpgrade(
  socket: Duplex,
  status: number,
  body = '',
  headers: Record<string, string> = {},
): void {
  if (socket.destroyed) return
  const all = {
    connection: 'close',
    ...(body === '' ? {} : { 'content-type': 'application/json' }),
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value.replace(/[\r\n]/g, ' ')}`)
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`, ...lines, '', body].join('\r\n'))
  const timer = setTimeout(() => socket.destroy(), LINGER_MILLISECONDS)
  socket.once('close', () => clearTimeout(timer))
  // What still comes is not looked at, but the end behind it is.
  socket.resume()
}

/** What makes a request a WebSocket handshake (RFC 6455 §4.2.1), so that nobody is bothered with one that is not. */
export function isHandshake({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '') &&
    ['8', '13'].includes(headers['sec-websocket-version'] ?? '')
  )
}
