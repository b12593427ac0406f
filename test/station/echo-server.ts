import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** The least a central system can be: it accepts every station and answers every CALL, and counts. */
export async function echoServer() {
  const counts = { connections: 0, most: 0, calls: new Map<string, number>() }
  const http = createServer()
  const sockets = new WebSocketServer({
    server: http,
    handleProtocols: () => 'ocpp1.6',
    perMessageDeflate: false,
  })
  const idTagInfo = { status: 'Accepted' }
  let transactionId = 0
  const confirm = (action: string): object => {
    const currentTime = new Date().toISOString()
    if (action === 'BootNotification') return { status: 'Accepted', currentTime, interval: 300 }
    if (action === 'Heartbeat') return { currentTime }
    if (action === 'Authorize') return { idTagInfo }
    if (action !== 'StartTransaction') return {}
    transactionId += 1
    return { idTagInfo, transactionId }
  }
  sockets.on('connection', (socket: WebSocket) => {
    counts.connections += 1
    counts.most = Math.max(counts.most, sockets.clients.size)
    socket.on('error', () => {})
    socket.on('message', (data) => {
      const [type, id, action] = JSON.parse(data.toString()) as [number, string, string]
      if (type !== 2) return
      counts.calls.set(action, (counts.calls.get(action) ?? 0) + 1)
      socket.send(JSON.stringify([3, id, confirm(action)]))
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return {
    counts,
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/ocpp`,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      http.close()
      await once(http, 'close')
    },
  }
}
