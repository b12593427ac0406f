import type { IncomingMessage, ServerResponse } from 'node:http'
import { asObject, asText, type JsonObject } from './json.ts'

/** Where events of the buses are to be had as they happen, and what is what in their detail. */
export interface EventStreamOptions {
  path: string
  /** The field that names an event, and the one that says its type. */
  idField: string
  typeField: string
  /** Fields by which a query may choose among them. */
  filterFields: string[]
  /**
   * The query that lists, at the same path, what came after the event of this id, in order; undefined where the id says
   * nothing. With some that came before it: what a client missed is told, and what it had may be told again.
   */
  since?: (id: string) => Record<string, string> | undefined
}

export interface ListPage {
  items: JsonObject[]
  cursor: string | undefined
}

export interface Opening {
  /** When the client has to go, in milliseconds since 1970. */
  endsAt?: number | undefined
  /** Reads the list at the same path, in the client's name; undefined where that is refused. */
  readList?: (query: URLSearchParams) => Promise<ListPage | undefined>
}

/** Events that a client gets again at once. Those before are read from the list. */
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
  /** By the query. */
  wanted: { name: string; value: string }[]
  timers: NodeJS.Timeout[]
  /** What is told while the client is still told what it missed. */
  waiting?: Told[] | undefined
}

/** As many as one page of a list may have. */
const PAGE = '200'

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

  /** Keeps the response open until the client goes, or its time comes. */
  open(request: IncomingMessage, response: ServerResponse, { endsAt, readList }: Opening = {}): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    response.socket?.setNoDelay(true)
    const client: Client = { response, wanted: this.wantedBy(request), timers: [] }
    client.timers.push(setInterval(() => this.send(client, ': ping\n\n'), PING_MILLISECONDS))
    if (endsAt !== undefined) client.timers.push(this.endAt(client, endsAt))
    response.on('close', () => this.forget(client))
    response.on('error', () => response.destroy())
    this.clients.add(client)
    this.send(client, 'retry: 1000\n\n')
    const lastId = request.headers['last-event-id']
    if (typeof lastId === 'string') this.catchUp(client, lastId, readList)
  }

  publish({ 'detail-type': type, detail: content }: JsonObject): void {
    const detail = asObject(content)
    const told = { id: this.idOf(detail), detail, text: this.textOf(asText(type), detail) }
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

  /** Tells what came after an event; where it is neither remembered nor says its time, everything that is remembered. */
  private catchUp(client: Client, lastId: string, readList: Opening['readList']): void {
    const place = this.told.findIndex(({ id }) => id === lastId)
    const since = place < 0 ? this.options.since?.(lastId) : undefined
    if (!since || !readList) {
      for (const told of this.told.slice(place + 1)) this.tell(client, told)
      return
    }
    client.waiting = [...this.told]
    // Who is let go comes again with the last id it had.
    this.tellListed(client, since, readList).catch(() => client.response.destroy())
  }

  private async tellListed(
    client: Client,
    since: Record<string, string>,
    readList: NonNullable<Opening['readList']>,
  ): Promise<void> {
    const { response, wanted } = client
    const filter = Object.fromEntries(wanted.map(({ name, value }) => [name, value]))
    const told = new Set<string>()
    let cursor: string | undefined
    do {
      const further = cursor === undefined ? {} : { cursor }
      const page = await readList(new URLSearchParams({ ...filter, ...since, ...further, limit: PAGE }))
      if (!page || response.destroyed) return void response.destroy()
      for (const detail of page.items) {
        told.add(this.idOf(detail))
        await this.sendPatiently(client, this.textOf(asText(detail[this.options.typeField]), detail))
      }
      cursor = page.cursor
    } while (cursor !== undefined)
    const { waiting = [] } = client
    client.waiting = undefined
    for (const each of waiting) if (!told.has(each.id)) this.tell(client, each)
  }

  private tell(client: Client, told: Told): void {
    if (client.waiting) client.waiting.push(told)
    else if (client.wanted.every(({ name, value }) => asText(told.detail[name]) === value))
      this.send(client, told.text)
  }

  private idOf(detail: JsonObject): string {
    return asText(detail[this.options.idField]) ?? ''
  }

  private textOf(type: string | undefined, detail: JsonObject): string {
    const lines = [
      ['id', this.idOf(detail)],
      ['event', type ?? ''],
      ['data', JSON.stringify(detail)],
    ]
    return `${lines.map(([name, value]) => `${name}: ${oneLine(value)}`).join('\n')}\n\n`
  }

  private send(client: Client, text: string): void {
    const { response } = client
    if (response.destroyed) return
    response.write(text)
    if (response.writableLength > BUFFER_BYTES) response.destroy()
  }

  /** As fast as the client takes it. */
  private async sendPatiently({ response }: Client, text: string): Promise<void> {
    if (response.destroyed || response.write(text)) return
    await new Promise<void>((resolve) => {
      response.once('drain', resolve).once('close', resolve)
    })
  }

  private wantedBy({ url = '/' }: IncomingMessage): Client['wanted'] {
    const { searchParams } = new URL(url, 'http://local')
    return this.options.filterFields.flatMap((name) => {
      const value = searchParams.get(name)
      return value === null ? [] : [{ name, value }]
    })
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
