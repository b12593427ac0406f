import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wiringFor } from '../../lib/station/meter.ts'
import { compositePeriods, Profiles, share } from '../../lib/station/profiles.ts'
import { type ChargingProfile, changeAfter, periodAt } from '../../lib/station/schedule.ts'

const at = (time: string) => Date.parse(`2026-11-21T${time}Z`)
const LIMITS = { maxStackLevel: 10, maxPeriods: 10, maxInstalled: 10 }

function profile(
  more: Partial<ChargingProfile>,
  schedule: Partial<ChargingProfile['chargingSchedule']> = {},
): ChargingProfile {
  return {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Absolute',
    ...more,
    chargingSchedule: {
      chargingRateUnit: 'W',
      chargingSchedulePeriod: [
        { startPeriod: 0, limit: 1000 },
        { startPeriod: 3600, limit: 2000 },
      ],
      ...schedule,
    },
  }
}

describe('a schedule (§3.13, §7.8–7.14)', () => {
  const limit = (it: ChargingProfile, time: string, anchor = at('08:00:00')) =>
    periodAt(it, at(time), anchor)?.limit

  test('absolute: from startSchedule on, to the end of its duration', () => {
    const it = profile({}, { startSchedule: '2026-11-21T09:00:00Z', duration: 7200 })
    expect(
      ['08:59:59', '09:00:00', '09:59:59', '10:00:00', '10:59:59', '11:00:00'].map((time) => limit(it, time)),
    ).toEqual([undefined, 1000, 1000, 2000, 2000, undefined])
  })

  test('relative, or without a start: from the start of charging on', () => {
    expect(
      limit(
        profile({ chargingProfileKind: 'Relative' }, { startSchedule: '2026-11-21T00:00:00Z' }),
        '08:30:00',
      ),
    ).toBe(1000)
    expect(limit(profile({}), '09:30:00')).toBe(2000)
  })

  test('recurring: every day at the same time; what is longer than a day is cut off (errata 3.44)', () => {
    const daily = profile(
      { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' },
      { startSchedule: '2026-11-01T09:00:00Z', duration: 7200 },
    )
    expect(['08:00:00', '09:30:00', '10:30:00', '11:30:00'].map((time) => limit(daily, time))).toEqual([
      undefined,
      1000,
      2000,
      undefined,
    ])
    const endless = profile(
      { chargingProfileKind: 'Recurring', recurrencyKind: 'Weekly' },
      { startSchedule: '2026-11-14T09:00:00Z' },
    )
    expect(['08:59:59', '09:00:00'].map((time) => limit(endless, time))).toEqual([2000, 1000])
  })

  test('validFrom and validTo bound it', () => {
    const it = profile({ validFrom: '2026-11-21T08:10:00Z', validTo: '2026-11-21T08:20:00Z' })
    expect(['08:09:59', '08:10:00', '08:19:59', '08:20:00'].map((time) => limit(it, time))).toEqual([
      undefined,
      1000,
      1000,
      undefined,
    ])
  })

  test('between two changes nothing changes', () => {
    const kinds = fc.constantFrom<Partial<ChargingProfile>>(
      {},
      { chargingProfileKind: 'Relative' },
      { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' },
      { validFrom: '2026-11-21T08:10:00Z', validTo: '2026-11-21T12:00:00Z' },
    )
    const duration = fc.constantFrom(1800, 5000, 90_000)
    const moment = fc.integer({ min: at('00:00:00'), max: at('23:59:59') })
    fc.assert(
      fc.property(
        kinds,
        duration,
        moment,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (kind, seconds, from, fraction) => {
          const it = profile(kind, { startSchedule: '2026-11-21T07:00:00Z', duration: seconds })
          const next = changeAfter(it, from, at('06:00:00'))
          expect(next).toBeGreaterThan(from)
          const between = from + Math.floor((Math.min(next, from + 86_400_000) - from - 1) * fraction)
          expect(periodAt(it, between, at('06:00:00'))).toEqual(periodAt(it, from, at('06:00:00')))
        },
      ),
    )
  })
})

describe('the stack (§3.13.1, §3.13.2)', () => {
  const starts = new Map([[1, at('08:00:00')]])
  const transaction = { id: 7 }
  const watts = (profiles: Profiles, connectorId: number, time: string) =>
    profiles.limitOf(connectorId, at(time), starts)?.watts

  test('the highest level that says something rules; below it the next one shows through', () => {
    const profiles = new Profiles(wiringFor(22), () => LIMITS)
    profiles.set(0, profile({ chargingProfileId: 1 }), at('08:00:00'), undefined)
    const short = { duration: 600, chargingSchedulePeriod: [{ startPeriod: 0, limit: 500 }] }
    profiles.set(0, profile({ chargingProfileId: 2, stackLevel: 1 }, short), at('08:00:00'), undefined)
    expect(watts(profiles, 1, '08:05:00')).toBe(500)
    expect(watts(profiles, 1, '08:15:00')).toBe(1000)
  })

  test('TxProfile before TxDefaultProfile of the connector, before that of the station', () => {
    const profiles = new Profiles(wiringFor(22), () => LIMITS)
    const flat = (limit: number) => ({ chargingSchedulePeriod: [{ startPeriod: 0, limit }] })
    profiles.set(0, profile({ chargingProfileId: 1, stackLevel: 9 }, flat(1)), at('08:00:00'), undefined)
    expect([watts(profiles, 1, '08:00:00'), watts(profiles, 2, '08:00:00')]).toEqual([1, 1])
    profiles.set(1, profile({ chargingProfileId: 2, stackLevel: 5 }, flat(2)), at('08:00:00'), undefined)
    expect([watts(profiles, 1, '08:00:00'), watts(profiles, 2, '08:00:00')]).toEqual([2, 1])
    profiles.set(
      1,
      profile({ chargingProfileId: 3, chargingProfilePurpose: 'TxProfile' }, flat(3)),
      at('08:00:00'),
      transaction,
    )
    expect(watts(profiles, 1, '08:00:00')).toBe(3)
    profiles.endTransaction(1)
    expect(watts(profiles, 1, '08:00:00')).toBe(2)
  })

  test('the same id, or the same purpose and level, replaces; more than fit are refused', () => {
    const profiles = new Profiles(wiringFor(22), () => ({ ...LIMITS, maxInstalled: 2 }))
    const set = (chargingProfileId: number, stackLevel: number) =>
      profiles.set(1, profile({ chargingProfileId, stackLevel }), at('08:00:00'), undefined)
    expect([set(1, 0), set(2, 0), set(2, 1), set(3, 2), set(4, 3)]).toEqual([true, true, true, true, false])
    expect(profiles.clear({ id: 1 })).toBe(false)
    expect(profiles.clear({ id: 2 })).toBe(true)
  })

  test('amperes are per phase; more phases than there are change nothing (errata 3.34)', () => {
    const inAmperes = {
      chargingRateUnit: 'A' as const,
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }],
    }
    for (const [powerKw, watts] of [
      [7.4, 2300],
      [22, 6900],
    ] as const) {
      const profiles = new Profiles(wiringFor(powerKw), () => LIMITS)
      profiles.set(1, profile({}, inAmperes), at('08:00:00'), undefined)
      expect(profiles.limitOf(1, at('08:00:00'), starts)?.watts).toBe(watts)
    }
  })
})

