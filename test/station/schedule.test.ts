import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Machine } from '../../lib/station/machine.ts'
import { settingsOf } from '../../lib/station/options.ts'
import { answerRequest } from '../../lib/station/requests/index.ts'
import { FakeTime } from './fake-time.ts'

/** All moments of this test are multiples of it: between two of them nothing changes. */
const STEP_S = 30
const DAY_S = 86_400
const HORIZON_S = 3 * 3600
const NOW = '2026-11-21T08:00:00.000Z'
const VOLTS = 230

interface Profile {
  connectorId: number
  chargingProfileId: number
  stackLevel: number
  chargingProfilePurpose: 'ChargePointMaxProfile' | 'TxDefaultProfile' | 'TxProfile'
  kind: 'Absolute' | 'Relative' | 'Daily' | 'Weekly'
  /** Seconds from the beginning of the story, as are the following. */
  start: number | undefined
  validFrom: number | undefined
  validTo: number | undefined
  duration: number | undefined
  unit: 'A' | 'W'
  periods: { startPeriod: number; limit: number; numberPhases?: number }[]
  /** Since the profile before. */
  installedAfter: number
}

interface Story {
  powerKw: number
  stationLimitKw: number | undefined
  /** When a transaction begins on each connector, if one does. */
  starts: (number | undefined)[]
  profiles: Profile[]
  asked: { connectorId: number; unit: 'A' | 'W' }
}

const steps = (least: number, most: number) =>
  fc
    .integer({ min: Math.ceil(least / STEP_S), max: Math.floor(most / STEP_S) })
    .map((count) => count * STEP_S)
const perhaps = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 })

const periods = fc
  .tuple(
    fc.uniqueArray(steps(STEP_S, HORIZON_S), { maxLength: 4 }),
    fc.array(
      fc.record(
        { limit: fc.integer({ min: 0, max: 400 }), numberPhases: fc.constantFrom(1, 2, 3) },
        { requiredKeys: ['limit'] },
      ),
      { minLength: 5, maxLength: 5 },
    ),
  )
  .map(([later, limits]) =>
    [0, ...later.sort((a, b) => a - b)].map((startPeriod, index) => ({
      startPeriod,
      ...(limits[index] as { limit: number; numberPhases?: number }),
    })),
  )

const profiles = fc
  .record({
    connectorId: fc.constantFrom(0, 0, 1, 2),
    chargingProfileId: fc.integer({ min: 1, max: 12 }),
    stackLevel: fc.integer({ min: 0, max: 3 }),
    chargingProfilePurpose: fc.constantFrom(
      ...(['ChargePointMaxProfile', 'TxDefaultProfile', 'TxDefaultProfile', 'TxProfile'] as const),
    ),
    kind: fc.constantFrom(...(['Absolute', 'Relative', 'Daily', 'Weekly'] as const)),
    start: perhaps(steps(-9 * DAY_S, 2 * 3600)),
    validFrom: perhaps(steps(-3600, 3600)),
    validTo: perhaps(steps(7200, 3 * 3600)),
    duration: perhaps(steps(STEP_S, 2 * DAY_S)),
    unit: fc.constantFrom(...(['A', 'W'] as const)),
    periods,
    installedAfter: steps(0, 600),
  })
  .map((each) => ({
    ...each,
    periods: each.periods.map((period) => ({
      ...period,
      limit: each.unit === 'W' ? period.limit * 75.5 : period.limit / 10,
    })),
  }))

const stories: fc.Arbitrary<Story> = fc.record({
  powerKw: fc.constantFrom(3.7, 11, 22.2),
  stationLimitKw: perhaps(fc.constantFrom(5, 17.3)),
  starts: fc.tuple(perhaps(steps(0, 900)), perhaps(steps(0, 900))),
  profiles: fc.array(profiles, { minLength: 1, maxLength: 8 }),
  asked: fc.record({
    connectorId: fc.constantFrom(0, 1, 2),
    unit: fc.constantFrom(...(['A', 'W'] as const)),
  }),
})

const iso = (seconds: number) => new Date(Date.parse(NOW) + seconds * 1000).toISOString()

function payloadOf(profile: Profile): Record<string, unknown> {
  const { kind, start, validFrom, validTo, duration, unit } = profile
  const isRecurring = kind === 'Daily' || kind === 'Weekly'
  return {
    connectorId: profile.connectorId,
    csChargingProfiles: {
      chargingProfileId: profile.chargingProfileId,
      stackLevel: profile.stackLevel,
      chargingProfilePurpose: profile.chargingProfilePurpose,
      chargingProfileKind: isRecurring ? 'Recurring' : kind,
      ...(isRecurring ? { recurrencyKind: kind } : {}),
      ...(validFrom === undefined ? {} : { validFrom: iso(validFrom) }),
      ...(validTo === undefined ? {} : { validTo: iso(validTo) }),
      chargingSchedule: {
        chargingRateUnit: unit,
        ...(start === undefined ? {} : { startSchedule: iso(start) }),
        ...(duration === undefined ? {} : { duration }),
        chargingSchedulePeriod: profile.periods,
      },
    },
  }
}

