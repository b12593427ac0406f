import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { requestTime } from './clock.ts'
import { addressOf, headerPairs } from './edge-function.ts'
import type { HttpDefinition, RouteMatch } from './http-routes.ts'
import { asArray, asNumber, asObject, asText, isObject } from './json.ts'
import { traceId } from './web-socket-events.ts'

export interface HttpResponse {
  status: number
  headers: Record<string, string | string[]>
  body: Buffer
}

export interface Jwt {
  claims: Record<string, string>
  scopes: string[] | null
}

/** The path of a request as an HTTP API sees it: decoded, and cut at a `?` that comes to light by that. */
export function decodedPath(url: string): string {
  const path = decodeURIComponent(url.split('?', 1)[0] ?? '/')
  return path.split('?', 1)[0] ?? '/'
}

export interface HttpRequest {
  request: IncomingMessage
  /** Path and query: those of the request, or others in their place. */
  url: string
  body: Buffer
  jwt: Jwt | undefined
  now: number
}

/** An event of payload format 2.0. */
export function httpEvent(
  definition: HttpDefinition,
  { route, parameters }: RouteMatch,
  { request, url, body, jwt, now }: HttpRequest,
) {
  const path = decodedPath(url)
  const rawQueryString = url.includes('?') ? url.slice(url.indexOf('?') + 1) : ''
  const query = queryParameters(rawQueryString)
  const { headers, cookies } = eventHeaders(request, definition.domainName)
  const base64 = !isText(request.headers['content-type'])
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(query ? { queryStringParameters: query } : {}),
    requestContext: {
      accountId: 'anonymous',
      apiId: definition.apiId,
      ...(jwt ? { authorizer: { jwt } } : {}),
      domainName: definition.domainName,
      domainPrefix: definition.apiId,
      http: {
        method: request.method ?? 'GET',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: addressOf(request),
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: `${randomBytes(11).toString('base64url')}=`,
      routeKey: route.routeKey,
      stage: definition.stage,
      time: requestTime(now),
      timeEpoch: now,
    },
    ...(Object.keys(parameters).length > 0 ? { pathParameters: parameters } : {}),
    ...(body.length > 0 ? { body: body.toString(base64 ? 'base64' : 'utf8') } : {}),
    isBase64Encoded: body.length > 0 && base64,
  }
}

/** What API Gateway passes on as text; a form, for one, is not among it. */
const isText = (contentType: string | undefined): boolean =>
  /^(text\/|application\/(json|javascript|xml)|[^;]+\+(json|xml))/i.test(contentType ?? '')

function eventHeaders(request: IncomingMessage, host: string) {
  const pairs = headerPairs(request).map(([name, value]): [string, string] => [name.toLowerCase(), value])
  const cookies = pairs.filter(([name]) => name === 'cookie').flatMap(([, value]) => value.split('; '))
  const headers = joined(pairs.filter(([name]) => name !== 'cookie' && name !== 'connection'))
  const forwarded = [request.headers['x-forwarded-for'], addressOf(request), '127.0.0.1']
  return {
    cookies,
    headers: {
      ...headers,
      host,
      'x-forwarded-for': forwarded.filter((each) => each !== undefined).join(', '),
      'x-forwarded-proto': 'http',
      'x-amzn-trace-id': traceId(),
    },
  }
}

/** Decoded. */
function queryParameters(rawQueryString: string): Record<string, string> | undefined {
  const pairs = [...new URLSearchParams(rawQueryString)]
  return pairs.length > 0 ? joined(pairs) : undefined
}

/** Several values of one name are joined by a comma. */
function joined(pairs: [string, string][]): Record<string, string> {
  const values = new Map<string, string>()
  for (const [name, value] of pairs)
    values.set(name, values.has(name) ? `${values.get(name)},${value}` : value)
  return Object.fromEntries(values)
}

const json = { 'content-type': 'application/json' }

/** A function's result: a response if it has a statusCode, and otherwise the body of one. Undefined if malformed. */
export function httpResponse(result: unknown): HttpResponse | undefined {
  if (!isObject(result) || result.statusCode === undefined) {
    const text = typeof result === 'string' ? result : JSON.stringify(result)
    return { status: 200, headers: json, body: Buffer.from(text) }
  }
  const status = asNumber(result.statusCode)
  const { body = '', isBase64Encoded } = result
  if (status === undefined || status < 100 || status > 599) return undefined
  if (body !== null && typeof body !== 'string') return undefined
  return {
    status,
    headers: responseHeaders(result.headers, result.cookies),
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  }
}

function responseHeaders(own: unknown, cookies: unknown): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(asObject(own))) {
    const lower = name.toLowerCase()
    if (lower !== 'content-length' && lower !== 'transfer-encoding') headers[lower] = asText(value) ?? ''
  }
  headers['content-type'] ??= 'text/plain;charset=UTF-8'
  const set = asArray(cookies).map(String)
  if (set.length > 0) headers['set-cookie'] = set
  return headers
}
