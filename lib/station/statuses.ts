import { type Connector, stateOf } from './connector.ts'
import { CallFailed, type ConnectorState, type Payload, type Send } from './messages.ts'
import type { Reservations } from './reservations.ts'
import { isoTime, type Time } from './time.ts'

export interface StatusesOptions {
  time: Time
  send: Send
  isOnline(): boolean
  connectors: readonly Connector[]
  reservations: Reservations
}

/** StatusNotification (§4.9): told when it changes; of what changed while offline, only how it ended. */
export class Statuses {
  readonly #options: StatusesOptions
  readonly #told = new Map<number, string>()

  constructor(options: StatusesOptions) {
    this.#options = options
  }

  of(connector: Connector): ConnectorState {
    const state = stateOf(connector)
    return state === 'Available' && this.#options.reservations.isReserved(connector.id) ? 'Reserved' : state
  }

  /** Tells of every connector whose status is not the one last told. */
  tellChanges(info?: string): void {
    if (!this.#options.isOnline()) return
    for (const connector of this.#options.connectors) {
      if (this.#told.get(connector.id) !== this.#signature(connector)) this.#tell(connector, info)
    }
  }

  /** Errata 3.22: after every acceptance, connector 0 first. */
  tellAll(): void {
    this.#told.clear()
    this.tellChanges()
  }

  payload(connector: Connector, info?: string): Payload {
    return {
      connectorId: connector.id,
      errorCode: connector.fault ?? 'NoError',
      status: this.of(connector),
      timestamp: isoTime(this.#options.time.now()),
      ...(info ? { info } : {}),
    }
  }

  #tell(connector: Connector, info?: string): void {
    const signature = this.#signature(connector)
    this.#told.set(connector.id, signature)
    this.#options.send('StatusNotification', this.payload(connector, info)).catch((failure: unknown) => {
      if (!(failure instanceof CallFailed)) throw failure
      if (failure.reason === 'Offline' && this.#told.get(connector.id) === signature)
        this.#told.delete(connector.id)
    })
  }

  #signature(connector: Connector): string {
    return `${this.of(connector)} ${connector.fault ?? ''}`
  }
}
