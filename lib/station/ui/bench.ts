import { withoutSecrets } from '../log.ts'
import type { LoggedFrame, StationEvent } from '../station.ts'
import type { ActInput, DecisionInput, SettingsInput } from './input.ts'
import { type Extras, Post } from './post.ts'
import type { LogEntry, Outcome, StationView } from './protocol.ts'

export interface BenchListener {
  onStations(stations: StationView[]): void
  onLog(entries: LogEntry[]): void
}

const MOST_STATIONS = 50
/** Of all stations together: what a page that is opened later still sees. */
const KEPT_ENTRIES = 2000
/** Changes come in bursts; while a car charges, its figures move all the time. */
const TELL_MS = 150
const TICK_MS = 1000

const TYPES = {
  Call: 'REQ',
  CallResult: 'CONF',
  CallError: 'ERR',
  BrokenCall: 'REQ',
  Unreadable: '???',
} as const

/** The stations of the page, and what it is told of them. */
export class Bench {
  readonly #posts = new Map<string, Post>()
  readonly #listeners = new Set<BenchListener>()
  readonly #log: LogEntry[] = []
  readonly #extras: Extras
  readonly #ticking: NodeJS.Timeout
  #untold: LogEntry[] = []
  #telling: NodeJS.Timeout | undefined
  #number = 0
  #keys = 0

  constructor(extras: Extras) {
    this.#extras = extras
    this.#ticking = setInterval(() => {
      if ([...this.#posts.values()].some((post) => post.isCharging)) this.#changed()
    }, TICK_MS)
  }

  /** All there is, and from then on what is new; the function returned ends it. */
  listen(listener: BenchListener): () => void {
    this.#tell()
    listener.onStations(this.#views())
    listener.onLog(this.#log)
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  add(settings: SettingsInput): Outcome {
    if (this.#posts.size >= MOST_STATIONS) return refused(`there are ${MOST_STATIONS} stations already`)
    const taken = this.#taken(settings)
    if (taken) return refused(taken)
    this.#keys += 1
    const key = String(this.#keys)
    const post = new Post(key, settings, this.#extras, {
      onFrame: (frame) => this.#frame(key, frame),
      onEvent: (event) => this.#event(key, event),
      onChange: () => this.#changed(),
    })
    this.#posts.set(key, post)
    this.#changed()
    return { ok: true, text: `${settings.id} is there`, key }
  }

  replace(key: string, settings: SettingsInput): Outcome {
    const post = this.#posts.get(key)
    if (!post) return refused('there is no such station')
    const taken = this.#taken(settings, key)
    if (taken) return refused(taken)
    post.replace(settings)
    this.#changed()
    return { ok: true, text: `${settings.id} connects anew`, key }
  }

  remove(key: string): Outcome {
    const post = this.#posts.get(key)
    if (!post) return refused('there is no such station')
    this.#posts.delete(key)
    post.close()
    this.#changed()
    return { ok: true, text: 'The station is gone' }
  }

  async act(key: string, act: ActInput): Promise<Outcome> {
    const post = this.#posts.get(key)
    if (!post) return refused('there is no such station')
    try {
      return { ok: true, text: await post.act(act) }
    } catch (error) {
      return refused((error as Error).message)
    } finally {
      this.#changed()
    }
  }

  decide(key: string, messageId: string, decision: DecisionInput): Outcome {
    const isDone = this.#posts.get(key)?.decide(messageId, decision) ?? false
    return isDone ? { ok: true, text: 'Answered' } : refused('that request waits no longer')
  }

  /** Stops what is running as far as it can be told, and switches every station off. */
  async close(graceMs: number): Promise<void> {
    const running = [...this.#posts.values()].flatMap((post) =>
      post
        .view()
        .status.connectors.filter(({ transaction }) => transaction)
        .map(({ connectorId }) => post.act({ what: 'stop', connectorId }).catch(() => '')),
    )
    const grace = new Promise((resolve) => setTimeout(resolve, graceMs).unref())
    await Promise.race([Promise.all(running), grace])
    clearInterval(this.#ticking)
    clearTimeout(this.#telling)
    this.#listeners.clear()
    for (const post of this.#posts.values()) post.close()
    this.#posts.clear()
  }

  /** Two with the same identity would throw each other out of the central system. */
  #taken({ id, url }: SettingsInput, except?: string): string | undefined {
    const isTaken = this.#views().some(
      ({ key, settings }) => key !== except && settings.id === id && settings.url === url,
    )
    return isTaken ? `${id} is there already` : undefined
  }

  #views(): StationView[] {
    return [...this.#posts.values()].map((post) => post.view())
  }

  #frame(key: string, logged: LoggedFrame): void {
    const { at, direction, frame, action } = logged
    this.#enter({
      ...{ key, at, direction, type: TYPES[frame.kind], text: withoutSecrets(logged) },
      ...(action ? { action } : {}),
      ...('messageId' in frame ? { messageId: String(frame.messageId) } : {}),
    })
  }

  #event(key: string, { at, text }: StationEvent): void {
    this.#enter({ key, at, type: 'INFO', text })
  }

  #enter(entry: Omit<LogEntry, 'number'>): void {
    this.#number += 1
    const numbered = { ...entry, number: this.#number }
    this.#untold.push(numbered)
    this.#log.push(numbered)
    if (this.#log.length > KEPT_ENTRIES) this.#log.shift()
    this.#changed()
  }

  #changed(): void {
    this.#telling ??= setTimeout(() => this.#tell(), TELL_MS)
  }

  #tell(): void {
    clearTimeout(this.#telling)
    this.#telling = undefined
    const entries = this.#untold
    this.#untold = []
    const stations = this.#listeners.size > 0 ? this.#views() : []
    for (const listener of this.#listeners) {
      listener.onStations(stations)
      if (entries.length > 0) listener.onLog(entries)
    }
  }
}

function refused(text: string): Outcome {
  return { ok: false, text }
}
