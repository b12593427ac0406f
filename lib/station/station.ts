import { type Car, type Connector, readingOf, type Transaction } from './connector.ts'
import type { Fault } from './faults.ts'
import { type HandshakeOutcome, type HandshakeTrial, tryHandshake } from './handshake.ts'
import { Machine } from './machine.ts'
import {
  CallFailed,
  type ConnectorState,
  type IdTagInfo,
  type Payload,
  type RegistrationStatus,
  type StopReason,
} from './messages.ts'
import { wattHours } from './meter.ts'
import { type StationOptions, settingsOf } from './options.ts'
import type { CallCounts } from './rpc.ts'
import type { SecurityProfile } from './security.ts'
import type { StartOutcome, StopOutcome } from './transactions.ts'

export type { Car } from './connector.ts'
export type { CentralSystemRequest, StationEvent, StationOptions } from './options.ts'
export type { CallCounts, LoggedFrame } from './rpc.ts'
export type { StartOutcome, StopOutcome } from './transactions.ts'
export type { ConnectorState, Fault, IdTagInfo, RegistrationStatus, StopReason }
export { CallFailed }

export interface ConnectorStatus {
  connectorId: number
  status: ConnectorState
  isPlugged: boolean
  /** Without an id as long as StartTransaction was not answered. */
  transaction?: { transactionId?: number; idTag: string; energyWh: number }
  registerWh: number
  powerW: number
  /** In percent, while a car is plugged in. */
  stateOfCharge?: number
}

export interface StationStatus {
  id: string
  connection: 'open' | 'connecting' | 'closed'
  /** Why there is no connection, or why the last one was lost. */
  trouble?: string
  /** `None`: no answer to BootNotification since the station was switched on. */
  registration: RegistrationStatus | 'None'
  /** The one it connects with. */
  securityProfile: SecurityProfile
  /** From 1 on. */
  connectors: ConnectorStatus[]
  /** Transaction-related messages that are not answered yet. */
  queued: number
  calls: CallCounts
}

/**
 * A charge point, simulated: it connects, boots, keeps its heartbeat, answers the central system and, where the
 * methods below stand for the people in front of it, charges cars.
 */
export class Station {
  readonly id: string
  readonly #machine: Machine
  readonly #opened = new Waiters()
  readonly #accepted = new Waiters()
  readonly #ended = new Waiters()

