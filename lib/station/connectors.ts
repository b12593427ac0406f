import type { Configuration } from './configuration.ts'
import { type Car, type Connector, newConnector, stateOf } from './connector.ts'
import { Energy } from './energy.ts'
import type { Fault } from './faults.ts'
import type { ConnectorState, Send, StopReason } from './messages.ts'
import type { Profiles } from './profiles.ts'
import type { Bearer, Reservations } from './reservations.ts'
import { Statuses } from './statuses.ts'
import type { Time } from './time.ts'

export interface ConnectorsOptions {
  time: Time
  random(): number
  configuration: Configuration
  reservations: Reservations
  profiles: Profiles
  send: Send
  isOnline(): boolean
  count: number
  maxWatts: number
  /** Ends the transaction that runs on the connector, if one does. */
  stop(connector: Connector, reason: StopReason, info?: string): void
}

/** A car arrives with a fifth to three fifths of its battery charged. */
const LEAST_CHARGED = 0.2
const CHARGED_SPREAD = 0.4
/** Meters have run before. */
const LARGEST_FIRST_REGISTER_WH = 100_000

/** The connectors and what happens to them: cables, energy, faults, availability. */
export class Connectors {
  /** Connector 0, the main controller, comes first. */
  readonly all: readonly Connector[]
  readonly statuses: Statuses
  readonly energy: Energy
  readonly #options: ConnectorsOptions

  constructor(options: ConnectorsOptions) {
    this.#options = options
    const { random, time, profiles, maxWatts } = options
    this.all = Array.from({ length: options.count + 1 }, (_, id) =>
      newConnector(id, Math.floor(random() * LARGEST_FIRST_REGISTER_WH)),
    )
    this.statuses = new Statuses({ ...options, connectors: this.all })
    this.energy = new Energy({
      time,
      connectors: this.all,
      profiles,
      maxWatts,
      onChange: () => this.refresh(),
    })
  }

  has(id: number): boolean {
    return this.all[id] !== undefined
  }

  /** One with a cable; connector 0 is none of them. */
  get(id: number): Connector {
    const connector = id === 0 ? undefined : this.all[id]
    if (!connector) throw new Error(`there is no connector ${id}`)
    return connector
  }

  /** Brings the meters up to date and tells of what has changed. */
  refresh(info?: string): void {
    this.energy.settle()
    this.statuses.tellChanges(info)
  }

  /** The states of all connectors, reservations left aside. */
  states(): Map<number, ConnectorState> {
    return new Map(this.all.map((connector) => [connector.id, stateOf(connector)]))
  }

  plug(id: number): void {
    const connector = this.get(id)
    if (connector.isPlugged) return
    this.energy.settle()
    const { battery } = connector
    // In a transaction it is the same car again.
    if (!connector.transaction) {
      battery.levelWh = battery.capacityWh * (LEAST_CHARGED + CHARGED_SPREAD * this.#options.random())
    }
    connector.isPlugged = true
    this.refresh()
  }

  car(id: number, { batteryKwh, socPercent, demandKw }: Car): void {
    const connector = this.get(id)
    this.energy.settle()
    const { battery } = connector
    const level = socPercent === undefined ? battery.levelWh / battery.capacityWh : socPercent / 100
    if (batteryKwh !== undefined) battery.capacityWh = batteryKwh * 1000
    battery.levelWh = battery.capacityWh * level
    if (demandKw !== undefined) connector.demandW = demandKw === null ? undefined : demandKw * 1000
    this.refresh()
  }

  holdBack(id: number, isHeldBack: boolean): void {
    const connector = this.get(id)
    this.energy.settle()
    connector.isHeldBack = isHeldBack
    this.refresh()
  }

  /** §4.9 and §4.10: what becomes of a running transaction is for StopTransactionOnEVSideDisconnect to say. */
  unplug(id: number): void {
    const connector = this.get(id)
    this.energy.settle()
    if (this.#options.configuration.flag('StopTransactionOnEVSideDisconnect')) {
      this.#options.stop(connector, 'EVDisconnected', 'EV side disconnected')
    }
    connector.isPlugged = false
    connector.isFinishing = false
    connector.demandW = undefined
    connector.isHeldBack = false
    this.refresh(connector.transaction ? 'EV side disconnected' : undefined)
  }

  /** A fault ends what goes on at the connector, at connector 0 everywhere; `undefined` is its repair. */
  fault(id: number, fault: Fault | undefined): void {
    const connector = this.all[id]
    if (!connector) throw new Error(`there is no connector ${id}`)
    this.energy.settle()
    connector.fault = fault
    if (fault) {
      for (const each of this.all) if (id === 0 || each === connector) this.#options.stop(each, 'Other')
      this.#options.reservations.endOn(id)
    }
    this.refresh()
  }

  /** Why no transaction can start there for this bearer now; `undefined`: it can. */
  obstacle(id: number, bearer: Bearer): string | undefined {
    const states = this.states()
    const state = id > 0 ? states.get(id) : undefined
    if (!state) return `there is no connector ${id}`
    const station = states.get(0)
    if (station !== 'Available') return `the station is ${station}`
    if (!['Available', 'Preparing', 'Finishing'].includes(state)) return `connector ${id} is ${state}`
    if (!this.get(id).isOperative) return `connector ${id} is about to be Unavailable`
    const isAdmitted = this.#options.reservations.admits(bearer, id, states)
    return isAdmitted ? undefined : `connector ${id} is reserved for somebody else`
  }

  /** §5.2; connector 0 stands for all of them, and is busy as long as one of them is. */
  changeAvailability(id: number, type: 'Operative' | 'Inoperative'): 'Accepted' | 'Rejected' | 'Scheduled' {
    const concerned = id === 0 ? this.all : this.all.filter((each) => each.id === id)
    if (concerned.length === 0) return 'Rejected'
    for (const connector of concerned) {
      const isThereAlready = connector.isOperative === (type === 'Operative')
      connector.scheduled = isThereAlready ? undefined : type
    }
    this.applyScheduled()
    return concerned.some(({ scheduled }) => scheduled) ? 'Scheduled' : 'Accepted'
  }

  /** The changes of availability that need wait for no transaction any more. */
  applyScheduled(): void {
    const isAnyBusy = this.all.some(({ transaction }) => transaction)
    for (const connector of this.all) {
      const isBusy = connector.id === 0 ? isAnyBusy : connector.transaction !== undefined
      if (!connector.scheduled || isBusy) continue
      connector.isOperative = connector.scheduled === 'Operative'
      connector.scheduled = undefined
      if (!connector.isOperative) this.#options.reservations.endOn(connector.id)
    }
  }
}
