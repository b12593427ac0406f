import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** What one station has shown of itself, byte for byte. */
export interface Wire {
  handshakes: { path: string; headers: IncomingHttpHeaders }[]
  /** Every text that came, over all connections. */
  texts: string[]
  pongs: number
  /** At the same time. */
  mostConnections: number
  closed: number
}

const ASKED: [string, object][] = [
  ['GetConfiguration', {}],
  ['ChangeConfiguration', { key: 'WebSocketPingInterval', value: '55' }],
  ['UnlockConnector', { connectorId: 2 }],
  ['NoSuchAction', {}],
  ['ClearCache', {}],
  ['UpdateFirmware', { location: 'http://127.0.0.1:9/x', retrieveDate: '2099-01-01T00:00:00Z' }],
  ['ChangeConfiguration', { key: 'MeterValuesSampledData', value: 'Everything' }],
]

/** A central system that notes all and takes all; it asks the same of every station as soon as that has booted. */
export async function quirkServer() {
  const wire: Wire = { handshakes: [], texts: [], pongs: 0, mostConnections: 0, closed: 0 }
  const http: Server = createServer()
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'ocpp1.6' })
  const open = new Set<WebSocket>()
  http.on('upgrade', (request, socket, head) => {
    wire.handshakes.push({ path: request.url ?? '', headers: request.headers })
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      open.add(webSocket)
      wire.mostConnections = Math.max(wire.mostConnections, open.size)
      webSocket.on('error', () => {})
      webSocket.on('pong', () => {
        wire.pongs += 1
      })
      webSocket.on('close', () => {
        open.delete(webSocket)
        wire.closed += 1
      })
      webSocket.ping()
      webSocket.on('message', (data) => {
        wire.texts.push(data.toString())
        answer(webSocket, data.toString())
      })
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return {
    wire,
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/ocpp`,
    ask: () => {
      for (const socket of open) ask(socket)
    },
    async close() {
      for (const socket of open) socket.terminate()
      http.close()
      await once(http, 'close')
    },
  }
}

function ask(socket: WebSocket): void {
  for (const [index, [action, payload]] of ASKED.entries())
    socket.send(JSON.stringify([2, `ask-${index}`, action, payload]))
}

function answer(socket: WebSocket, text: string): void {
  const frame = parsed(text)
  if (frame?.[0] !== 2) return
  const [, id, action] = frame
  const idTagInfo = { status: 'Accepted' }
  const currentTime = new Date().toISOString()
  const payloads: Record<string, object> = {
    BootNotification: { status: 'Accepted', currentTime, interval: 300 },
    Heartbeat: { currentTime },
    Authorize: { idTagInfo },
    StartTransaction: { transactionId: 77, idTagInfo },
  }
  socket.send(JSON.stringify([3, id, payloads[action] ?? {}]))
  if (action === 'BootNotification') socket.send(JSON.stringify([2, 'early', 'GetLocalListVersion', {}]))
}

/** As a central system that is kind to firmware would read it. */
function parsed(text: string): any {
  try {
    return JSON.parse(text.replaceAll('\0', '').replace(/,(\s*[}\]])/g, '$1'))
  } catch {
    return undefined
  }
}