describe('share (§3.13.3)', () => {
  test.each([
    [
      'enough for all',
      30,
      [
        [10, 0],
        [10, 0],
      ],
      [10, 10],
    ],
    [
      'equal parts',
      10,
      [
        [10, 0],
        [10, 0],
      ],
      [5, 5],
    ],
    [
      'what one leaves, the others take',
      12,
      [
        [2, 0],
        [10, 0],
        [10, 0],
      ],
      [2, 5, 5],
    ],
    [
      'too little for all: the last goes without',
      10,
      [
        [10, 4],
        [10, 4],
        [10, 4],
      ],
      [5, 5, 0],
    ],
    [
      'too little for anybody',
      3,
      [
        [10, 4],
        [10, 4],
      ],
      [0, 0],
    ],
    [
      'who wants less than the least gets it',
      10,
      [
        [3, 6],
        [20, 6],
      ],
      [3, 7],
    ],
    ['nothing to share', 0, [[10, 0]], [0]],
    ['nobody', 10, [], []],
  ])('%s', (_, available, wishes, expected) => {
    expect(
      share(
        available,
        wishes.map(([wants = 0, least = 0]) => ({ wants, least })),
      ),
    ).toEqual(expected)
  })

  test('never more than there is, never more than wanted, never less than the least', () => {
    const wish = fc.record({
      wants: fc.double({ min: 0, max: 50, noNaN: true }),
      least: fc.double({ min: 0, max: 20, noNaN: true }),
    })
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.array(wish, { maxLength: 6 }),
        (available, wishes) => {
          const shares = share(available, wishes)
          expect(shares.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(available + 1e-9)
          shares.forEach((given, index) => {
            const { wants, least } = wishes[index] as { wants: number; least: number }
            expect(given).toBeLessThanOrEqual(wants)
            expect(given === 0 || given >= Math.min(wants, least)).toBe(true)
          })
        },
      ),
    )
  })
})

test('compositePeriods joins what does not change and rounds to one decimal', () => {
  const limit = (time: number) => (time < 120_000 ? 3333.33 : 1000)
  const next = (time: number) => time + 60_000
  expect(compositePeriods(0, 300, 'W', wiringFor(22), limit, next)).toEqual([
    { startPeriod: 0, limit: 3333.3 },
    { startPeriod: 120, limit: 1000 },
  ])
  expect(compositePeriods(0, 60, 'A', wiringFor(22), () => 6900, next)).toEqual([
    { startPeriod: 0, limit: 10 },
  ])
})
