import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'

/** What is wrong with a gateway. */
export interface Faults {
  noSubprotocol?: boolean
  /** After each answer of a station comes a frame without content. */
  emptyFrames?: boolean
  /** What the authorizer found out is not carried on, and every frame takes $default. */
  noContext?: boolean
  noAuthorization?: boolean
  noPongs?: boolean
  /** Frames of this size and more are lost, and nobody is told. */
  swallows?: number
  /** That a station has gone is noticed never. */
  keepsTheDead?: boolean
  /** A connection that the central system closes stays open for the station. */
  keepsTheReplaced?: boolean
  /** Milliseconds that any connection lives. */
  lifetime?: number
}

export interface Gateway {
  url: string
  stop(): Promise<void>
}

/** Stands between the doctor and a whole Busbar, and is broken in the ways that are asked for. */
export async function brokenGateway(upstream: string, faults: Faults): Promise<Gateway> {
  const server = createServer((incoming, response) => pass(incoming, response, upstream))
  const accepting = new WebSocketServer({
    noServer: true,
    autoPong: !faults.noPongs,
    handleProtocols: () => (faults.noSubprotocol ? false : 'ocpp1.6'),
  })
  const behind = new Set<WebSocket>()
  server.on('upgrade', (incoming, socket, head) => {
    const there = dialUpstream(incoming, upstream, faults)
    behind.add(there)
    there.on('unexpected-response', (_, { statusCode }) => refuse(socket, statusCode))
    there.on('error', () => socket.destroy())
    there.on('open', () =>
      accepting.handleUpgrade(incoming, socket, head, (here) => join(here, there, faults)),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      for (const each of [...accepting.clients, ...behind]) each.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function pass(incoming: IncomingMessage, response: ServerResponse, upstream: string): void {
  const { method, headers, url } = incoming
  const there = request(`${upstream}${url}`, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  there.on('error', () => response.destroy())
  incoming.pipe(there)
}

/** `?cp=` is what the WebSocket API itself would take: this gateway lets anybody use it. */
function dialUpstream({ url = '/', headers }: IncomingMessage, upstream: string, faults: Faults): WebSocket {
  const { pathname, search, searchParams } = new URL(
    url.replace(/^\/+/, (all) => all),
    'http://gateway',
  )
  const identity = pathname === '/' ? searchParams.get('cp') : undefined
  const path = identity ? `/ocpp/${encodeURIComponent(identity)}` : `${pathname}${search}`
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim())
  const { authorization } = headers
  return new WebSocket(`${upstream.replace('http', 'ws')}${path}`, protocols, {
    perMessageDeflate: false,
    headers: authorization === undefined || faults.noAuthorization ? {} : { authorization },
  })
}

function refuse(socket: Duplex, status = 502): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function join(here: WebSocket, there: WebSocket, faults: Faults): void {
  here.on('message', (data, isBinary) => {
    if (faults.swallows !== undefined && String(data).length >= faults.swallows) return
    there.send(data, { binary: isBinary })
    if (faults.emptyFrames && String(data).startsWith('[3,')) here.send('')
  })
  there.on('message', (data) => here.send(faults.noContext ? withoutContext(String(data)) : String(data)))
  if (!faults.keepsTheReplaced) there.on('close', (code) => here.close(code === 1006 ? 1001 : code))
  if (!faults.keepsTheDead) here.on('close', () => there.close())
  if (faults.lifetime !== undefined) setTimeout(() => here.close(1001), faults.lifetime).unref()
}

const withoutContext = (frame: string): string =>
  frame.replace('\\"route\\":\\"2\\"', '\\"route\\":\\"$default\\"').replace('carried', 'looked up')
