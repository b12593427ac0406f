import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readArguments } from '../../lib/station/arguments.ts'
import { stationLimitOf } from '../../lib/station/commands/crew.ts'
import { share, type Wish } from '../../lib/station/profiles.ts'
import { until } from './central-system.ts'
import { accepted, type Scene } from './harness.ts'

const watts = (most: number) => fc.integer({ min: 0, max: most * 10 }).map((tenths) => tenths / 10)
const rows = fc.array(fc.record({ wants: watts(22_000), least: watts(6000) }), { maxLength: 8 })
const limits = watts(60_000)
const NEARLY = 1e-6

const leastOf = ({ wants, least }: Wish) => Math.min(wants, least)
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

function always(holds: (available: number, wishes: Wish[], shares: number[]) => void): void {
  fc.assert(
    fc.property(limits, rows, (available, wishes) => {
      holds(available, wishes, share(available, wishes))
    }),
    { numRuns: 1000 },
  )
}

describe('a limit shared among connectors', () => {
  test('is never exceeded', () => {
    always((available, _, shares) => expect(sum(shares)).toBeLessThanOrEqual(available + NEARLY))
  })

  test('gives nobody more than they want, and either nothing or what is worth having', () => {
    always((_, wishes, shares) => {
      wishes.forEach((wish, index) => {
        const given = shares[index] ?? -1
        expect(given).toBeLessThanOrEqual(wish.wants + NEARLY)
        expect(given === 0 || given >= leastOf(wish) - NEARLY).toBe(true)
      })
    })
  })

  test('leaves nothing over that somebody served would take, or somebody waiting could use', () => {
    always((available, wishes, shares) => {
      const served = wishes.filter((_, index) => (shares[index] ?? 0) > 0)
      const isUsedUp = sum(shares) >= available - NEARLY
      const isSated = sum(shares) >= sum(served.map(({ wants }) => wants)) - NEARLY
      expect(isUsedUp || isSated).toBe(true)
      wishes.forEach((wish, index) => {
        // Who needs nothing to begin with does not wait: nothing was left over.
        if (leastOf(wish) === 0 || (shares[index] ?? 0) > 0 || available === 0) return
        expect(sum(served.map(leastOf)) + leastOf(wish)).toBeGreaterThan(available - NEARLY)
      })
    })
  })

  test('is fair: whoever has less than another among the served has all they want, or the other its least', () => {
    always((_, wishes, shares) => {
      const served = wishes
        .map((wish, index) => ({ wish, given: shares[index] ?? 0 }))
        .filter(({ given }) => given > 0)
      for (const one of served) {
        for (const other of served) {
          if (one.given >= other.given - NEARLY) continue
          const isSated = one.given >= one.wish.wants - NEARLY
          const hasItsLeast = other.given <= leastOf(other.wish) + NEARLY
          expect(isSated || hasItsLeast).toBe(true)
        }
      }
    })
  })

  test('does not depend on the order of the row where there is enough for everybody', () => {
    always((available, wishes, shares) => {
      if (sum(wishes.map(leastOf)) > available) return
      const turned = share(available, wishes.toReversed()).toReversed()
      turned.forEach((given, index) => {
        expect(given).toBeCloseTo(shares[index] ?? -1, 4)
      })
    })
  })
})

const MINUTE_MS = 60_000
const powers = ({ station }: Scene) => station.status().connectors.map(({ powerW }) => Math.round(powerW))
const registers = ({ station }: Scene) => station.status().connectors.map(({ registerWh }) => registerWh)

/** Six amperes on three phases: what most cars need. */
const LEAST = { configuration: {}, powerKw: 22 }

async function threeCars(stationLimitKw: number, leastWatts: number): Promise<Scene> {
  const scene = await accepted({ ...LEAST, connectors: 3, stationLimitKw })
  const profile = {
    chargingProfileId: 9,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: {
      chargingRateUnit: 'W',
      startSchedule: '2026-11-21T00:00:00Z',
      minChargingRate: leastWatts,
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 22_000 }],
    },
  }
  const set = { connectorId: 0, csChargingProfiles: profile }
  expect(await scene.system.request('SetChargingProfile', set)).toEqual({ status: 'Accepted' })
  for (const connectorId of [1, 2, 3]) await scene.station.start(connectorId, `TAG00${connectorId}`)
  await scene.station.idle()
  return scene
}

describe('a station with a limit of its own', () => {
  test('shares it from the first moment on, and the meters follow', async () => {
    const scene = await threeCars(12, 0)
    expect(powers(scene)).toEqual([4000, 4000, 4000])
    const before = registers(scene)
    scene.time.advance(30 * MINUTE_MS)
    expect(registers(scene).map((after, index) => after - (before[index] ?? 0))).toEqual([2000, 2000, 2000])
    await scene.station.stop(2)
    expect(powers(scene)).toEqual([6000, 0, 6000])
  })

  test('those who cannot get their least wait, SuspendedEVSE, and everybody has a turn', async () => {
    const scene = await threeCars(10, 4140)
    const turns: number[][] = []
    for (let turn = 0; turn < 6; turn += 1) {
      await until(() => scene.system.statuses(powers(scene).indexOf(0) + 1).at(-1) === 'SuspendedEVSE')
      turns.push(powers(scene))
      scene.time.advance(15 * MINUTE_MS)
      await scene.station.idle()
    }
    expect(turns).toEqual([
      [5000, 5000, 0],
      [5000, 0, 5000],
      [0, 5000, 5000],
      [5000, 5000, 0],
      [5000, 0, 5000],
      [0, 5000, 5000],
    ])
    const energies = scene.station.status().connectors.map(({ transaction }) => transaction?.energyWh)
    expect(energies).toEqual([5000, 5000, 5000])
  })

  test('the lower of its own limit and the ChargePointMaxProfile counts, and both are in the composite schedule', async () => {
    const scene = await threeCars(12, 0)
    const set = (limit: number) =>
      scene.system.request('SetChargingProfile', {
        connectorId: 0,
        csChargingProfiles: {
          chargingProfileId: 1,
          stackLevel: 0,
          chargingProfilePurpose: 'ChargePointMaxProfile',
          chargingProfileKind: 'Absolute',
          chargingSchedule: { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
        },
      })
    const whole = async () => {
      const { chargingSchedule } = await scene.system.request('GetCompositeSchedule', {
        connectorId: 0,
        duration: 60,
      })
      return (chargingSchedule as { chargingSchedulePeriod: { limit: number }[] }).chargingSchedulePeriod[0]
        ?.limit
    }
    expect(await whole()).toBe(12_000)
    await set(30_000)
    expect(powers(scene)).toEqual([4000, 4000, 4000])
    await set(6000)
    expect(powers(scene)).toEqual([2000, 2000, 2000])
    expect(await whole()).toBe(6000)
  })
})

describe('--station-limit', () => {
  const limitOf = (...more: string[]) =>
    stationLimitOf(
      readArguments(
        more,
        {},
        () => {},
        () => {},
      ),
    )

  test.each([
    [['--station-limit', '22'], 22],
    [['--station-limit', '7.5kW'], 7.5],
    [['--station-limit', '32A'], 7.36],
    [['--station-limit', '32A', '--power', '11'], 22.08],
  ])('%j: %d kW', (args, stationLimitKw) => {
    expect(limitOf(...args)).toEqual({ stationLimitKw })
  })

  test('is refused where it is neither kilowatts nor amperes', () => {
    expect(limitOf()).toEqual({})
    for (const wrong of ['much', '-1', '32V'])
      expect(() => limitOf(`--station-limit=${wrong}`)).toThrow('amperes')
  })
})
