import type { IncomingMessage } from 'node:http'
import { createContext, Script } from 'node:vm'
import { asArray, asNumber, asObject, asText, isObject, type JsonObject } from './json.ts'
import { UserError } from './log.ts'

/** CloudFront gives a function about a millisecond of processor. This is time on the clock of a busy machine, and still ends a loop. */
const SANDBOX_MILLISECONDS = 1_000

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

export interface EdgeResponse {
  status: number
  headers: Record<string, string>
  body: string
}

/** A request on its way to an origin: path and query percent-encoded, headers as CloudFront's functions know them. */
export interface OriginRequest {
  uri: string
  querystring: JsonObject
  headers: JsonObject
}

export type ViewerFunction = (request: IncomingMessage) => EdgeResponse | OriginRequest

export const isResponse = (result: EdgeResponse | OriginRequest): result is EdgeResponse => 'status' in result

/** What a function of viewer requests makes of one, or the request as it is where there is no function. Throws as it does. */
export function viewerFunction(run: ((event: JsonObject) => unknown) | undefined): ViewerFunction {
  return (request) => {
    const event = viewerRequest(request)
    const result = run ? run(event) : event.request
    if (!isObject(result)) throw new Error('it returned neither a request nor a response')
    if (result.statusCode !== undefined) return responseOf(result)
    const { uri, querystring, headers } = result
    return { uri: asText(uri) ?? '/', querystring: asObject(querystring), headers: asObject(headers) }
  }
}

/** The event of a viewer request, cloudfront-js 2.0. */
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

export const valuesOf = (entry: unknown): string[] => {
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
