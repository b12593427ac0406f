import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type * as z from 'zod'
import { QUIRKS, reachOf } from '../quirks/index.ts'
import type { Bench } from './bench.ts'
import { remarksOn } from './check.ts'
import { actInput, checkInput, decisionInput, settingsInput } from './input.ts'
import type { Asset } from './page.ts'
import type { Outcome, ShownQuirk } from './protocol.ts'

export interface UiServer {
  url: string
  close(): Promise<void>
}

const LARGEST_BODY = 300_000
const KEEP_ALIVE_MS = 15_000
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** The page and its requests, for this machine alone. Rejects if the port is taken. */
export async function serveUi(
  bench: Bench,
  assets: ReadonlyMap<string, Asset>,
  port: number,
): Promise<UiServer> {
  const server = createServer((request, response) => {
    handle(request, response, bench, assets).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else answer(response, 500, { ok: false, text: String(error) })
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  bench: Bench,
  assets: ReadonlyMap<string, Asset>,
): Promise<void> {
  if (!isFromHere(request))
    return answer(response, 403, { ok: false, text: 'for pages of this machine only' })
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  const asset = assets.get(path)
  if (asset && request.method === 'GET') {
    response.writeHead(200, { ...HEADERS, 'content-type': asset.type }).end(asset.content)
  } else if (path === '/api/stream' && request.method === 'GET') {
    stream(response, bench)
  } else if (path === '/api/quirks' && request.method === 'GET') {
    answer(response, 200, { quirks: SHOWN_QUIRKS })
  } else {
    await command(request, response, bench, path)
  }
}

const SHOWN_QUIRKS: ShownQuirk[] = QUIRKS.map((quirk) => {
  const { name, about, source } = quirk
  return { name, about, source, reach: reachOf(quirk) }
})

/** A name that was made to point here, or another site's page, is neither answered nor obeyed. */
function isFromHere({ headers, socket }: IncomingMessage): boolean {
  const { host, origin } = headers
  const own = ['127.0.0.1', 'localhost'].map((name) => `${name}:${socket.localPort}`)
  if (!host || !own.includes(host)) return false
  return origin === undefined || origin === `http://${host}`
}

function stream(response: ServerResponse, bench: Bench): void {
  response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' })
  const send = (event: string, data: unknown) => {
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  const end = bench.listen({
    onStations: (stations) => send('stations', stations),
    onLog: (entries) => send('log', entries),
  })
  const alive = setInterval(() => response.write(':\n\n'), KEEP_ALIVE_MS)
  response.on('close', () => {
    end()
    clearInterval(alive)
  })
}

type Run = (body: unknown) => Outcome | Promise<Outcome> | { remarks: string[] }

/** What may be asked, by method and path. */
function runFor(bench: Bench, method: string, path: string): Run | undefined {
  const [, api, what, key = '', more, messageId = ''] = path.split('/').map(decodeURIComponent)
  if (api !== 'api') return undefined
  if (what === 'check' && method === 'POST')
    return reading(checkInput, ({ text }) => ({ remarks: remarksOn(text) }))
  if (what !== 'stations') return undefined
  if (!key) return method === 'POST' ? reading(settingsInput, (settings) => bench.add(settings)) : undefined
  if (more === 'act' && method === 'POST') return reading(actInput, (act) => bench.act(key, act))
  if (more === 'requests' && method === 'POST')
    return reading(decisionInput, (decision) => bench.decide(key, messageId, decision))
  if (more) return undefined
  if (method === 'PUT') return reading(settingsInput, (settings) => bench.replace(key, settings))
  return method === 'DELETE' ? () => bench.remove(key) : undefined
}

function reading<T>(schema: z.ZodType<T>, run: (input: T) => ReturnType<Run>): Run {
  return (body) => {
    const { success, data, error } = schema.safeParse(body)
    if (success) return run(data)
    const [issue] = error.issues
    const path = issue?.path.join('.')
    return { ok: false, text: [path, issue?.message].filter(Boolean).join(': ') }
  }
}

async function command(
  request: IncomingMessage,
  response: ServerResponse,
  bench: Bench,
  path: string,
): Promise<void> {
  const { method = 'GET', headers } = request
  const run = runFor(bench, method, path)
  if (!run) return answer(response, 404, { ok: false, text: 'there is nothing here' })
  // Only a page of ours can send JSON from a browser without being asked for leave first.
  if (headers['content-type'] !== 'application/json')
    return answer(response, 415, { ok: false, text: 'JSON only' })
  const body = await readBody(request)
  if (body === undefined) return answer(response, 400, { ok: false, text: 'no JSON, or too long' })
  const outcome = await run(body)
  answer(response, 'ok' in outcome && !outcome.ok ? 409 : 200, outcome)
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of request) {
    length += (piece as Buffer).length
    if (length > LARGEST_BODY) return undefined
    pieces.push(piece as Buffer)
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString() || '{}')
  } catch {
    return undefined
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json' }).end(JSON.stringify(body))
}
