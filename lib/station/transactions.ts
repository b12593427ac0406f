import type { Authorization } from './authorization.ts'
import type { Configuration } from './configuration.ts'
import type { Connector, Transaction } from './connector.ts'
import type { Connectors } from './connectors.ts'
import type { IdTagInfo, Payload, Send, StopReason } from './messages.ts'
import { type MeterValue, type Wiring, wattHours } from './meter.ts'
import type { Delivery, Outbox } from './outbox.ts'
import type { Profiles } from './profiles.ts'
import type { Bearer, Reservations } from './reservations.ts'
import { Sampling } from './sampling.ts'
import type { ChargingProfile } from './schedule.ts'
import { isoTime, type Time } from './time.ts'

/** How a StartTransaction.req ended. */
export interface StartOutcome {
  /** False: the central system refused it until it was given up, or the station was closed before an answer came. */
  delivered: boolean
  transactionId?: number
  idTagInfo?: IdTagInfo
  why?: string
}

/** How a StopTransaction.req ended. */
export interface StopOutcome {
  delivered: boolean
  idTagInfo?: IdTagInfo
  why?: string
}

export interface TransactionsOptions {
  time: Time
  configuration: Configuration
  authorization: Authorization
  reservations: Reservations
  profiles: Profiles
  connectors: Connectors
  outbox: Outbox
  send: Send
  isOnline(): boolean
  wiring: Wiring
}

/** The id of a transaction whose StartTransaction.req could not be delivered (errata 3.18). */
const UNDELIVERED = -1

/** Transactions from start to stop (§4.8, §4.10), online and offline alike: what they tell goes through the outbox. */
export class Transactions {
  readonly sampling: Sampling
  readonly #options: TransactionsOptions
  readonly #onIdle: (() => void)[] = []
  readonly #onOver = new WeakMap<Transaction, () => void>()

  constructor(options: TransactionsOptions) {
    this.#options = options
    const { connectors, ...rest } = options
    this.sampling = new Sampling({
      ...rest,
      connectors: connectors.all,
      settle: () => connectors.refresh(),
      queue: (connector, meterValue) => this.#queueMeterValues(connector, meterValue),
    })
  }

  get anyRunning(): boolean {
    return this.#options.connectors.all.some(({ transaction }) => transaction)
  }

  /** Once no transaction is running any more. */
  whenNoneRuns(run: () => void): void {
    if (this.anyRunning) this.#onIdle.push(run)
    else run()
  }

  /** Once this transaction has stopped, however that came. */
  whenOver(transaction: Transaction, run: () => void): void {
    this.#onOver.set(transaction, run)
  }

  find(transactionId: number): Connector | undefined {
    return this.#options.connectors.all.find(({ transaction }) => transaction?.id === transactionId)
  }

