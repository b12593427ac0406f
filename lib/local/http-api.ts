import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from './clock.ts'
import { allowOrigin, grantPreflight, isPreflight, withoutCors } from './cors.ts'
import type { Invoke } from './functions.ts'
import { PayloadTooLarge, readBody, respondJson } from './http.ts'
import {
  decodedPath,
  type HttpRequest,
  type HttpResponse,
  httpEvent,
  httpResponse,
  type Jwt,
} from './http-events.ts'
import { type HttpDefinition, matchRoute, type RouteMatch } from './http-routes.ts'
import { callIntegration, IntegrationTimeout } from './integration.ts'
import { asArray, asNumber, asObject, asText } from './json.ts'
import type { JwtVerifier } from './jwt.ts'
import { type Log, messageOf } from './log.ts'
import type { ListPage, ServerSentEvents } from './server-sent-events.ts'
import { throttle } from './throttle.ts'

const BODY_LIMIT = 10 * 1024 * 1024

/** API Gateway's HTTP API as the template defines it. Mapping of parameters and named stages are not emulated. */
export class HttpApi {
  private readonly definition: HttpDefinition
  private readonly verifier: JwtVerifier
  private readonly invoke: Invoke
  private readonly clock: Clock
  private readonly log: Log
  private readonly events: ServerSentEvents | undefined
  private readonly mayPass: () => boolean

  constructor(
    definition: HttpDefinition,
    verifier: JwtVerifier,
    invoke: Invoke,
    clock: Clock,
    log: Log,
    events?: ServerSentEvents,
  ) {
    this.definition = definition
    this.verifier = verifier
    this.invoke = invoke
    this.clock = clock
    this.log = log
    this.events = events
    this.mayPass = definition.rate ? throttle(definition.rate, clock) : () => true
  }

  get functionIds(): string[] {
    return this.definition.routes.map(({ functionId }) => functionId)
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { cors, routes } = this.definition
    const path = pathOf(request)
    const match = path === undefined ? undefined : matchRoute(routes, request.method ?? 'GET', path)
    const asksLeave = cors !== undefined && isPreflight(request)
    if (asksLeave) grantPreflight(cors, request, response)
    else if (cors) allowOrigin(cors, request, response)
    // A route that takes OPTIONS takes preflights too, with its authorizer.
    if (asksLeave && !match) return void response.writeHead(204).end()
    if (!this.mayPass()) return respondJson(response, 429, { message: 'Too Many Requests' })
    if (path === undefined) return respondJson(response, 400, { message: 'Bad Request' })
    if (!match) return respondJson(response, 404, { message: 'Not Found' })
    const verdict = await this.verifier.verify(match.route, request.headers.authorization)
    if (verdict.kind === 'refused') {
      const { status, message, challenge } = verdict
      return respondJson(response, status, { message }, { 'www-authenticate': challenge })
    }
    try {
      const body = await readBody(request, BODY_LIMIT)
      const stream = this.events?.isFor(request, path) ? this.events : undefined
      const headers = stream ? { accept: 'application/json' } : {}
      const { jwt } = verdict
      const ask = (url: string) =>
        this.ask(match, { request, url, body, jwt, now: this.clock.now() }, headers)
      // Who may have the list from the function may have the stream of the same.
      const answer = await ask(request.url ?? '/')
      const readList = async (query: URLSearchParams) => pageIn(await ask(`${path}?${query}`))
      if (stream && answer.status === 200) stream.open(request, response, { endsAt: endOf(jwt), readList })
      else this.respond(response, answer, request.method)
    } catch (error) {
      this.fail(response, error)
    }
  }

  private async ask(
    match: RouteMatch,
    request: HttpRequest,
    headers: Record<string, string>,
  ): Promise<HttpResponse> {
    const event = httpEvent(this.definition, match, request)
    Object.assign(event.headers, headers)
    const answer = httpResponse(await callIntegration(match.route, event, this.invoke))
    if (!answer) throw new Error('Malformed Lambda proxy response')
    return answer
  }

  private respond(
    response: ServerResponse,
    { status, headers, body }: HttpResponse,
    method: string | undefined,
  ): void {
    const own = this.definition.cors ? withoutCors(headers) : headers
    // How long the body of a GET would be, nobody knows.
    const length = method === 'HEAD' ? {} : { 'content-length': body.length }
    response.writeHead(status, { ...own, ...length }).end(body)
  }

  private fail(response: ServerResponse, error: unknown): void {
    if (error instanceof PayloadTooLarge) {
      respondJson(response, 413, { message: 'Request Entity Too Large' }, { connection: 'close' })
    } else if (error instanceof IntegrationTimeout) {
      respondJson(response, 503, { message: 'Service Unavailable' })
    } else {
      this.log(`http: ${messageOf(error)}`)
      respondJson(response, 500, { message: 'Internal Server Error' })
    }
  }
}

/** A page of a list, as a function answers with it; undefined where it answers with anything else. */
function pageIn({ status, body }: HttpResponse): ListPage | undefined {
  if (status !== 200) return undefined
  const { items, cursor } = asObject(JSON.parse(body.toString()))
  return { items: asArray(items).map(asObject), cursor: asText(cursor) }
}

/** When a token ends, in milliseconds since 1970. */
function endOf(jwt: Jwt | undefined): number | undefined {
  const seconds = asNumber(jwt?.claims.exp)
  return seconds === undefined ? undefined : seconds * 1000
}

function pathOf(request: IncomingMessage): string | undefined {
  try {
    return decodedPath(request.url ?? '/')
  } catch {
    return undefined
  }
}