/** Tells the story to a station, and has its composite schedule at the end. */
function tell({ powerKw, stationLimitKw, starts, profiles, asked }: Story) {
  const time = new FakeTime(NOW)
  const settings = settingsOf({
    ...{ id: 'CP001', url: 'ws://localhost', time, powerKw, random: () => 0.5 },
    ...(stationLimitKw === undefined ? {} : { stationLimitKw }),
    configuration: { ClockAlignedDataInterval: '0', MeterValueSampleInterval: '0' },
  })
  const station = new Machine(settings, { onOpen() {}, onAccepted() {}, onEnd() {} })
  const begun = starts.map(() => false)
  const advanceTo = (seconds: number) => {
    const due = starts
      .map((start, index) => ({ start, index }))
      .filter(({ start, index }) => start !== undefined && start <= seconds && !begun[index])
    for (const { start = 0, index } of due.sort((a, b) => (a.start ?? 0) - (b.start ?? 0))) {
      time.advance(Date.parse(iso(start)) - time.now())
      void station.transactions.start(index + 1, `TAG00${index}`)
      begun[index] = true
    }
    time.advance(Date.parse(iso(seconds)) - time.now())
  }
  let now = 0
  const installed: (Profile & { installedAt: number })[] = []
  for (const profile of profiles) {
    now += profile.installedAfter
    advanceTo(now)
    const { status } = answerRequest('SetChargingProfile', payloadOf(profile), station).response
    if (status === 'Accepted') installed.push({ ...profile, installedAt: now })
  }
  const { connectorId, unit } = asked
  const composite = answerRequest(
    'GetCompositeSchedule',
    { connectorId, duration: HORIZON_S, chargingRateUnit: unit },
    station,
  ).response
  station.time.end()
  return { composite, installed, now }
}

/** The reference: what the specification says of one moment, read off the profiles one by one. */
function expectedWatts(
  story: Story,
  installed: (Profile & { installedAt: number })[],
  now: number,
  at: number,
) {
  const phases = story.powerKw > 7.4 ? 3 : 1
  const stack = installed.filter(
    (one, index) =>
      !installed
        .slice(index + 1)
        .some(
          (later) =>
            later.chargingProfileId === one.chargingProfileId ||
            (later.connectorId === one.connectorId &&
              later.chargingProfilePurpose === one.chargingProfilePurpose &&
              later.stackLevel === one.stackLevel),
        ),
  )
  const says = (
    profile: Profile & { installedAt: number },
    charging: number | undefined,
  ): number | undefined => {
    if (profile.validFrom !== undefined && at < profile.validFrom) return undefined
    if (profile.validTo !== undefined && at >= profile.validTo) return undefined
    const isOwnStart = profile.start === undefined || profile.kind === 'Relative'
    let elapsed = at - (isOwnStart ? (charging ?? profile.installedAt) : (profile.start ?? 0))
    if (elapsed < 0) return undefined
    if (profile.kind === 'Daily') elapsed %= DAY_S
    if (profile.kind === 'Weekly') elapsed %= 7 * DAY_S
    if (profile.duration !== undefined && elapsed >= profile.duration) return undefined
    let limit: number | undefined
    for (const period of profile.periods) {
      if (period.startPeriod > elapsed) continue
      const usable = Math.min(phases, period.numberPhases ?? 3)
      limit = profile.unit === 'W' ? period.limit : period.limit * VOLTS * usable
    }
    return limit
  }
  const topmost = (connectorId: number, purpose: string, charging: number | undefined) => {
    for (let level = 3; level >= 0; level -= 1) {
      for (const profile of stack) {
        if (profile.stackLevel !== level || profile.connectorId !== connectorId) continue
        if (profile.chargingProfilePurpose !== purpose) continue
        const limit = says(profile, charging)
        if (limit !== undefined) return limit
      }
    }
    return undefined
  }
  const ofConnector = (id: number) => {
    const begun = story.starts[id - 1]
    const charging = begun !== undefined && begun <= now ? begun : now
    const limit =
      topmost(id, 'TxProfile', charging) ??
      topmost(id, 'TxDefaultProfile', charging) ??
      topmost(0, 'TxDefaultProfile', charging) ??
      Number.POSITIVE_INFINITY
    return Math.min(limit, story.powerKw * 1000)
  }
  const { connectorId } = story.asked
  const own = connectorId === 0 ? ofConnector(1) + ofConnector(2) : ofConnector(connectorId)
  const station = topmost(0, 'ChargePointMaxProfile', undefined) ?? Number.POSITIVE_INFINITY
  return Math.min(own, station, (story.stationLimitKw ?? Number.POSITIVE_INFINITY) * 1000)
}

test('the composite schedule agrees with a reference that looks at every moment, for 1,000 sets of profiles', () => {
  const seed = Date.now() % 2 ** 31
  console.info(`composite schedules: seed ${seed}`)
  let moments = 0
  let changes = 0
  fc.assert(
    fc.property(stories, (story) => {
      const { composite, installed, now } = tell(story)
      expect(composite).toMatchObject({ status: 'Accepted', connectorId: story.asked.connectorId })
      const schedule = composite.chargingSchedule as {
        duration: number
        chargingSchedulePeriod: { startPeriod: number; limit: number }[]
      }
      const got = schedule.chargingSchedulePeriod
      expect(schedule.duration).toBe(HORIZON_S)
      expect(got[0]?.startPeriod).toBe(0)
      changes += got.length - 1
      const divisor = story.asked.unit === 'W' ? 1 : VOLTS * (story.powerKw > 7.4 ? 3 : 1)
      for (let second = 0; second < HORIZON_S; second += STEP_S) {
        const limit = got.findLast(({ startPeriod }) => startPeriod <= second)?.limit
        const expected = expectedWatts(story, installed, now, now + second) / divisor
        if (limit === undefined || Math.abs(limit - expected) > 0.0501)
          expect({ second, limit }).toEqual({ second, limit: expected })
        moments += 1
      }
    }),
    { numRuns: 1000, seed },
  )
  expect(moments).toBe((1000 * HORIZON_S) / STEP_S)
  expect(changes).toBeGreaterThan(500)
})
