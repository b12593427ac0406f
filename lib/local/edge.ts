import type { IncomingMessage } from 'node:http'
import { createContext, Script } from 'node:vm'
import { asArray, asNumber, asObject, asText, isObject, type JsonObject } from './json.ts'
import { type Log, messageOf, UserError } from './log.ts'
import type { Stack } from './template.ts'
import type { Handshake } from './web-socket-events.ts'

export interface EdgeResponse {
  status: number
  headers: Record<string, string>
  body: string
}

export type EdgeResult =
  | { kind: 'response'; response: EdgeResponse }
  | { kind: 'request'; handshake: Handshake }

/** Answers a viewer's request, or lets it through to the WebSocket API as it wants it. */
export type Edge = (request: IncomingMessage) => EdgeResult

/** CloudFront gives a function about a millisecond of processor. This is time on the clock of a busy machine, and still ends a loop. */
const SANDBOX_MILLISECONDS = 1_000

/** API Gateway's own hop adds the address of the edge that called it. */
const EDGE_ADDRESS = '127.0.0.1'

/**
 * The CloudFront distribution in front of the WebSocket API, as far as it changes a handshake: the template's
 * AWS::CloudFront::Function on every viewer request. Behaviours, caching and origin headers are not emulated.
 */
export function readEdge(stack: Stack, originHost: string, log: Log): Edge {
  const [id, ...others] = stack.ids('AWS::CloudFront::Function')
  if (others.length > 0)
    throw new UserError(`Only one CloudFront function is emulated; also found: ${others.join(', ')}`)
  const run =
    id === undefined ? (event: JsonObject) => event.request : sandbox(stack.required(id, 'FunctionCode'), id)
  return (request) => {
    try {
      const result = run(viewerRequest(request))
      if (!isObject(result)) throw new Error('it returned neither a request nor a response')
      if (result.statusCode !== undefined) return { kind: 'response', response: responseOf(result) }
      return { kind: 'request', handshake: handshakeOf(result, request, originHost) }
    } catch (error) {
      log(`[${id}] ${messageOf(error)}`)
      return { kind: 'response', response: { status: 503, headers: {}, body: '' } }
    }
  }
}

const PRELUDE = 'const console = { log() {}, error() {} };'

/** Runs `handler(event)` with the language alone: no Node, no timers, no network. Events go in and out as JSON. */
export function sandbox(code: string, name: string): (event: JsonObject) => unknown {
  const context = createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } })
  const run = (source: string): unknown =>
    new Script(source, { filename: `${name}.js` }).runInContext(context, { timeout: SANDBOX_MILLISECONDS })
  run(PRELUDE)
  run(code)
  if (run('typeof handler') !== 'function') throw new UserError(`${name}: the function's code has no handler`)
  return (event) => {
    const argument = JSON.stringify(JSON.stringify(event))
    const result = run(`JSON.stringify(handler(JSON.parse(${argument})))`)
    return typeof result === 'string' ? JSON.parse(result) : undefined
  }
}

/** The event of a viewer request, cloudfront-js 2.0. Path and query stay percent-encoded. */
function viewerRequest(request: IncomingMessage): JsonObject {
  const [path = '/', query = ''] = split(request.url ?? '/', '?')
  const headers: JsonObject = Object.create(null)
  for (const [name, value] of headerPairs(request)) append(headers, name.toLowerCase(), value)
  const querystring: JsonObject = Object.create(null)
  for (const pair of query.split('&').filter((each) => each !== '')) {
    const [name = '', value = ''] = split(pair, '=')
    append(querystring, name, value)
  }
  return {
    version: '1.0',
    context: { eventType: 'viewer-request' },
    viewer: { ip: addressOf(request) },
    request: { method: request.method, uri: path, querystring, headers, cookies: {} },
  }
}

function append(map: JsonObject, name: string, value: string): void {
  const existing = map[name]
  if (!isObject(existing)) {
    map[name] = { value }
    return
  }
  existing.multiValue = [...asArray(existing.multiValue ?? { value: existing.value }), { value }]
  existing.value = value
}

function handshakeOf(result: JsonObject, request: IncomingMessage, originHost: string): Handshake {
  const viewer = addressOf(request)
  const kept = asObject(result.headers)
  const forwarded = asText(asObject(kept['x-forwarded-for']).value)
  const viaEdge = new Set(['host', 'connection', 'upgrade', 'x-forwarded-for', 'x-forwarded-proto'])
  const casing = new Map(headerPairs(request).map(([name]) => [name.toLowerCase(), name]))
  const headers = Object.entries(kept)
    .filter(([name]) => !viaEdge.has(name))
    .flatMap(([name, entry]) =>
      valuesOf(entry).map((value): [string, string] => [casing.get(name) ?? name, value]),
    )
  return {
    queryString: Object.entries(asObject(result.querystring))
      .flatMap(([name, entry]) => valuesOf(entry).map((value) => `${name}=${value}`))
      .join('&'),
    headers: [
      ['Host', originHost],
      ...headers,
      ['X-Forwarded-For', [forwarded, viewer, EDGE_ADDRESS].filter((each) => each !== undefined).join(', ')],
      ['X-Forwarded-Proto', 'http'],
    ],
    sourceIp: viewer,
  }
}

const valuesOf = (entry: unknown): string[] => {
  const { value, multiValue } = asObject(entry)
  return multiValue ? asArray(multiValue).flatMap(valuesOf) : [asText(value) ?? '']
}

function responseOf({ statusCode, headers, body }: JsonObject): EdgeResponse {
  const entries = Object.entries(asObject(headers)).map(
    ([name, entry]) => [name, valuesOf(entry).join(', ')] as const,
  )
  return {
    status: asNumber(statusCode) ?? 500,
    headers: Object.fromEntries(entries),
    body: asText(isObject(body) ? body.data : body) ?? '',
  }
}

export const addressOf = (request: IncomingMessage): string =>
  (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')

/** Header names and values as they came. */
export function headerPairs({ rawHeaders }: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    pairs.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? ''])
  return pairs
}

function split(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)]
}
