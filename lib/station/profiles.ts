import { amperes, type Wiring } from './meter.ts'
import { type ChargingProfile, changeAfter, periodAt } from './schedule.ts'

export interface ProfileLimits {
  maxStackLevel: number
  maxPeriods: number
  maxInstalled: number
}

export interface Limit {
  watts: number
  /** minChargingRate: less than this is not worth charging with (§7.13). */
  leastWatts: number
}

export interface ProfileFilter {
  id?: number
  connectorId?: number
  chargingProfilePurpose?: string
  stackLevel?: number
}

/** When the transaction on each connector started; a connector that is missing has none. */
export type Starts = ReadonlyMap<number, number>

interface Installed {
  connectorId: number
  profile: ChargingProfile
  installedAt: number
}

/** The charging profiles of the station (§3.13): kept over reboots, except for those of a transaction. */
export class Profiles {
  readonly #wiring: Wiring
  readonly #limits: () => ProfileLimits
  readonly #fixedWatts: number
  #installed: Installed[] = []

  /** `fixedWatts`: what the station may draw in any case. */
  constructor(wiring: Wiring, limits: () => ProfileLimits, fixedWatts = Number.POSITIVE_INFINITY) {
    this.#wiring = wiring
    this.#limits = limits
    this.#fixedWatts = fixedWatts
  }

  /** §5.16; `transactionId` is that of the connector's running transaction, `undefined` if there is none. */
  set(
    connectorId: number,
    profile: ChargingProfile,
    at: number,
    transaction: { id: number | undefined } | undefined,
  ): boolean {
    if (!isWellFormed(profile, this.#limits())) return false
    if (!fitsConnector(profile, connectorId, transaction)) return false
    const others = this.#installed.filter((each) => !isReplacedBy(each, connectorId, profile))
    if (others.length >= this.#limits().maxInstalled) return false
    this.#installed = [...others, { connectorId, profile, installedAt: at }]
    return true
  }

  /** §5.5 and its errata: an id decides alone, else all that is given must match. True if any was there to clear. */
  clear({ id, connectorId, chargingProfilePurpose, stackLevel }: ProfileFilter): boolean {
    const kept = this.#installed.filter(({ connectorId: installedOn, profile }) => {
      if (id !== undefined) return profile.chargingProfileId !== id
      return (
        (connectorId !== undefined && installedOn !== connectorId) ||
        (chargingProfilePurpose !== undefined && profile.chargingProfilePurpose !== chargingProfilePurpose) ||
        (stackLevel !== undefined && profile.stackLevel !== stackLevel)
      )
    })
    const any = kept.length < this.#installed.length
    this.#installed = kept
    return any
  }

  /** §7.10: a TxProfile ends with its transaction. */
  endTransaction(connectorId: number): void {
    this.#installed = this.#installed.filter(
      (each) => each.connectorId !== connectorId || each.profile.chargingProfilePurpose !== 'TxProfile',
    )
  }

