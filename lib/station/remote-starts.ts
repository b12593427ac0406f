import type { Authorization } from './authorization.ts'
import type { Configuration } from './configuration.ts'
import type { Connector, Invitation } from './connector.ts'
import type { Connectors } from './connectors.ts'
import type { ChargingProfile } from './schedule.ts'
import { Alarm, type Time } from './time.ts'
import type { Transactions } from './transactions.ts'

export interface RemoteStartsOptions {
  time: Time
  configuration: Configuration
  authorization: Authorization
  connectors: Connectors
  transactions: Transactions
  /** Does a driver plug in by himself after `workMs`, and take the cable out again when it is over? */
  driverActs: boolean
  workMs: number
}

/** RemoteStartTransaction from its acceptance to the transaction, or to the end of the wait (§5.11, §9.1.6). */
export class RemoteStarts {
  readonly #options: RemoteStartsOptions
  readonly #timeouts = new Map<number, Alarm>()

  constructor(options: RemoteStartsOptions) {
    this.#options = options
  }

  /** The connector for this tag: the one asked for, else one with a cable in, else any; `undefined` if none is free. */
  choose(connectorId: number | undefined, idTag: string): Connector | undefined {
    const { connectors, transactions } = this.#options
    const bearer = transactions.bearer(idTag)
    const candidates = connectors.all
      .filter(
        ({ id, invitation }) => id > 0 && !invitation && (connectorId === undefined || id === connectorId),
      )
      .filter(({ id }) => connectors.obstacle(id, bearer) === undefined)
    return candidates.find(({ isPlugged }) => isPlugged) ?? candidates[0]
  }

  async begin(connector: Connector, idTag: string, profile: ChargingProfile | undefined): Promise<void> {
    const { configuration, authorization, connectors } = this.#options
    const invitation: Invitation = { idTag, isAuthorized: false, ...(profile ? { profile } : {}) }
    connector.invitation = invitation
    connectors.refresh()
    if (configuration.flag('AuthorizeRemoteTxRequests')) {
      const { status } = await authorization.authorize(idTag)
      if (connector.invitation !== invitation) return
      if (status !== 'Accepted') {
        this.#withdraw(connector)
        return
      }
    }
    invitation.isAuthorized = true
    if (connector.isPlugged) this.plugged(connector)
    else this.#awaitCable(connector)
  }

  /** The cable is in: what waited for it starts now. */
  plugged(connector: Connector): void {
    const { invitation } = connector
    if (!invitation?.isAuthorized) return
    this.#timeouts.get(connector.id)?.clear()
    const { connectors, transactions } = this.#options
    const isFree = connectors.obstacle(connector.id, transactions.bearer(invitation.idTag)) === undefined
    if (isFree) void transactions.start(connector.id, invitation.idTag, invitation.profile)
    else this.#withdraw(connector)
  }

  #awaitCable(connector: Connector): void {
    const { time, configuration, connectors, transactions, driverActs, workMs } = this.#options
    const alarm = this.#timeouts.get(connector.id) ?? new Alarm(time)
    this.#timeouts.set(connector.id, alarm)
    if (!driverActs) {
      alarm.set(configuration.number('ConnectionTimeOut') * 1000, () => this.#withdraw(connector))
      return
    }
    alarm.set(workMs, () => {
      connectors.plug(connector.id)
      this.plugged(connector)
      const { transaction } = connector
      if (transaction)
        transactions.whenOver(transaction, () => alarm.set(workMs, () => this.#unplug(connector)))
    })
  }

  #unplug(connector: Connector): void {
    if (!connector.transaction) this.#options.connectors.unplug(connector.id)
  }

  #withdraw(connector: Connector): void {
    connector.invitation = undefined
    this.#options.connectors.refresh()
  }
}
