import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from './clock.ts'
import type { Invoke } from './functions.ts'
import { PayloadTooLarge, readBody, respondJson } from './http.ts'
import { decodedPath, httpEvent, httpResponse } from './http-events.ts'
import { type HttpDefinition, matchRoute } from './http-routes.ts'
import { callIntegration, IntegrationTimeout } from './integration.ts'
import type { JwtVerifier } from './jwt.ts'
import { type Log, messageOf } from './log.ts'

const BODY_LIMIT = 10 * 1024 * 1024

/** API Gateway's HTTP API as the template defines it. CORS, mapping of parameters and named stages are not emulated. */
export class HttpApi {
  private readonly definition: HttpDefinition
  private readonly verifier: JwtVerifier
  private readonly invoke: Invoke
  private readonly clock: Clock
  private readonly log: Log

  constructor(definition: HttpDefinition, verifier: JwtVerifier, invoke: Invoke, clock: Clock, log: Log) {
    this.definition = definition
    this.verifier = verifier
    this.invoke = invoke
    this.clock = clock
    this.log = log
  }

  get functionIds(): string[] {
    return this.definition.routes.map(({ functionId }) => functionId)
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request)
    if (path === undefined) return respondJson(response, 400, { message: 'Bad Request' })
    const match = matchRoute(this.definition.routes, request.method ?? 'GET', path)
    if (!match) return respondJson(response, 404, { message: 'Not Found' })
    const verdict = await this.verifier.verify(match.route, request.headers.authorization)
    if (verdict.kind === 'refused') {
      const { status, message, challenge } = verdict
      return respondJson(response, status, { message }, { 'www-authenticate': challenge })
    }
    try {
      const body = await readBody(request, BODY_LIMIT)
      const event = httpEvent(this.definition, match, request, body, verdict.jwt, this.clock.now())
      this.respond(response, await callIntegration(match.route, event, this.invoke))
    } catch (error) {
      this.fail(response, error)
    }
  }

  private respond(response: ServerResponse, result: unknown): void {
    const answer = httpResponse(result)
    if (!answer) throw new Error('Malformed Lambda proxy response')
    const { status, headers, body } = answer
    response.writeHead(status, { ...headers, 'content-length': body.length }).end(body)
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

function pathOf(request: IncomingMessage): string | undefined {
  try {
    return decodedPath(request.url ?? '/')
  } catch {
    return undefined
  }
}
