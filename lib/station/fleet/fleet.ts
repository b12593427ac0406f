import { type ChargeOptions, chargeOnce } from '../journey.ts'
import { Station, type StationOptions } from '../station.ts'
import type { Time } from '../time.ts'
import { Figures } from './figures.ts'
import type { FleetReport, Progress } from './report.ts'

export interface FleetOptions {
  count: number
  /** Of the station with this number, counted from 1. */
  stationOptions(number: number): StationOptions
  idTagOf(number: number): string
  /** Stations per second that connect. */
  connectRate: number
  charging?: {
    /** Transactions per second of the whole fleet. */
    startRate: number
    /** Of the station's time; each takes half as long to half as long again. */
    durationMs: number
    /** Each station charges once, and that is the end. */
    once: boolean
    patienceMs: number
  }
  /** The stations' time, for charging. */
  time: Time
  /** Real time, for connecting and starting. */
  wireTime: Time
  random(): number
}

const FAREWELL_MS = 20_000
/** Transactions per second that are stopped at the end. */
const FAREWELL_RATE = 200

/** Thousands of stations in one process: they come one after the other, and start transactions at an even pace. */
export class Fleet {
  readonly #options: FleetOptions
  readonly #figures = new Figures()
  readonly #stations: Station[] = []
  readonly #registers: number[] = []
  readonly #startedAt: number
  readonly #timers = new Set<() => void>()
  #idle: number[] = []
  #busy = 0
  #begun = 0
  #isOver = false
  #finish = () => {}
  /** Once every station has charged, where each charges once. */
  readonly finished: Promise<void>

  constructor(options: FleetOptions) {
    this.#options = options
    this.#startedAt = options.wireTime.now()
    this.finished = new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  start(): void {
    this.#connectNext(1)
    if (this.#options.charging) this.#startNext()
  }

  progress(): Progress {
    const { frames, p50, p95 } = this.#figures.recent()
    const connected = this.#stations.filter((station) => station.isOnline).length
    return {
      seconds: this.#seconds(),
      count: this.#options.count,
      ...{ connected, charging: this.#busy, frames, p50, p95 },
      errors: this.#figures.errorCount,
      resends: this.#sum(({ resent }) => resent),
    }
  }

  /** Ends what is running, and switches all off. */
  async end(): Promise<FleetReport> {
    this.#isOver = true
    for (const cancel of this.#timers) cancel()
    await this.#farewell()
    const report = this.#report()
    for (const station of this.#stations) station.close()
    return report
  }

  /** One after the other, each a little earlier or later than its turn. */
  #connectNext(number: number): void {
    const { count, connectRate, random } = this.#options
    if (number > count || this.#isOver) return
    const station = this.#newStation(number)
    void station.connect()
    void station.accepted().then((isAccepted) => {
      if (isAccepted) this.#idle.push(number)
    })
    this.#after((1000 / connectRate) * (0.5 + random()), () => this.#connectNext(number + 1))
  }

  #newStation(number: number): Station {
    const { stationOptions } = this.#options
    const options = stationOptions(number)
    const listen = this.#figures.listener()
    const station = new Station({
      ...options,
      onFrame: (frame) => {
        listen(frame)
        options.onFrame?.(frame)
      },
      onEvent: (event) => {
        this.#figures.event(event)
        options.onEvent?.(event)
      },
    })
    this.#stations.push(station)
    this.#registers.push(registersOf(station))
    return station
  }

  #startNext(): void {
    const { charging, random, count } = this.#options
    if (!charging || this.#isOver || (charging.once && this.#begun >= count)) return
    this.#after((1000 / charging.startRate) * (0.5 + random()), () => this.#startNext())
    const index = Math.floor(random() * this.#idle.length)
    const number = this.#idle[index]
    if (number === undefined) return
    this.#idle[index] = this.#idle.at(-1) ?? number
    this.#idle.pop()
    this.#begun += 1
    void this.#charge(number, charging)
  }

  async #charge(number: number, { durationMs, once, patienceMs }: NonNullable<FleetOptions['charging']>) {
    const { idTagOf, time, wireTime, random, count } = this.#options
    const station = this.#stations[number - 1]
    if (!station) return
    this.#busy += 1
    const options: ChargeOptions = {
      ...{ time, wireTime, idTag: idTagOf(number), patienceMs },
      durationMs: durationMs * (0.5 + random()),
      isCalledOff: () => this.#isOver,
    }
    const trouble = await chargeOnce(station, options).catch((error: Error) => error.message)
    this.#busy -= 1
    // One kind, whosever tag it is.
    const kind = trouble?.replaceAll(options.idTag, 'its tag')
    if (kind && !this.#isOver) this.#figures.error(`charging: ${kind}`)
    if (!once) this.#idle.push(number)
    else if (this.#begun >= count && this.#busy === 0) this.#finish()
  }

  async #farewell(): Promise<void> {
    const { wireTime } = this.#options
    const charging = this.#stations.filter((station) => station.isOnline && runningOn(station).length > 0)
    const stopping: Promise<unknown>[] = []
    for (const station of charging) {
      for (const connector of runningOn(station)) stopping.push(station.stop(connector).catch(() => {}))
      await new Promise<void>((resolve) => void wireTime.after(1000 / FAREWELL_RATE, resolve))
    }
    const late = new Promise<void>((resolve) => this.#after(FAREWELL_MS, resolve))
    await Promise.race([Promise.all(stopping), late])
    for (const cancel of this.#timers) cancel()
  }

  #report(): FleetReport {
    const energyWh = this.#stations.reduce(
      (sum, station, index) => sum + registersOf(station) - (this.#registers[index] ?? 0),
      0,
    )
    const { frames, transactionsStarted, transactionsStopped, errors } = this.#figures
    const timedOut = this.#sum((calls) => calls.timedOut)
    const queued = this.#stations.reduce((sum, station) => sum + station.status().queued, 0)
    return {
      seconds: this.#seconds(),
      stations: this.#stations.length,
      connected: this.#stations.filter((station) => station.isOnline).length,
      ...{ frames, transactionsStarted, transactionsStopped, energyWh, queued },
      resends: this.#sum(({ resent }) => resent),
      errors: { ...errors, ...(timedOut > 0 ? { 'no answer in time': timedOut } : {}) },
      actions: this.#figures.byAction(),
      megabytes: process.memoryUsage().rss / 1e6,
    }
  }

  #sum(figure: (calls: Station['calls']) => number): number {
    return this.#stations.reduce((sum, station) => sum + figure(station.calls), 0)
  }

  #seconds(): number {
    return (this.#options.wireTime.now() - this.#startedAt) / 1000
  }

  #after(ms: number, run: () => void): void {
    const cancel = this.#options.wireTime.after(ms, () => {
      this.#timers.delete(cancel)
      run()
    })
    this.#timers.add(cancel)
  }
}

function runningOn(station: Station): number[] {
  return station
    .status()
    .connectors.filter(({ transaction }) => transaction)
    .map(({ connectorId }) => connectorId)
}

function registersOf(station: Station): number {
  return station.status().connectors.reduce((sum, { registerWh }) => sum + registerWh, 0)
}
