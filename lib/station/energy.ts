import { type Connector, isFull, remainingWh } from './connector.ts'
import { type Profiles, type Starts, share } from './profiles.ts'
import { Alarm, type Time } from './time.ts'

const MS_PER_HOUR = 3_600_000

export interface EnergyOptions {
  time: Time
  connectors: readonly Connector[]
  profiles: Profiles
  /** Of one connector. */
  maxWatts: number
  /** A limit has changed by itself, or a battery is full. */
  onChange(): void
}

/**
 * The energy that flows: power over time, exactly, through every change of a limit. Call `settle` before anything
 * changes that power depends on, and again after it.
 */
export class Energy {
  readonly #options: EnergyOptions
  readonly #next: Alarm
  #settledAt: number

  constructor(options: EnergyOptions) {
    this.#options = options
    this.#next = new Alarm(options.time)
    this.#settledAt = options.time.now()
  }

  settle(): void {
    const now = this.#options.time.now()
    let at = this.#settledAt
    while (at < now) {
      this.#allocate(at)
      const until = Math.min(now, this.#nextChange(at))
      for (const connector of this.#charging()) flow(connector, until - at)
      at = until
    }
    this.#settledAt = now
    this.#allocate(now)
    this.#wakeUp(this.#nextChange(now) - now)
  }

  /** When each running transaction began: what relative schedules count from. */
  starts(): Starts {
    return new Map(this.#charging().map(({ id, transaction }) => [id, transaction?.startedAt ?? 0]))
  }

  /** In the order in which they came: the first is the last to go without. */
  #charging(): Connector[] {
    return this.#options.connectors
      .filter(({ transaction }) => transaction)
      .toSorted((a, b) => (a.transaction?.startedAt ?? 0) - (b.transaction?.startedAt ?? 0))
  }

  #allocate(at: number): void {
    const { connectors, profiles, maxWatts } = this.#options
    const starts = this.starts()
    const station = profiles.stationLimit(at)
    const charging = this.#charging()
    const wishes = charging.map((connector) => {
      const limit = profiles.limitOf(connector.id, at, starts)
      const isOffered = connector.transaction?.isAuthorized && !connector.fault
      const offered = isOffered ? Math.min(maxWatts, limit?.watts ?? maxWatts) : 0
      const takes = connector.isPlugged && !isFull(connector)
      const least = Math.max(limit?.leastWatts ?? 0, station?.leastWatts ?? 0)
      return { offered, wants: takes ? offered : 0, least }
    })
    const given = share(station?.watts ?? Number.POSITIVE_INFINITY, wishes)
    for (const connector of connectors) {
      const index = charging.indexOf(connector)
      const wish = wishes[index]
      connector.powerW = given[index] ?? 0
      connector.offeredW = wish && wish.wants === 0 ? wish.offered : connector.powerW
    }
  }

  #nextChange(at: number): number {
    const charging = this.#charging()
    if (charging.length === 0) return Number.POSITIVE_INFINITY
    const full = charging
      .filter(({ powerW }) => powerW > 0)
      .map(
        ({ battery, powerW }) => at + Math.max(1, Math.ceil((remainingWh(battery) / powerW) * MS_PER_HOUR)),
      )
    return Math.min(this.#options.profiles.nextChange(at, this.starts()), ...full)
  }

  #wakeUp(ms: number): void {
    if (ms === Number.POSITIVE_INFINITY) this.#next.clear()
    else this.#next.set(ms, this.#options.onChange)
  }
}

function flow(connector: Connector, ms: number): void {
  const drawn = Math.min((connector.powerW * ms) / MS_PER_HOUR, remainingWh(connector.battery))
  connector.registerWh += drawn
  connector.battery.levelWh += drawn
}
