import { type Dialect, schema, type TypeOf } from '../ocpp/schema.ts'

export const chargingProfileOf = (t: Dialect) =>
  t.object({
    chargingProfileId: t.integer(),
    transactionId: t.optional(t.integer()),
    stackLevel: t.integer(),
    chargingProfilePurpose: t.enum(['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile']),
    chargingProfileKind: t.enum(['Absolute', 'Recurring', 'Relative']),
    recurrencyKind: t.optional(t.enum(['Daily', 'Weekly'])),
    validFrom: t.optional(t.dateTime()),
    validTo: t.optional(t.dateTime()),
    chargingSchedule: t.object({
      duration: t.optional(t.integer()),
      startSchedule: t.optional(t.dateTime()),
      chargingRateUnit: t.enum(['A', 'W']),
      chargingSchedulePeriod: t.array(
        t.object({ startPeriod: t.integer(), limit: t.decimal(), numberPhases: t.optional(t.integer()) }),
      ),
      minChargingRate: t.optional(t.decimal()),
    }),
  })
const chargingProfile = schema(chargingProfileOf)

/** §7.8. */
export type ChargingProfile = TypeOf<typeof chargingProfile>
export type SchedulePeriod = ChargingProfile['chargingSchedule']['chargingSchedulePeriod'][number]

const RECURRENCE_MS = { Daily: 86_400_000, Weekly: 7 * 86_400_000 }

/**
 * The period of the profile that rules at `at`, if one does (§3.13, §7.8–7.14). `anchor` is where a schedule without
 * a start of its own begins: the start of charging.
 */
export function periodAt(profile: ChargingProfile, at: number, anchor: number): SchedulePeriod | undefined {
  if (at < validFrom(profile) || at >= validTo(profile)) return undefined
  const { start, length } = occurrenceAt(profile, at, anchor)
  const elapsed = (at - start) / 1000
  if (elapsed < 0 || elapsed >= length) return undefined
  return profile.chargingSchedule.chargingSchedulePeriod.findLast(({ startPeriod }) => startPeriod <= elapsed)
}

/** The first moment after `at` at which another period, or none, may rule; Infinity if there is none. */
export function changeAfter(profile: ChargingProfile, at: number, anchor: number): number {
  const { start, length, next } = occurrenceAt(profile, at, anchor)
  const periods = profile.chargingSchedule.chargingSchedulePeriod.map(({ startPeriod }) => startPeriod)
  const moments = [...periods, length].map((seconds) => start + seconds * 1000)
  return [validFrom(profile), validTo(profile), ...moments, next]
    .filter((moment) => moment > at)
    .reduce((first, moment) => Math.min(first, moment), Number.POSITIVE_INFINITY)
}

/** The run of the schedule that `at` falls into: its start, its length in seconds, and the start of the run after it. */
function occurrenceAt(profile: ChargingProfile, at: number, anchor: number) {
  const { startSchedule, duration = Number.POSITIVE_INFINITY } = profile.chargingSchedule
  const first =
    startSchedule === undefined || profile.chargingProfileKind === 'Relative'
      ? anchor
      : Date.parse(startSchedule)
  const every =
    profile.chargingProfileKind === 'Recurring' ? RECURRENCE_MS[profile.recurrencyKind ?? 'Daily'] : 0
  if (every === 0) return { start: first, length: duration, next: Number.POSITIVE_INFINITY }
  const start = first + Math.max(0, Math.floor((at - first) / every)) * every
  return { start, length: Math.min(duration, every / 1000), next: start + every }
}

function validFrom({ validFrom: from }: ChargingProfile): number {
  return from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from)
}

function validTo({ validTo: to }: ChargingProfile): number {
  return to === undefined ? Number.POSITIVE_INFINITY : Date.parse(to)
}
