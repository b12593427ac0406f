/** A charging profile (OCPP 1.6 §7.8) as it is typed; figures are texts, and empty is absent. */
export interface Draft {
  description: string
  purpose: string
  kind: string
  recurrency: string
  stackLevel: string
  validFrom?: string | undefined
  validTo?: string | undefined
  startSchedule?: string | undefined
  /** As {@link secondsIn} reads it. */
  duration: string
  unit: string
  minChargingRate: string
  periods: readonly PeriodDraft[]
}

export interface PeriodDraft {
  /** As {@link secondsIn} reads it. */
  start: string
  limit: string
  phases: string
}

export const PURPOSES = ['TxDefaultProfile', 'ChargePointMaxProfile', 'TxProfile'] as const
export const KINDS = ['Absolute', 'Recurring', 'Relative'] as const
export const RECURRENCIES = ['Daily', 'Weekly'] as const
export const UNITS = ['A', 'W'] as const

export const EMPTY: Draft = {
  description: '',
  purpose: 'TxDefaultProfile',
  kind: 'Absolute',
  recurrency: 'Daily',
  stackLevel: '0',
  duration: '',
  unit: 'A',
  minChargingRate: '',
  periods: [{ start: '0:00', limit: '16', phases: '' }],
}

export interface Period {
  startPeriod: number
  limit: number
  numberPhases?: number
}

export interface Schedule {
  chargingRateUnit: string
  chargingSchedulePeriod: Period[]
  duration?: number
  startSchedule?: string
  minChargingRate?: number
}

export interface Profile {
  chargingProfileId?: number
  stackLevel: number
  chargingProfilePurpose: string
  chargingProfileKind: string
  recurrencyKind?: string
  validFrom?: string
  validTo?: string
  chargingSchedule: Schedule
}

/** `8:30` and `8:30:15` are hours, minutes and seconds; a figure alone is seconds. NaN where it is neither. */
export function secondsIn(text: string): number {
  const typed = text.trim()
  if (/^\d+$/.test(typed)) return Number(typed)
  const parts = /^(\d+):([0-5]\d)(?::([0-5]\d))?$/.exec(typed)
  if (!parts) return Number.NaN
  const [hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0))
  return hours * 3600 + minutes * 60 + seconds
}

/** The other way round. */
export function clockOf(seconds: number): string {
  const two = (count: number) => `${count}`.padStart(2, '0')
  const rest = seconds % 60
  const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor((seconds % 3600) / 60))}`
  return rest === 0 ? clock : `${clock}:${two(rest)}`
}

const textOf = (value: number | undefined): string => (value === undefined ? '' : `${value}`)

export function draftOf(profile: Profile, description = ''): Draft {
  const { chargingSchedule: schedule, validFrom, validTo } = profile
  return {
    description,
    purpose: profile.chargingProfilePurpose,
    kind: profile.chargingProfileKind,
    recurrency: profile.recurrencyKind ?? 'Daily',
    stackLevel: `${profile.stackLevel}`,
    validFrom,
    validTo,
    startSchedule: schedule.startSchedule,
    duration: schedule.duration === undefined ? '' : clockOf(schedule.duration),
    unit: schedule.chargingRateUnit,
    minChargingRate: textOf(schedule.minChargingRate),
    periods: schedule.chargingSchedulePeriod.map(({ startPeriod, limit, numberPhases }) => ({
      start: clockOf(startPeriod),
      limit: `${limit}`,
      phases: textOf(numberPhases),
    })),
  }
}

/** As it goes to the API; figures that are none are NaN, which {@link issuesOf} tells of before. */
export function profileOf(draft: Draft): Profile {
  const { kind, validFrom, validTo, startSchedule, duration, minChargingRate } = draft
  return {
    stackLevel: Number(draft.stackLevel),
    chargingProfilePurpose: draft.purpose,
    chargingProfileKind: kind,
    ...(kind === 'Recurring' ? { recurrencyKind: draft.recurrency } : {}),
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validTo === undefined ? {} : { validTo }),
    chargingSchedule: {
      chargingRateUnit: draft.unit,
      ...(duration.trim() === '' ? {} : { duration: secondsIn(duration) }),
      ...(startSchedule === undefined || kind === 'Relative' ? {} : { startSchedule }),
      ...(minChargingRate.trim() === '' ? {} : { minChargingRate: Number(minChargingRate) }),
      chargingSchedulePeriod: draft.periods.map(({ start, limit, phases }) => ({
        startPeriod: secondsIn(start),
        limit: Number(limit),
        ...(phases === '' ? {} : { numberPhases: Number(phases) }),
      })),
    },
  }
}

export type IssueKind = 'number' | 'tenth' | 'time' | 'first' | 'order' | 'span' | 'until'

/** What is wrong, by where it is typed: `stackLevel`, `validTo`, `periods[1].start`. */
export function issuesOf(draft: Draft): Readonly<Record<string, IssueKind>> {
  const issues: Record<string, IssueKind> = {}
  const span = spanOf(draft)
  if (!/^\d+$/.test(draft.stackLevel.trim())) issues.stackLevel = 'number'
  if (draft.minChargingRate.trim() !== '' && !isTenth(draft.minChargingRate)) issues.minChargingRate = 'tenth'
  if (draft.duration.trim() !== '' && !(secondsIn(draft.duration) > 0)) issues.duration = 'time'
  if (Date.parse(draft.validFrom ?? '') >= Date.parse(draft.validTo ?? '')) issues.validTo = 'until'
  let before = -1
  draft.periods.forEach(({ start, limit }, index) => {
    const seconds = secondsIn(start)
    const issue = startIssue(seconds, index, before, span)
    if (issue) issues[`periods[${index}].start`] = issue
    if (!isTenth(limit)) issues[`periods[${index}].limit`] = 'tenth'
    before = seconds
  })
  return issues
}

function startIssue(
  seconds: number,
  index: number,
  before: number,
  span: number | undefined,
): IssueKind | undefined {
  if (Number.isNaN(seconds)) return 'time'
  if (index === 0) return seconds === 0 ? undefined : 'first'
  if (seconds <= before) return 'order'
  return span !== undefined && seconds >= span ? 'span' : undefined
}

/** Not below zero, and with one digit after the point at the most (§7.13, §7.14). */
const isTenth = (text: string): boolean => /^\d+(\.\d)?$/.test(text.trim())

export const DAY_SECONDS = 86_400

/** After how long a recurring profile begins anew. */
export const spanOf = ({ kind, recurrency }: Pick<Draft, 'kind' | 'recurrency'>): number | undefined => {
  if (kind !== 'Recurring') return undefined
  return recurrency === 'Weekly' ? 7 * DAY_SECONDS : DAY_SECONDS
}
