import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Clock } from './clock.ts'
import { Connection } from './connection.ts'
import { type ConnectionInfo, type Connections, FRAME_LIMIT, MESSAGE_LIMIT } from './connections-api.ts'
import { FrameGuard } from './frame-guard.ts'
import type { Invoke } from './functions.ts'
import { callIntegration, IntegrationTimeout } from './integration.ts'
import { type Log, messageOf } from './log.ts'
import { proxyResult } from './proxy-result.ts'
import { refuseUpgrade } from './upgrade.ts'
import { type Admission, admit } from './web-socket-admission.ts'
import type { WebSocketDefinition, WebSocketRoute } from './web-socket-definition.ts'
import {
  type ConnectionIdentity,
  disconnectEvent,
  type EventType,
  gatewayMessage,
  type Handshake,
  messageEvent,
  newConnectionId,
  requestContext,
} from './web-socket-events.ts'

/** How long `stop` waits for the functions that close the books of the connections it ends. */
const STOP_MILLISECONDS = 5_000

/**
 * API Gateway's WebSocket API as the template defines it: authorizer and $connect before the socket opens, one invocation
 * for every message (all at once, in no order), the limits on frames, messages and time, and $disconnect in the end.
 */
export class WebSocketApi implements Connections {
  readonly apiId: string
  readonly stage: string
  readonly domainName: string
  private readonly definition: WebSocketDefinition
  private readonly invoke: Invoke
  private readonly clock: Clock
  private readonly log: Log
  private readonly server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MESSAGE_LIMIT,
    clientTracking: true,
  })
  private readonly protocols = new WeakMap<IncomingMessage, string>()
  private readonly connections = new Map<string, Connection>()
  private readonly running = new Set<Promise<void>>()
  private stopping = false

  constructor(definition: WebSocketDefinition, invoke: Invoke, clock: Clock, log: Log) {
    this.definition = definition
    this.apiId = definition.apiId
    this.stage = definition.stage
    this.domainName = definition.domainName
    this.invoke = invoke
    this.clock = clock
    this.log = log
    this.server.on('headers', (headers, request) => {
      const protocol = this.protocols.get(request)
      if (protocol !== undefined) headers.push(`Sec-WebSocket-Protocol: ${protocol}`)
    })
  }

  /** The functions that this API calls. */
  get functionIds(): string[] {
    const { routes, authorizer } = this.definition
    const ids = [...routes.values()].map(({ functionId }) => functionId)
    return authorizer ? [authorizer.functionId, ...ids] : ids
  }

  get size(): number {
    return this.connections.size
  }

  async upgrade(handshake: Handshake, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const identity: ConnectionIdentity = {
      connectionId: newConnectionId(),
      connectedAt: this.clock.now(),
      sourceIp: handshake.sourceIp,
      userAgent: request.headers['user-agent'],
      authorizer: undefined,
    }
    const admission: Admission = this.stopping ? { status: 503 } : await this.admit(identity, handshake)
    if (!('protocol' in admission)) return refuseUpgrade(socket, admission.status, admission.body)
    if (admission.protocol !== undefined) this.protocols.set(request, admission.protocol)
    // What was offered is the function's to choose from, and `ws` must not judge it.
    delete request.headers['sec-websocket-protocol']
    if (socket.destroyed) return this.disconnected(identity, 1006, '')
    this.server.handleUpgrade(request, socket, head, (webSocket) => this.open(identity, webSocket, socket))
    // `ws` gives a socket up that has been closed in the meantime; whoever was let in must also be seen out.
    if (!this.connections.has(identity.connectionId)) this.disconnected(identity, 1006, '')
  }

  info(connectionId: string): ConnectionInfo | undefined {
    const connection = this.connections.get(connectionId)
    if (!connection) return undefined
    const { connectedAt, sourceIp, userAgent } = connection.identity
    const { lastActiveAt } = connection
    return { connectedAt, lastActiveAt, sourceIp, ...(userAgent === undefined ? {} : { userAgent }) }
  }

  post(connectionId: string, data: Buffer): boolean {
    const connection = this.connections.get(connectionId)
    connection?.send(data)
    return connection !== undefined
  }

  close(connectionId: string): boolean {
    const open = this.connections.has(connectionId)
    this.end(connectionId, 1000, '')
    return open
  }

  /** Ends every connection with 1001 and lets $disconnect run for each. */
  async stop(): Promise<void> {
    this.stopping = true
    for (const id of [...this.connections.keys()]) this.end(id, 1001, 'Going away')
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise((resolve) => {
      timer = setTimeout(resolve, STOP_MILLISECONDS)
    })
    await Promise.race([Promise.allSettled([...this.running]), timeout])
    clearTimeout(timer)
    for (const webSocket of this.server.clients) webSocket.terminate()
    this.server.close()
  }

  private admit(identity: ConnectionIdentity, handshake: Handshake): Promise<Admission> {
    const context = () => this.context(identity, 'CONNECT', '$connect')
    return admit(this.definition, identity, handshake, context, this.invoke, this.log)
  }

  private context(identity: ConnectionIdentity, eventType: EventType, routeKey: string) {
    return requestContext(this.definition, identity, eventType, routeKey, this.clock.now())
  }

  private open(identity: ConnectionIdentity, webSocket: WebSocket, socket: Duplex): void {
    const id = identity.connectionId
    const end = (code: number, reason: string) => this.end(id, code, reason)
    const connection = new Connection(identity, webSocket, this.clock, (reason) => end(1001, reason))
    this.connections.set(id, connection)
    const guard = new FrameGuard(FRAME_LIMIT)
    const checkFrames = (chunk: Buffer) => {
      if (!guard.exceeds(chunk)) return
      socket.removeListener('data', checkFrames)
      end(1009, `Frame larger than ${FRAME_LIMIT} bytes`)
    }
    // Ahead of the listener of `ws`, so that the frame is refused before it is read.
    socket.prependListener('data', checkFrames)
    webSocket.on('message', (data, isBinary) => {
      if (!this.connections.has(id)) return
      if (isBinary) return end(1003, 'Binary frames are not supported')
      connection.touch()
      this.track(this.message(connection, data.toString()))
    })
    webSocket.on('error', (error: Error & { code?: string }) => {
      const tooLarge = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'
      if (tooLarge) end(1009, `Message larger than ${MESSAGE_LIMIT} bytes`)
    })
    webSocket.on('close', (code, reason) =>
      end(code, code === 1005 ? 'Client-side close frame status not set' : reason.toString()),
    )
  }

  private end(id: string, code: number, reason: string): void {
    const connection = this.connections.get(id)
    if (!connection) return
    this.connections.delete(id)
    connection.close(code, reason)
    this.disconnected(connection.identity, code, reason)
  }

  private disconnected(identity: ConnectionIdentity, code: number, reason: string): void {
    const route = this.definition.routes.get('$disconnect')
    if (!route) return
    const event = disconnectEvent(this.context(identity, 'DISCONNECT', '$disconnect'), code, reason)
    const done = callIntegration(route, event, this.invoke).then(
      () => undefined,
      (error) => this.log(`$disconnect: ${messageOf(error)}`),
    )
    this.track(done)
  }

  private async message(connection: Connection, body: string): Promise<void> {
    const { routes, selectRoute } = this.definition
    const route = messageRoute(routes, selectRoute(body))
    const context = this.context(connection.identity, 'MESSAGE', route?.routeKey ?? '$default')
    const say = (text: string) => connection.send(Buffer.from(text))
    if (!route) return say(gatewayMessage('Forbidden', context))
    try {
      const result = proxyResult(await callIntegration(route, messageEvent(context, body), this.invoke))
      // A two-way route always answers: with an empty frame when the function returned no body.
      if (route.twoWay) say(result.body)
    } catch (error) {
      const timedOut = error instanceof IntegrationTimeout
      say(gatewayMessage(timedOut ? 'Endpoint request timed out' : 'Internal server error', context))
    }
  }

  private track(done: Promise<void>): void {
    this.running.add(done)
    void done.finally(() => this.running.delete(done))
  }
}

const messageRoute = (routes: Map<string, WebSocketRoute>, key: string): WebSocketRoute | undefined =>
  (key.startsWith('$') ? undefined : routes.get(key)) ?? routes.get('$default')
