import type { IncomingMessage, ServerResponse } from 'node:http'
import { asObject, asText, type JsonObject } from './json.ts'

/** Where events of the buses are to be had as they happen, and what is what in their detail. */
export interface EventStreamOptions {
  path: string
  /** The field that names an event. */
  idField: string
  /** Fields by which a query may choose among them. */
  filterFields: string[]
}

/** Events a client may ask for that was away. */
const REMEMBERED = 1_000
/** A client that takes no more than this behind is let go; it comes again with the last id it had. */
const BUFFER_BYTES = 1024 * 1024
const PING_MILLISECONDS = 15_000

interface Told {
  id: string
  text: string
  detail: JsonObject
}

interface Client {
  response: ServerResponse
  wants: (detail: JsonObject) => boolean
  timers: NodeJS.Timeout[]
}

/** Server-sent events (HTML Living Standard §9.2): what the buses carry, to whoever listens. */
export class ServerSentEvents {
  readonly path: string
  private readonly options: EventStreamOptions
  private readonly clients = new Set<Client>()
  private readonly told: Told[] = []

  constructor(options: EventStreamOptions) {
    this.path = options.path
    this.options = options
  }

  /** True for the request of a client that wants them. */
  isFor({ method, headers }: IncomingMessage, path: string): boolean {
    return method === 'GET' && path === this.path && /\btext\/event-stream\b/i.test(headers.accept ?? '')
  }

  /** Keeps the response open until the client goes, or `endsAt` (milliseconds since 1970) comes. */
  open(request: IncomingMessage, response: ServerResponse, endsAt: number | undefined): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    response.socket?.setNoDelay(true)
    const client: Client = { response, wants: this.filterOf(request), timers: [] }
    client.timers.push(setInterval(() => this.send(client, ': ping\n\n'), PING_MILLISECONDS))
    if (endsAt !== undefined) client.timers.push(this.endAt(client, endsAt))
    response.on('close', () => this.forget(client))
    response.on('error', () => response.destroy())
    this.clients.add(client)
    this.send(client, 'retry: 1000\n\n')
    const lastId = request.headers['last-event-id']
    if (typeof lastId === 'string') for (const told of this.after(lastId)) this.tell(client, told)
  }

  publish({ 'detail-type': type, detail: content }: JsonObject): void {
    const detail = asObject(content)
    const id = asText(detail[this.options.idField]) ?? ''
    const lines = [
      ['id', id],
      ['event', asText(type) ?? ''],
      ['data', JSON.stringify(detail)],
    ]
    const told = {
      id,
      detail,
      text: `${lines.map(([name, value]) => `${name}: ${oneLine(value)}`).join('\n')}\n\n`,
    }
    this.told.push(told)
    if (this.told.length > REMEMBERED) this.told.shift()
    for (const client of this.clients) this.tell(client, told)
  }

  stop(): void {
    for (const client of [...this.clients]) {
      client.response.end()
      this.forget(client)
    }
  }

  /** Everything that is remembered, where the id is not: it is older, or from before a restart. */
  private after(id: string): Told[] {
    return this.told.slice(this.told.findIndex((told) => told.id === id) + 1)
  }

  private tell(client: Client, { detail, text }: Told): void {
    if (client.wants(detail)) this.send(client, text)
  }

  private send(client: Client, text: string): void {
    const { response } = client
    if (response.destroyed) return
    response.write(text)
    if (response.writableLength > BUFFER_BYTES) response.destroy()
  }

  private filterOf({ url = '/' }: IncomingMessage): Client['wants'] {
    const { searchParams } = new URL(url, 'http://local')
    const wanted = this.options.filterFields.flatMap((name) => {
      const value = searchParams.get(name)
      return value === null ? [] : [{ name, value }]
    })
    return (detail) => wanted.every(({ name, value }) => asText(detail[name]) === value)
  }

  private endAt({ response }: Client, time: number): NodeJS.Timeout {
    return setTimeout(() => response.end(), Math.min(Math.max(0, time - Date.now()), 2 ** 31 - 1))
  }

  private forget(client: Client): void {
    for (const timer of client.timers) clearTimeout(timer)
    this.clients.delete(client)
  }
}

const oneLine = (text: string | undefined): string => (text ?? '').replace(/[\r\n]+/g, ' ')