  constructor(options: StationOptions) {
    const settings = settingsOf(options)
    this.id = settings.id
    this.#machine = new Machine(settings, {
      onOpen: () => this.#opened.tell(true),
      onAccepted: () => this.#accepted.tell(true),
      onEnd: () => this.#ended.tell(true),
    })
  }

  /** Connects, and keeps connecting; boots by itself. True once the connection is open, false if `close` came first. */
  connect(): Promise<boolean> {
    const { connection } = this.#machine
    if (connection.state === 'open') return Promise.resolve(true)
    const opened = this.#opened.wait()
    connection.open()
    return opened
  }

  /** True once the central system has accepted the station, false if `close` came first. */
  accepted(): Promise<boolean> {
    return this.#machine.registration.status === 'Accepted' ? Promise.resolve(true) : this.#accepted.wait()
  }

  /** Sends BootNotification now; `undefined` if it was not answered. */
  boot(): Promise<RegistrationStatus | undefined> {
    return this.#machine.registration.boot()
  }

  /** Sends Heartbeat now. True if it was answered. */
  heartbeat(): Promise<boolean> {
    return this.#machine.registration.heartbeat()
  }

  /** Somebody presents a tag: the central system decides, or what the station knows while it is offline (§3.5). */
  authorize(idTag: string): Promise<IdTagInfo> {
    return this.#machine.authorization.authorize(idTag)
  }

  /** A cable is plugged in; a remote start that waited for it begins. */
  plug(connector: number): void {
    const { connectors, remoteStarts } = this.#machine
    connectors.plug(connector)
    remoteStarts.plugged(connectors.get(connector))
  }

  unplug(connector: number): void {
    this.#machine.connectors.unplug(connector)
  }

  /** Something breaks (connector 0: the station itself), or without a code is repaired. */
  fault(connector: number, code?: Fault): void {
    this.#machine.connectors.fault(connector, code)
  }

  /**
   * Starts a transaction, without asking for authorization first; a cable is plugged in if there is none. Charging
   * begins at once; the promise waits for the central system's answer, however long the station is offline. Rejects
   * if nothing can start there.
   */
  async start(connector: number, idTag: string): Promise<StartOutcome> {
    return this.#machine.transactions.start(connector, idTag)
  }

  /** Stops the transaction; the promise waits for the central system's answer. Rejects if none is running there. */
  async stop(connector: number, reason: StopReason = 'Local'): Promise<StopOutcome> {
    return this.#machine.transactions.stop(connector, reason)
  }

  /** Sends any request as it is and gives the answer as it came; rejects with CallFailed. */
  async call(action: string, payload: Payload): Promise<unknown> {
    const { rpc } = this.#machine.connection
    if (!rpc) throw new CallFailed('Offline', action)
    return rpc.call(action, payload)
  }

  /** Once nothing waits for an answer or to be sent: while offline, not before the queue has gone out. */
  async idle(): Promise<void> {
    const { connection, outbox } = this.#machine
    const afterEverybodyElse = () => new Promise((resolve) => setImmediate(resolve))
    await afterEverybodyElse()
    while (outbox.length > 0 || !(connection.rpc?.isQuiet ?? true)) {
      await this.#ended.wait()
      await afterEverybodyElse()
    }
  }

  /** Loses the connection, as in a hole in the mobile network; the station makes a new one. */
  cut(): void {
    this.#machine.connection.cut()
  }

  /** Hangs up, and connects anew at once. */
  reconnect(reason: string): void {
    this.#machine.connection.reopen(0, reason)
  }

  /** Tries a handshake of another kind, beside the connection. */
  handshake(trial: HandshakeTrial = {}): Promise<HandshakeOutcome> {
    return tryHandshake(this.id, this.#machine.security, trial)
  }

  /** Connected and accepted. */
  get isOnline(): boolean {
    return this.#machine.isOnline
  }

  get calls(): Readonly<CallCounts> {
    return this.#machine.counts
  }

  /** Loses the connection and stays offline, until `connect`. */
  goOffline(): void {
    this.#machine.connection.drop()
  }

  /** Sends a text as it is; an answer to it is one that nobody waits for. Throws while offline. */
  sendText(text: string): void {
    const { rpc } = this.#machine.connection
    if (!rpc) throw new CallFailed('Offline', 'a frame')
    rpc.sendText(text)
  }

  /** Starts again: by itself, or because the power went and came back. */
  restart(how: 'Soft' | 'Hard' | 'PowerLoss'): void {
    const { maintenance } = this.#machine
    if (how === 'Soft') maintenance.softReset()
    else maintenance.hardReset(how === 'Hard' ? 'HardReset' : 'PowerLoss')
  }

  /** What the car at a connector is like, and what it takes; what is left out stays as it is. */
  car(connector: number, car: Car): void {
    this.#machine.connectors.car(connector, car)
  }

  /** The station offers nothing at this connector for now, or again what it may. */
  holdBack(connector: number, isHeldBack: boolean): void {
    this.#machine.connectors.holdBack(connector, isHeldBack)
  }

  status(): StationStatus {
    const { connectors, connection, registration, security, outbox, counts } = this.#machine
    connectors.energy.settle()
    return {
      id: this.id,
      connection: connection.state,
      ...(connection.trouble ? { trouble: connection.trouble } : {}),
      registration: registration.status,
      securityProfile: security.profile,
      connectors: connectors.all.filter(({ id }) => id > 0).map((connector) => this.#statusOf(connector)),
      queued: outbox.length,
      calls: { ...counts },
    }
  }

  /** Switches the station off, as it stands: nothing is stopped or sent any more. */
  close(): void {
    const { connection, outbox, time, wireTime, files } = this.#machine
    connection.close()
    outbox.close()
    time.end()
    wireTime.end()
    files.end()
    for (const waiters of [this.#opened, this.#accepted, this.#ended]) waiters.tell(false)
  }

  #statusOf(connector: Connector): ConnectorStatus {
    const { id, transaction, registerWh, powerW, isPlugged } = connector
    const { stateOfCharge } = readingOf(connector)
    return {
      connectorId: id,
      status: this.#machine.connectors.statuses.of(connector),
      isPlugged,
      ...(transaction ? { transaction: transactionStatus(transaction, registerWh) } : {}),
      registerWh: wattHours(registerWh),
      powerW,
      ...(stateOfCharge === undefined ? {} : { stateOfCharge }),
    }
  }
}

function transactionStatus({ id, idTag, meterStart }: Transaction, registerWh: number) {
  return {
    ...(id === undefined ? {} : { transactionId: id }),
    idTag,
    energyWh: wattHours(registerWh) - meterStart,
  }
}

/** Promises for one thing that is still to happen. */
class Waiters {
  #waiting: ((value: boolean) => void)[] = []

  wait(): Promise<boolean> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  tell(value: boolean): void {
    for (const resolve of this.#waiting.splice(0)) resolve(value)
  }
}