  /** Of one connector, by its TxProfile or else TxDefaultProfile; the limit of the whole station is not in it. */
  limitOf(connectorId: number, at: number, starts: Starts): Limit | undefined {
    const on = (id: number, purpose: string) =>
      this.#installed.filter(
        (each) => each.connectorId === id && each.profile.chargingProfilePurpose === purpose,
      )
    return (
      this.#prevailing(on(connectorId, 'TxProfile'), at, starts.get(connectorId)) ??
      this.#prevailing(on(connectorId, 'TxDefaultProfile'), at, starts.get(connectorId)) ??
      this.#prevailing(on(0, 'TxDefaultProfile'), at, starts.get(connectorId))
    )
  }

  /** Of all connectors together: the lower of ChargePointMaxProfile and what the station has of its own. */
  stationLimit(at: number): Limit {
    const own = this.#installed.filter(
      ({ profile }) => profile.chargingProfilePurpose === 'ChargePointMaxProfile',
    )
    const { watts, leastWatts } = this.#prevailing(own, at, undefined) ?? {
      watts: this.#fixedWatts,
      leastWatts: 0,
    }
    return { watts: Math.min(watts, this.#fixedWatts), leastWatts }
  }

  /** The first moment after `at` at which any limit may change. */
  nextChange(at: number, starts: Starts): number {
    let next = Number.POSITIVE_INFINITY
    for (const { connectorId, profile, installedAt } of this.#installed) {
      const anchors =
        connectorId === 0 ? [...starts.values(), installedAt] : [starts.get(connectorId) ?? installedAt]
      for (const anchor of anchors) next = Math.min(next, changeAfter(profile, at, anchor))
    }
    return next
  }

  /** §3.13.2: the highest stack level that says something at this moment. */
  #prevailing(candidates: Installed[], at: number, start: number | undefined): Limit | undefined {
    const byLevel = candidates.toSorted((a, b) => b.profile.stackLevel - a.profile.stackLevel)
    for (const { profile, installedAt } of byLevel) {
      const period = periodAt(profile, at, start ?? installedAt)
      if (!period) continue
      const { chargingRateUnit, minChargingRate = 0 } = profile.chargingSchedule
      const phases = Math.min(period.numberPhases ?? 3, this.#wiring.phases)
      const inWatts = (rate: number) => (chargingRateUnit === 'W' ? rate : rate * this.#wiring.volts * phases)
      return { watts: inWatts(period.limit), leastWatts: inWatts(minChargingRate) }
    }
    return undefined
  }
}

/**
 * §5.7: what `limit` allows from `from` on for `seconds`, as the periods of a schedule. `limit` gives watts,
 * `nextChange` the next moment at which it may give another number.
 */
export function compositePeriods(
  from: number,
  seconds: number,
  unit: 'A' | 'W',
  wiring: Wiring,
  limit: (at: number) => number,
  nextChange: (at: number) => number,
): { startPeriod: number; limit: number }[] {
  const periods: { startPeriod: number; limit: number }[] = []
  for (let at = from; at < from + seconds * 1000; at = nextChange(at)) {
    const rate = unit === 'W' ? limit(at) : amperes(limit(at), wiring)
    const period = { startPeriod: Math.round((at - from) / 1000), limit: Math.round(rate * 10) / 10 }
    if (periods.at(-1)?.limit !== period.limit) periods.push(period)
  }
  return periods
}

export interface Wish {
  wants: number
  /** Less than this, or than what is wanted, is not worth having. */
  least: number
}

/**
 * Shares `available` watts among connectors (§3.13.3, product A12). In the order of the row, whoever's least is still
 * there is served, the others get none. The served get their least, and of the rest equal parts, but nobody more than
 * they want: what one leaves, the others take.
 */
export function share(available: number, wishes: readonly Wish[]): number[] {
  let promised = 0
  const served = wishes.map((wish) => {
    const least = leastOf(wish)
    const isServed = wish.wants > 0 && promised + least <= available
    if (isServed) promised += least
    return isServed
  })
  const level = levelOf(
    available,
    wishes.filter((_, index) => served[index]),
  )
  return wishes.map((wish, index) => (served[index] ? shareAt(level, wish) : 0))
}

/** What one is given where all are given the same, as far as they want it and as it is worth having. */
function shareAt(level: number, wish: Wish): number {
  return Math.min(wish.wants, Math.max(leastOf(wish), level))
}

/** The level at which all shares together are `available`; Infinity if that is more than all want. */
function levelOf(available: number, wishes: readonly Wish[]): number {
  const sumAt = (level: number) => wishes.reduce((sum, wish) => sum + shareAt(level, wish), 0)
  const turns = [0, ...wishes.flatMap((wish) => [leastOf(wish), wish.wants])].sort((a, b) => a - b)
  const above = turns.findIndex((turn) => sumAt(turn) > available)
  if (above === -1) return Number.POSITIVE_INFINITY
  const from = turns[above - 1] ?? 0
  const rising = wishes.filter((wish) => leastOf(wish) <= from && wish.wants > from).length
  return rising === 0 ? from : from + Math.max(0, available - sumAt(from)) / rising
}

function leastOf({ wants, least }: Wish): number {
  return Math.min(wants, least)
}

/** §3.13, §7.8–7.14. An enumeration, a type or a missing field was refused before, by the schema. */
function isWellFormed(profile: ChargingProfile, { maxStackLevel, maxPeriods }: ProfileLimits): boolean {
  const {
    stackLevel,
    chargingProfileKind,
    recurrencyKind,
    chargingSchedule: schedule,
    validFrom,
    validTo,
  } = profile
  const starts = schedule.chargingSchedulePeriod.map(({ startPeriod }) => startPeriod)
  return (
    stackLevel >= 0 &&
    stackLevel <= maxStackLevel &&
    starts.length > 0 &&
    starts.length <= maxPeriods &&
    starts.every((start, index) => (index === 0 ? start === 0 : start > (starts[index - 1] ?? 0))) &&
    schedule.chargingSchedulePeriod.every(({ limit }) => limit >= 0) &&
    (schedule.duration === undefined || schedule.duration > 0) &&
    (chargingProfileKind !== 'Recurring' ||
      (recurrencyKind !== undefined && schedule.startSchedule !== undefined)) &&
    (validFrom === undefined || validTo === undefined || Date.parse(validFrom) < Date.parse(validTo))
  )
}

/** §3.13.1. An unknown connector is a CALLERROR (errata 3.39); that is for the caller to see to. */
function fitsConnector(
  { chargingProfilePurpose, transactionId }: ChargingProfile,
  connectorId: number,
  transaction: { id: number | undefined } | undefined,
): boolean {
  if (chargingProfilePurpose === 'ChargePointMaxProfile') return connectorId === 0
  if (chargingProfilePurpose === 'TxDefaultProfile') return true
  if (connectorId === 0 || !transaction) return false
  return transactionId === undefined || transactionId === transaction.id
}

/** §5.16.3: the same id, or the same purpose at the same level (on the same connector, §3.13.1). */
function isReplacedBy(installed: Installed, connectorId: number, profile: ChargingProfile): boolean {
  if (installed.profile.chargingProfileId === profile.chargingProfileId) return true
  return (
    installed.connectorId === connectorId &&
    installed.profile.chargingProfilePurpose === profile.chargingProfilePurpose &&
    installed.profile.stackLevel === profile.stackLevel
  )
}
