import type { ConnectorState } from './messages.ts'
import { Alarm, type Time } from './time.ts'

export interface Reservation {
  reservationId: number
  /** 0: any connector. */
  connectorId: number
  idTag: string
  parentIdTag?: string
  expiryDate: string
}

export type ReservationVerdict = 'Accepted' | 'Faulted' | 'Occupied' | 'Rejected' | 'Unavailable'

/** Who wants to charge. */
export interface Bearer {
  idTag: string
  parentIdTag?: string | undefined
}

/** The state of a connector as it would be without any reservation. */
export type StateOf = ReadonlyMap<number, ConnectorState>

/** The reservations of the station (§3.11, §5.13). */
export class Reservations {
  readonly #time: Time
  readonly #onExpiry: () => void
  readonly #expiry: Alarm
  readonly #reservations = new Map<number, Reservation>()

  constructor(time: Time, onExpiry: () => void) {
    this.#time = time
    this.#onExpiry = onExpiry
    this.#expiry = new Alarm(time)
  }

  isReserved(connectorId: number): boolean {
    return this.#on(connectorId) !== undefined
  }

  /** §5.13. `states` holds connector 0, the station itself, too. */
  reserve(wanted: Reservation, states: StateOf, zeroIsSupported: boolean): ReservationVerdict {
    if (Date.parse(wanted.expiryDate) <= this.#time.now()) return 'Rejected'
    const verdict = this.#verdict(wanted, states, zeroIsSupported)
    if (verdict === 'Accepted') {
      this.#reservations.set(wanted.reservationId, wanted)
      this.#setExpiry()
    }
    return verdict
  }

  /** §5.1. */
  cancel(reservationId: number): boolean {
    return this.#remove(reservationId)
  }

  /** May this bearer charge here, and does it leave connectors enough for those who reserved any? */
  admits(bearer: Bearer, connectorId: number, states: StateOf): boolean {
    const reservation = this.#on(connectorId)
    if (reservation) return isFor(reservation, bearer)
    const others = this.#forAny().filter((each) => !isFor(each, bearer))
    return (
      others.length === 0 || this.#free(states).filter((id) => id !== connectorId).length >= others.length
    )
  }

  /** The reservation this bearer uses up by charging here, now gone (§5.13). */
  use(bearer: Bearer, connectorId: number): Reservation | undefined {
    const used = [this.#on(connectorId), ...this.#forAny()].find((each) => each && isFor(each, bearer))
    if (used) this.#remove(used.reservationId)
    return used
  }

  /** §5.13 (3): a connector that is set Faulted or Unavailable ends its reservation; the station itself ends all. */
  endOn(connectorId: number): void {
    for (const each of [...this.#reservations.values()]) {
      if (connectorId === 0 || each.connectorId === connectorId) this.#remove(each.reservationId)
    }
  }

  #verdict(wanted: Reservation, states: StateOf, zeroIsSupported: boolean): ReservationVerdict {
    const { connectorId, reservationId } = wanted
    const state = states.get(connectorId)
    if (state === undefined || (connectorId === 0 && !zeroIsSupported)) return 'Rejected'
    if (state === 'Faulted' || state === 'Unavailable') return state
    const free = this.#free(states, reservationId)
    const promised = this.#forAny().filter((each) => each.reservationId !== reservationId).length
    if (free.length > promised && (connectorId === 0 || free.includes(connectorId))) return 'Accepted'
    const all = new Set([...states].filter(([id]) => id > 0).map(([, each]) => each))
    const [only] = all
    return connectorId === 0 && all.size === 1 && (only === 'Faulted' || only === 'Unavailable')
      ? only
      : 'Occupied'
  }

  /** Connectors nobody is at, and nobody but `reservationId` has reserved. */
  #free(states: StateOf, reservationId?: number): number[] {
    return [...states]
      .filter(([id, state]) => id > 0 && state === 'Available')
      .map(([id]) => id)
      .filter((id) => [undefined, reservationId].includes(this.#on(id)?.reservationId))
  }

  #on(connectorId: number): Reservation | undefined {
    if (connectorId === 0) return undefined
    return [...this.#reservations.values()].find((each) => each.connectorId === connectorId)
  }

  #forAny(): Reservation[] {
    return [...this.#reservations.values()].filter((each) => each.connectorId === 0)
  }

  #remove(reservationId: number): boolean {
    const wasThere = this.#reservations.delete(reservationId)
    this.#setExpiry()
    return wasThere
  }

  #setExpiry(): void {
    const dates = [...this.#reservations.values()].map(({ expiryDate }) => Date.parse(expiryDate))
    this.#expiry.clear()
    if (dates.length === 0) return
    this.#expiry.set(Math.max(0, Math.min(...dates) - this.#time.now()), () => {
      for (const each of [...this.#reservations.values()]) {
        if (Date.parse(each.expiryDate) <= this.#time.now()) this.#reservations.delete(each.reservationId)
      }
      this.#setExpiry()
      this.#onExpiry()
    })
  }
}

function isFor(reservation: Reservation, bearer: Bearer): boolean {
  if (isSame(reservation.idTag, bearer.idTag)) return true
  return reservation.parentIdTag !== undefined && isSame(reservation.parentIdTag, bearer.parentIdTag)
}

function isSame(one: string, other: string | undefined): boolean {
  return one.toLowerCase() === other?.toLowerCase()
}
