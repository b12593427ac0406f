import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Edge } from './edge.ts'
import { listen, PayloadTooLarge, respondJson } from './http.ts'
import type { HttpApi } from './http-api.ts'
import type { Issuer } from './issuer.ts'
import { InUseError, type Log, messageOf, UserError } from './log.ts'
import { type S3, S3_PATH } from './s3.ts'
import type { Sites } from './sites.ts'
import { isHandshake, refuseUpgrade } from './upgrade.ts'
import type { WebSocketApi } from './web-socket-api.ts'

export interface Services {
  edge: Edge
  webSocketApi: WebSocketApi | undefined
  httpApi: HttpApi | undefined
  issuer: Issuer
  s3: S3
  sites: Sites
}

/** What `/` shows where no console is deployed. */
const HOME = '/api/docs'

const SERVER_OPTIONS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 20_000,
  // A file may take as long as it takes; other requests have their own limit.
  requestTimeout: 0,
  keepAliveTimeout: 65_000,
  // Where Node knows it (24.9 on): other upgrades, such as Java's to h2c, are then answered as if not asked for.
  shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
}

/** How long a request may take to arrive, unless it is a file. */
const ARRIVAL_MILLISECONDS = 60_000

/** The one public server: charge points come in by upgrade, operators under /api, tokens under /oauth2, files under /_s3, else pages. */
export class Front {
  private readonly server: Server
  private readonly log: Log
  private services: Services | undefined

  constructor(log: Log) {
    this.log = log
    this.server = createServer(
      SERVER_OPTIONS,
      (request, response) => void this.answer(withoutHost(request), response),
    )
    this.server.on(
      'upgrade',
      (request, socket, head) => void this.upgrade(withoutHost(request), socket, head),
    )
  }

  /** Takes the port; requests are answered with 503 until `serve` and after `suspend`. */
  async listen(port: number, host: string): Promise<number> {
    try {
      return await listen(this.server, port, host)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EADDRINUSE') throw new InUseError(`Port ${port} is in use. Set PORT to another one`)
      if (code === 'EACCES')
        throw new UserError(`Port ${port} may not be used by this account. Set PORT to another one`)
      if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
        throw new UserError(`HOST ${host} is not of this machine`)
      throw error
    }
  }

  serve(services: Services): void {
    this.services = services
  }

  /** Lets nobody in any more; what is under way goes on. */
  suspend(): void {
    this.services = undefined
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve())
      this.server.closeAllConnections()
    })
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.route(request, response)
    } catch (error) {
      if (error instanceof PayloadTooLarge) return problem(response, 413, 'Content Too Large', error.message)
      if (request.destroyed && !request.complete) return
      this.log(`front: ${error instanceof Error ? error.stack : error}`)
      problem(response, 500, 'Internal Server Error')
    }
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (!this.services) return problem(response, 503, 'Service Unavailable', 'Busbar starts or ends')
    const { httpApi, issuer, s3, sites } = this.services
    if (path.startsWith(`${S3_PATH}/`)) return s3.handle(request, response)
    limitArrival(request)
    if (httpApi && (path === '/api' || path.startsWith('/api/'))) return httpApi.handle(request, response)
    if (await issuer.handle(request, response, path)) return
    if (request.method === 'GET' || request.method === 'HEAD') {
      if (!sites.empty) return this.page(request, response, this.services)
      if (path === '/') return void response.writeHead(302, { location: HOME, 'content-length': 0 }).end()
    }
    problem(response, 404, 'Not Found', `There is nothing at ${path}`)
  }

  /** What the distribution has of its bucket. One who may not list it is answered 403 about a file that is not there. */
  private async page(
    request: IncomingMessage,
    response: ServerResponse,
    { edge, sites }: Services,
  ): Promise<void> {
    const result = edge.page(request)
    if (!result) return problem(response, 404, 'Not Found')
    if (result.kind === 'response') {
      const { status, headers, body } = result.response
      return void response.writeHead(status, headers).end(body)
    }
    const file = await sites.file(result.host, result.path)
    if (!file) return problem(response, 403, 'Forbidden')
    const { body, contentType, cacheControl } = file
    const headers = { ...result.headers, 'content-type': contentType, 'content-length': body.length }
    response.writeHead(
      200,
      cacheControl === undefined ? headers : { ...headers, 'cache-control': cacheControl },
    )
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy())
    try {
      if (!isHandshake(request)) return refuseUpgrade(socket, 400, '{"message":"Bad Request"}')
      const webSocketApi = this.services?.webSocketApi
      if (!this.services || !webSocketApi) return refuseUpgrade(socket, 503)
      const result = this.services.edge.handshake(request)
      if (result.kind === 'request')
        return await webSocketApi.upgrade(result.handshake, request, socket, head)
      const { status, body, headers } = result.response
      refuseUpgrade(socket, status, body, headers)
    } catch (error) {
      this.log(`upgrade: ${messageOf(error)}`)
      refuseUpgrade(socket, 500)
    }
  }
}

/** A request may be for a whole URL, as if to a proxy, and a server has to take that too (RFC 9112 §3.2.2). */
function withoutHost(request: IncomingMessage): IncomingMessage {
  const [, rest] = /^(?:http|ws)s?:\/\/[^/?]*(.*)$/i.exec(request.url ?? '') ?? []
  if (rest !== undefined) request.url = rest.startsWith('/') ? rest : `/${rest}`
  return request
}

function limitArrival(request: IncomingMessage): void {
  const timer = setTimeout(() => {
    if (!request.complete) request.destroy()
  }, ARRIVAL_MILLISECONDS)
  for (const event of ['end', 'close']) request.once(event, () => clearTimeout(timer))
}

/** RFC 9457. */
function problem(response: ServerResponse, status: number, title: string, detail?: string): void {
  respondJson(response, status, { status, title, detail }, { 'content-type': 'application/problem+json' })
}
