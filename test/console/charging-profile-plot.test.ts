import { describe, expect, it } from 'vitest'
import {
  clockOf,
  DAY_SECONDS,
  draftOf,
  EMPTY,
  issuesOf,
  type Profile,
  profileOf,
  secondsIn,
} from '../../console/src/pages/charging-profiles/draft.ts'
import { linesOf, offsetIn, pictureOf, stepsOf } from '../../console/src/pages/charging-profiles/steps.ts'

const PERIODS = [
  { startPeriod: 0, limit: 16 },
  { startPeriod: 36_000, limit: 8, numberPhases: 3 },
  { startPeriod: 54_000, limit: 32 },
]

const DAILY: Profile = {
  stackLevel: 1,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Recurring',
  recurrencyKind: 'Daily',
  chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: PERIODS },
}

const withSchedule = (profile: Profile, schedule: Partial<Profile['chargingSchedule']>): Profile => ({
  ...profile,
  chargingSchedule: { ...profile.chargingSchedule, ...schedule },
})

describe('the steps of a schedule', () => {
  it('reach from each period to the next, and the last to the end', () => {
    expect(stepsOf({ chargingSchedulePeriod: PERIODS }, DAY_SECONDS)).toEqual([
      { from: 0, to: 36_000, limit: 16 },
      { from: 36_000, to: 54_000, limit: 8 },
      { from: 54_000, to: DAY_SECONDS, limit: 32 },
    ])
  })

  it('end with the duration, whatever comes after it', () => {
    const steps = stepsOf({ chargingSchedulePeriod: PERIODS, duration: 40_000 }, DAY_SECONDS)
    expect(steps.at(-1)).toEqual({ from: 36_000, to: 40_000, limit: 8 })
    expect(steps).toHaveLength(2)
  })

  it('leave room after the last period where there is no end', () => {
    const steps = stepsOf({ chargingSchedulePeriod: PERIODS })
    expect(steps.at(-1)?.to).toBeGreaterThan(54_000)
  })

  it('are drawn as two points each, in one line where there is no gap', () => {
    const lines = linesOf([
      { from: 0, to: 10, limit: 6 },
      { from: 10, to: 20, limit: 16 },
      { from: 30, to: 40, limit: 6 },
    ])
    expect(lines.map((line) => line.map(({ x, y }) => [x, y]))).toEqual([
      [
        [0, 6],
        [10, 6],
        [10, 16],
        [20, 16],
      ],
      [
        [30, 6],
        [40, 6],
      ],
    ])
  })
})

describe('the picture of a profile', () => {
  it('is the day of one that recurs daily, by the clock, whenever it begins', () => {
    const begin = new Date(2026, 10, 21, 6, 0, 0)
    const { steps, span } = pictureOf(withSchedule(DAILY, { startSchedule: begin.toISOString() }))
    expect(span).toBe(DAY_SECONDS)
    expect(steps).toEqual([
      { from: 0, to: 21_600, limit: 32 },
      { from: 21_600, to: 57_600, limit: 16 },
      { from: 57_600, to: 75_600, limit: 8 },
      { from: 75_600, to: DAY_SECONDS, limit: 32 },
    ])
  })

  it('covers the whole day, and no second twice, for any begin', () => {
    for (let hour = 0; hour < 24; hour++) {
      const startSchedule = new Date(2026, 10, 21, hour, 17).toISOString()
      const { steps } = pictureOf(withSchedule(DAILY, { startSchedule }))
      expect(steps.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(DAY_SECONDS)
      expect(steps.slice(1).map(({ from }) => from)).toEqual(steps.slice(0, -1).map(({ to }) => to))
    }
  })

  it('begins the week on Monday', () => {
    expect(offsetIn(7 * DAY_SECONDS, new Date(2026, 10, 23, 1))).toBe(3600)
    expect(offsetIn(7 * DAY_SECONDS, new Date(2026, 10, 22))).toBe(6 * DAY_SECONDS)
  })

  it('counts from the begin of one that does not recur', () => {
    const { steps, span, recurring } = pictureOf({
      ...withSchedule(DAILY, { duration: 60_000, startSchedule: '2026-11-21T06:00:00Z' }),
      chargingProfileKind: 'Absolute',
    })
    expect({ first: steps[0]?.from, span, recurring }).toEqual({ first: 0, span: 60_000, recurring: false })
  })
})

describe('a profile as it is typed', () => {
  it('comes back from the form as it went in', () => {
    const profile = withSchedule(DAILY, { duration: 80_000, minChargingRate: 6.5 })
    expect(profileOf(draftOf(profile))).toEqual(profile)
  })

  it('takes hours and minutes, or seconds', () => {
    expect(['8:30', '8:30:15', '90', 'later', '1:75'].map(secondsIn)).toEqual([
      30_600,
      30_615,
      90,
      Number.NaN,
      Number.NaN,
    ])
    expect([30_600, 30_615, 90].map(clockOf)).toEqual(['8:30', '8:30:15', '0:01:30'])
  })

  it('has nothing wrong at first', () => {
    expect(issuesOf(EMPTY)).toEqual({})
  })

  it('is told what no charge point could make sense of, place by place', () => {
    const issues = issuesOf({
      ...EMPTY,
      kind: 'Recurring',
      stackLevel: '-1',
      minChargingRate: '6.55',
      duration: 'a while',
      validFrom: '2026-11-22T00:00:00Z',
      validTo: '2026-11-21T00:00:00Z',
      periods: [
        { start: '1:00', limit: '16', phases: '' },
        { start: '0:30', limit: 'much', phases: '' },
        { start: '25:00', limit: '8', phases: '' },
      ],
    })
    expect(issues).toEqual({
      stackLevel: 'number',
      minChargingRate: 'tenth',
      duration: 'time',
      validTo: 'until',
      'periods[0].start': 'first',
      'periods[1].start': 'order',
      'periods[1].limit': 'tenth',
      'periods[2].start': 'span',
    })
  })
})
