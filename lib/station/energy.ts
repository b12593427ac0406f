import { type Connector, remainingWh, takesEnergy } from './connector.ts'
import { type Profiles, type Starts, share, type Wish } from './profiles.ts'
import { Alarm, type Time } from './time.ts'

const MS_PER_HOUR = 3_600_000
/** Whoever goes without waits no longer than this for those before them. */
const TURN_MS = 15 * 60_000

export interface EnergyOptions {
  time: Time
  connectors: readonly Connector[]
  profiles: Profiles
  /** Of one connector. */
  maxWatts: number
  /** A limit has changed by itself, a turn is over, or a battery is full. */
  onChange(): void
}

/**
 * The energy that flows: power over time, exactly, through every change of a limit. Call `settle` before anything
 * changes that power depends on, and again after it. Where a limit of the station is too low for all, they take turns.
 */
export class Energy {
  readonly #options: EnergyOptions
  readonly #next: Alarm
  #settledAt: number
  /** Who comes first when there is not enough for all. */
  #row: Connector[] = []
  /** Who would take what the others are given. */
  #waiting: Connector[] = []
  /** While somebody waits. */
  #turnEndsAt = Number.POSITIVE_INFINITY

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
      for (const connector of this.#row) flow(connector, until - at)
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

  #charging(): Connector[] {
    return this.#options.connectors.filter(({ transaction }) => transaction)
  }

  /** Newcomers stand behind the others, in the order in which they came. */
  #lineUp(): void {
    const charging = this.#charging()
    const newcomers = charging
      .filter((connector) => !this.#row.includes(connector))
      .sort((a, b) => (a.transaction?.startedAt ?? 0) - (b.transaction?.startedAt ?? 0))
    this.#row = [...this.#row.filter((connector) => charging.includes(connector)), ...newcomers]
  }

  #allocate(at: number): void {
    const { connectors, profiles } = this.#options
    this.#lineUp()
    if (at >= this.#turnEndsAt) this.#nextTurn()
    const station = profiles.stationLimit(at)
    const wishes = this.#row.map((connector) => this.#wishOf(connector, at, station.leastWatts))
    const given = share(station.watts, wishes)
    for (const connector of connectors) {
      const index = this.#row.indexOf(connector)
      const wish = wishes[index]
      connector.powerW = given[index] ?? 0
      connector.offeredW = wish && wish.wants === 0 ? wish.offered : connector.powerW
    }
    this.#waiting = this.#row.filter((_, index) => given[index] === 0 && (wishes[index]?.wants ?? 0) > 0)
    // A limit of nothing is for everybody: a turn would change nothing.
    const takesTurns = this.#waiting.length > 0 && given.some((watts) => watts > 0)
    if (!takesTurns) this.#turnEndsAt = Number.POSITIVE_INFINITY
    else if (this.#turnEndsAt === Number.POSITIVE_INFINITY) this.#turnEndsAt = at + TURN_MS
  }

  #wishOf(connector: Connector, at: number, leastOfStation: number): Wish & { offered: number } {
    const { profiles, maxWatts } = this.#options
    const limit = profiles.limitOf(connector.id, at, this.starts())
    const isOffered = connector.transaction?.isAuthorized && !connector.fault && !connector.isHeldBack
    const offered = isOffered ? Math.min(maxWatts, limit?.watts ?? maxWatts) : 0
    const wants = takesEnergy(connector) ? Math.min(offered, connector.demandW ?? offered) : 0
    return { offered, wants, least: Math.max(limit?.leastWatts ?? 0, leastOfStation) }
  }

  #nextTurn(): void {
    const waiting = this.#waiting
    this.#row = [...waiting, ...this.#row.filter((connector) => !waiting.includes(connector))]
    this.#turnEndsAt = Number.POSITIVE_INFINITY
  }

  #nextChange(at: number): number {
    if (this.#row.length === 0) return Number.POSITIVE_INFINITY
    const full = this.#row
      .filter(({ powerW }) => powerW > 0)
      .map(
        ({ battery, powerW }) => at + Math.max(1, Math.ceil((remainingWh(battery) / powerW) * MS_PER_HOUR)),
      )
    return Math.min(this.#options.profiles.nextChange(at, this.starts()), this.#turnEndsAt, ...full)
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
