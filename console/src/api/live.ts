import type { QueryClient } from '@tanstack/react-query'
import type { Client, Schemas } from './client.ts'
import { touchedBy } from './keys.ts'
import type { Session } from './session.ts'

type Event = Schemas['Event']

/** How the console learns of what happens. `away`: not at the moment. */
export type LiveState = 'streaming' | 'polling' | 'away'

const POLL_MILLISECONDS = 3_000
/** Events are told to the second, and not always in order: each answer reaches back into the one before. */
const OVERLAP_MILLISECONDS = 10_000
const REMEMBERED = 5_000
const RETRY_MILLISECONDS = [500, 1_000, 2_000, 5_000, 10_000]
/** Events come in bursts. */
const GATHER_MILLISECONDS = 200
/** After this, lists and figures show what an event is about. */
const SETTLED_MILLISECONDS = 1_200
/** A stream that says nothing for so long, not even a ping, is dead. */
const SILENCE_MILLISECONDS = 40_000

/**
 * The one place that follows events: as a stream where the platform streams, else by asking. Queries that an event is
 * about are made stale, so that what is on the screen is read again, and nothing else. Ends when `signal` says so.
 */
export class Live {
  private readonly session: Session
  private readonly client: Client
  private readonly queries: QueryClient
  private readonly tell: (state: LiveState) => void
  private readonly gathered = new Map<string, readonly unknown[]>()
  private gathering: ReturnType<typeof setTimeout> | undefined
  private readonly seen = new Set<string>()
  private lastId: string | undefined
  private since = Date.now()

  constructor(session: Session, client: Client, queries: QueryClient, tell: (state: LiveState) => void) {
    this.session = session
    this.client = client
    this.queries = queries
    this.tell = tell
  }

  async follow(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        const streamed = await this.stream(signal, () => {
          if (failures > 0) this.stale([[]])
          failures = 0
        })
        if (!streamed) await this.poll(signal)
      } catch {
        failures++
      }
      if (signal.aborted) return
      if (failures > 0) this.tell('away')
      await pause(RETRY_MILLISECONDS[Math.min(failures, RETRY_MILLISECONDS.length - 1)] ?? 0, signal)
    }
  }

  /** False where the platform does not stream. */
  private async stream(signal: AbortSignal, opened: () => void): Promise<boolean> {
    const watch = new AbortController()
    const headers = {
      accept: 'text/event-stream, application/json;q=0.5',
      ...(this.lastId === undefined ? {} : { 'last-event-id': this.lastId }),
    }
    const request = new Request(`${location.origin}/api/events?limit=1`, { headers })
    const response = await fetchStream(this.session, request, AbortSignal.any([signal, watch.signal]))
    if (response.ok && !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      await response.body?.cancel()
      return false
    }
    if (!response.ok || !response.body) throw new Error(`${response.status}`)
    opened()
    this.tell('streaming')
    await this.read(response.body, watch)
    return true
  }

  private async read(body: ReadableStream<Uint8Array>, watch: AbortController): Promise<void> {
    let silence = setTimeout(() => watch.abort(), SILENCE_MILLISECONDS)
    const reader = body
      .pipeThrough(new TextDecoderStream() as never)
      .getReader() as ReadableStreamDefaultReader<string>
    try {
      for (let rest = ''; ; ) {
        const { value, done } = await reader.read()
        if (done) return
        clearTimeout(silence)
        silence = setTimeout(() => watch.abort(), SILENCE_MILLISECONDS)
        const blocks = (rest + value).split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) this.take(dataOf(block))
      }
    } finally {
      clearTimeout(silence)
    }
  }

  /** Until a request fails, or the time has come to try for a stream again. */
  private async poll(signal: AbortSignal): Promise<void> {
    this.tell('polling')
    while (!signal.aborted) {
      await pause(POLL_MILLISECONDS, signal)
      if (document.hidden || signal.aborted) continue
      const { data, response } = await this.client.GET('/events', {
        params: { query: { since: new Date(this.since - OVERLAP_MILLISECONDS).toISOString(), limit: 100 } },
        signal,
      })
      if (!response.ok) throw new Error(`${response.status}`)
      for (const event of (data?.items ?? []).toReversed()) this.take(event)
    }
  }

  private take(event: Event | undefined): void {
    if (!event || this.seen.has(event.eventId)) return
    if (this.seen.size >= REMEMBERED) this.seen.clear()
    this.seen.add(event.eventId)
    this.lastId = event.eventId
    this.since = Math.max(this.since, Date.parse(event.at))
    const { now, soon } = touchedBy(event)
    this.gather(now)
    this.gather(soon)
    setTimeout(() => this.gather(soon), SETTLED_MILLISECONDS)
  }

  private gather(touched: (readonly unknown[])[]): void {
    for (const key of touched) this.gathered.set(JSON.stringify(key), key)
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined
      const stale = [...this.gathered.values()]
      this.gathered.clear()
      this.stale(stale)
    }, GATHER_MILLISECONDS)
  }

  private stale(touched: (readonly unknown[])[]): void {
    for (const queryKey of touched) void this.queries.invalidateQueries({ queryKey })
  }
}

/** Without the limit of time that other requests have. */
async function fetchStream(session: Session, request: Request, signal: AbortSignal): Promise<Response> {
  const token = await session.token()
  if (token === undefined) throw new Error('nobody is signed in')
  const headers = new Headers(request.headers)
  headers.set('authorization', `Bearer ${token}`)
  const response = await fetch(new Request(request, { headers, signal }))
  if (response.status === 401) await session.refused(token)
  return response
}

/** The data of one event of a stream (HTML Living Standard §9.2); none of a comment. */
function dataOf(block: string): Event | undefined {
  const data = block
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trimStart())
    .join('\n')
  return data === '' ? undefined : (JSON.parse(data) as Event)
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