  bearer(idTag: string): Bearer {
    return { idTag, parentIdTag: this.#options.authorization.parentOf(idTag) }
  }

  /** Throws if nothing can start there. A cable that is missing is plugged in first. */
  start(id: number, idTag: string, profile?: ChargingProfile): Promise<StartOutcome> {
    const { connectors, time, reservations, profiles, outbox } = this.#options
    const bearer = this.bearer(idTag)
    const obstacle = connectors.obstacle(id, bearer)
    if (obstacle) throw new Error(obstacle)
    connectors.plug(id)
    connectors.energy.settle()
    const connector = connectors.get(id)
    const reservation = reservations.use(bearer, id)
    const transaction = newTransaction(connector, idTag, time.now())
    connector.transaction = transaction
    connector.isFinishing = false
    connector.invitation = undefined
    if (profile) profiles.set(id, profile, transaction.startedAt, transaction)
    const payload: Payload = {
      connectorId: id,
      idTag,
      meterStart: transaction.meterStart,
      timestamp: isoTime(transaction.startedAt),
      ...(reservation ? { reservationId: reservation.reservationId } : {}),
    }
    const outcome = new Promise<StartOutcome>((resolve) => {
      const done = (delivery: Delivery<'StartTransaction'>) =>
        resolve(this.#started(connector, transaction, delivery))
      outbox.add('StartTransaction', () => payload, done)
    })
    connectors.refresh()
    this.sampling.begin(connector)
    return outcome
  }

  /** Throws if no transaction runs there. */
  stop(id: number, reason: StopReason, info?: string): Promise<StopOutcome> {
    const { connectors, time, profiles, outbox } = this.#options
    const connector = connectors.get(id)
    const { transaction } = connector
    if (!transaction) throw new Error(`no transaction is running on connector ${id}`)
    connectors.energy.settle()
    const transactionData = this.sampling.end(connector)
    const payload: Payload = {
      meterStop: wattHours(connector.registerWh),
      timestamp: isoTime(time.now()),
      reason,
      // §4.10: the tag of who stopped it; a station that stops by itself leaves it out.
      ...(reason === 'Local' ? { idTag: transaction.idTag } : {}),
      ...(transactionData.length > 0 ? { transactionData } : {}),
    }
    connector.transaction = undefined
    connector.isFinishing = connector.isPlugged
    profiles.endTransaction(id)
    connectors.applyScheduled()
    const outcome = new Promise<StopOutcome>((resolve) => {
      const done = (delivery: Delivery<'StopTransaction'>) => resolve(this.#stopped(transaction, delivery))
      outbox.add('StopTransaction', () => ({ transactionId: transaction.id, ...payload }), done)
    })
    connectors.refresh(info)
    this.#onOver.get(transaction)?.()
    if (!this.anyRunning) for (const run of this.#onIdle.splice(0)) run()
    return outcome
  }

  stopIfRunning(connector: Connector, reason: StopReason, info?: string): void {
    if (connector.transaction) void this.stop(connector.id, reason, info)
  }

  stopAll(reason: StopReason): void {
    for (const connector of this.#options.connectors.all) this.stopIfRunning(connector, reason)
  }

  #started(
    connector: Connector,
    transaction: Transaction,
    delivery: Delivery<'StartTransaction'>,
  ): StartOutcome {
    if (!delivery.delivered) {
      transaction.id = UNDELIVERED
      return delivery
    }
    const { transactionId, idTagInfo } = delivery.confirmation
    transaction.id = transactionId
    transaction.idTagInfo = idTagInfo
    this.#learn(transaction.idTag, idTagInfo)
    if (idTagInfo.status !== 'Accepted' && connector.transaction === transaction) this.#deauthorize(connector)
    return { delivered: true, transactionId, idTagInfo }
  }

  #stopped(transaction: Transaction, delivery: Delivery<'StopTransaction'>): StopOutcome {
    if (!delivery.delivered) return delivery
    const { idTagInfo } = delivery.confirmation
    if (idTagInfo) this.#learn(transaction.idTag, idTagInfo)
    return { delivered: true, ...(idTagInfo ? { idTagInfo } : {}) }
  }

  /** §3.5.2: a list that says otherwise than the central system is reported to it. */
  #learn(idTag: string, info: IdTagInfo): void {
    const { authorization, connectors, send, isOnline } = this.#options
    const agrees = authorization.learn(idTag, info)
    const [controller] = connectors.all
    if (agrees || !controller || !isOnline()) return
    const conflict = { ...connectors.statuses.payload(controller), errorCode: 'LocalListConflict' }
    send('StatusNotification', conflict).catch(() => {})
  }

  /** §3.5.4 and errata 3.17. */
  #deauthorize(connector: Connector): void {
    const { configuration, connectors } = this.#options
    if (configuration.flag('StopTransactionOnInvalidId')) {
      void this.stop(connector.id, 'DeAuthorized')
    } else if (connector.transaction) {
      connectors.energy.settle()
      connector.transaction.isAuthorized = false
      connectors.refresh()
    }
  }

  #queueMeterValues(connector: Connector, meterValue: MeterValue[]): void {
    const { transaction } = connector
    const payload = (): Payload => ({
      connectorId: connector.id,
      ...(transaction ? { transactionId: transaction.id } : {}),
      meterValue,
    })
    this.#options.outbox.add('MeterValues', payload, () => {})
  }
}

function newTransaction({ registerWh }: Connector, idTag: string, startedAt: number): Transaction {
  return {
    idTag,
    startedAt,
    meterStart: wattHours(registerWh),
    id: undefined,
    isAuthorized: true,
    readings: [],
  }
}
