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
/** The lock of the tab that follows events, and the channel on which it tells the others. */
const TABS = 'busbar-events'

/** What tabs tell each other. `asked`: one that is new wants to know the state. */
type Told = { event: Event } | { state: LiveState } | { asked: true }

/**
 * The one place that follows events: as a stream where the platform streams, else by asking. Queries that an event is
 * about are made stale, so that what is on the screen is read again, and nothing else. Ends when `signal` says so.
 *
 * One tab follows for all of a browser, which has but few connections to one host (six by HTTP/1.1): one that is on the
 * screen, as timers of the others hardly run. When it is hidden or closed, another goes on after the last event.
 */
export class Live {
  private readonly session: Session
  private readonly client: Client
  private readonly queries: QueryClient
  private readonly show: (state: LiveState) => void
  private readonly tabs = new BroadcastChannel(TABS)
  private state: LiveState = 'streaming'
  private leads = false
  private readonly gathered = new Map<string, readonly unknown[]>()
  private gathering: ReturnType<typeof setTimeout> | undefined
  private readonly seen = new Set<string>()
  private lastId: string | undefined
  private since = Date.now()

  constructor(session: Session, client: Client, queries: QueryClient, show: (state: LiveState) => void) {
    this.session = session
    this.client = client
    this.queries = queries
    this.show = show
  }

  async follow(signal: AbortSignal): Promise<void> {
    this.tabs.onmessage = ({ data }: MessageEvent<Told>) => this.hear(data)
    signal.addEventListener('abort', () => {
      this.tabs.onmessage = null
    })
    this.post({ asked: true })
    while (!signal.aborted) {
      const shown = await whileShown(signal)
      await navigator.locks
        .request(TABS, { signal: shown }, () => this.lead(shown))
        .catch((error) => {
          if (!shown.aborted) throw error
        })
    }
  }

  private hear(told: Told): void {
    if ('event' in told) this.take(told.event)
    else if ('state' in told) this.become(told.state)
    else if (this.leads) this.post({ state: this.state })
  }

  private post(told: Told): void {
    this.tabs.postMessage(told)
  }

  private tell(state: LiveState): void {
    this.post({ state })
    this.become(state)
  }

  private become(state: LiveState): void {
    if (this.state === 'away' && state !== 'away') this.stale([[]])
    this.state = state
    this.show(state)
  }

  private async lead(signal: AbortSignal): Promise<void> {
    this.leads = true
    await this.connect(signal)
    this.leads = false
  }

  private async connect(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        const streamed = await this.stream(signal, () => {
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
        for (const block of blocks) this.find(dataOf(block))
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
      if (signal.aborted) return
      const { data, response } = await this.client.GET('/events', {
        params: { query: { since: new Date(this.since - OVERLAP_MILLISECONDS).toISOString(), limit: 100 } },
        signal,
      })
      if (!response.ok) throw new Error(`${response.status}`)
      for (const event of (data?.items ?? []).toReversed()) this.find(event)
    }
  }

  private find(event: Event | undefined): void {
    if (!event || this.seen.has(event.eventId)) return
    this.post({ event })
    this.take(event)
  }

  private take(event: Event): void {
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

/** Waits until this tab is on the screen. The signal says when it is not any more, or all is over. */
async function whileShown(ended: AbortSignal): Promise<AbortSignal> {
  const changed = () => {
    const change = new AbortController()
    document.addEventListener('visibilitychange', () => change.abort(), { once: true })
    return AbortSignal.any([ended, change.signal])
  }
  while (document.hidden && !ended.aborted) await ending(changed())
  return changed()
}

const ending = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve())
  })

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
