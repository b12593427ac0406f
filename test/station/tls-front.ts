import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { ViewerOf } from '../../lib/local/edge.ts'
import type { Identity } from './authority.ts'

export interface TlsFront {
  /** On which it speaks with and without TLS. */
  port: number
  close(): Promise<void>
}

export interface TlsFrontOptions extends Identity {
  /** Of whose certificates each client has to show one. */
  clientsOf?: string
  /** Where the handshakes go on to. */
  upstream: string
}

const SCHEME = 'x-front-scheme'
const SUBJECT = 'x-front-certificate'
const FIRST_BYTE_OF_TLS = 0x16

/** What the front has found out about a viewer, for `viewerOf` of startLocal. */
export const viewerBehindFront: ViewerOf = ({ headers }) => ({
  secure: headers[SCHEME] === 'https',
  ...(headers[SUBJECT] ? { certificate: { subject: String(headers[SUBJECT]) } } : {}),
})

/** Ends TLS in front of the local runtime, as the edge does; plain connections come by the same port. */
export async function tlsFront({ cert, key, clientsOf, upstream }: TlsFrontOptions): Promise<TlsFront> {
  const sockets = new Set<Duplex>()
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    handOn(request, socket, head, new URL(upstream))
  }
  const mutual = clientsOf ? { ca: clientsOf, requestCert: true, rejectUnauthorized: true } : {}
  const secure = createHttpsServer({ cert, key, ...mutual }).on('upgrade', onUpgrade)
  const plain = createHttpServer().on('upgrade', onUpgrade)
  const front = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    socket.once('readable', () => give(socket, secure, plain))
  })
  front.listen(0, '127.0.0.1')
  await once(front, 'listening')
  return {
    port: (front.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy()
      front.close()
      await once(front, 'close')
    },
  }
}

/** To whom speaks what the first byte says. */
function give(socket: Socket, secure: Server, plain: Server): void {
  const first: Buffer | null = socket.read()
  if (!first) return
  socket.unshift(first)
  const server = first[0] === FIRST_BYTE_OF_TLS ? secure : plain
  server.emit('connection', socket)
}

function handOn(request: IncomingMessage, socket: Duplex, head: Buffer, { hostname, port }: URL): void {
  const lines = [`${request.method} ${request.url} HTTP/1.1`]
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const [name = '', value = ''] = request.rawHeaders.slice(at, at + 2)
    if (!name.toLowerCase().startsWith('x-front-')) lines.push(`${name}: ${value}`)
  }
  if (socket instanceof TLSSocket) {
    lines.push(`${SCHEME}: https`)
    const { subject } = socket.getPeerCertificate()
    if (subject) lines.push(`${SUBJECT}: CN=${subject.CN},O=${subject.O}`)
  }
  const onward = connect(Number(port), hostname)
  onward.write(`${lines.join('\r\n')}\r\n\r\n`)
  onward.write(head)
  for (const each of [onward, socket]) {
    each
      .on('error', () => {})
      .on('close', () => {
        onward.destroy()
        socket.destroy()
      })
  }
  onward.pipe(socket).pipe(onward)
}
