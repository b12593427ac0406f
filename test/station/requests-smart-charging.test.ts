import { describe, expect, test } from 'vitest'
import { until } from './central-system.ts'
import { profile } from './charging-profile.ts'
import { accepted } from './harness.ts'

const inAnHour = '2026-11-21T09:00:00.000Z'

describe('SetChargingProfile, ClearChargingProfile, GetCompositeSchedule (§5.16, §5.5, §5.7)', () => {
  test('a profile limits the running transaction from the next moment on, and through its periods', async () => {
    const { system, station, time } = await accepted({
      powerKw: 7.2,
      configuration: { HeartbeatInterval: '0' },
    })
    await station.start(1, 'TAG001')
    await system.request('ChangeConfiguration', { key: 'HeartbeatInterval', value: '0' })
    time.advance(600_000)
    const csChargingProfiles = profile(
      { chargingProfilePurpose: 'TxProfile', transactionId: 101, chargingProfileKind: 'Absolute' },
      {
        startSchedule: '2026-11-21T08:10:00Z',
        duration: 1800,
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 3600 },
          { startPeriod: 600, limit: 0 },
          { startPeriod: 1200, limit: 10.5, numberPhases: 1 },
        ],
      },
    )
    expect(await system.request('SetChargingProfile', { connectorId: 1, csChargingProfiles })).toEqual({
      status: 'Accepted',
    })
    expect(station.status().connectors[0]?.powerW).toBe(3600)
    time.advance(600_000)
    await until(() => system.statuses(1).at(-1) === 'SuspendedEVSE')
    await station.idle()
    time.advance(600_000)
    await station.idle()
    time.advance(600_000)
    await station.idle()
    expect(station.status().connectors[0]?.powerW).toBe(7200)
    // 1200 + 600 + 0 + 1.75 Wh
    expect(station.status().connectors[0]?.transaction?.energyWh).toBe(1801)
    expect(system.statuses(1).slice(-3)).toEqual(['Charging', 'SuspendedEVSE', 'Charging'])
  })

  test.each([
    [
      'ChargePointMaxProfile on a connector',
      1,
      profile({ chargingProfilePurpose: 'ChargePointMaxProfile' }),
      'Rejected',
    ],
    ['TxProfile without a transaction', 1, profile({ chargingProfilePurpose: 'TxProfile' }), 'Rejected'],
    ['TxProfile on connector 0', 0, profile({ chargingProfilePurpose: 'TxProfile' }), 'Rejected'],
    [
      'a first period that does not begin at 0',
      1,
      profile({}, { chargingSchedulePeriod: [{ startPeriod: 1, limit: 1 }] }),
      'Rejected',
    ],
    ['no period', 1, profile({}, { chargingSchedulePeriod: [] }), 'Rejected'],
    ['a recurrence without a kind', 1, profile({ chargingProfileKind: 'Recurring' }), 'Rejected'],
    ['a stack level too high', 1, profile({ stackLevel: 21 }), 'Rejected'],
    [
      'validTo before validFrom',
      1,
      profile({ validFrom: inAnHour, validTo: '2026-11-21T08:30:00Z' }),
      'Rejected',
    ],
    ['TxDefaultProfile', 0, profile(), 'Accepted'],
    [
      'a limit with one decimal',
      1,
      profile({}, { chargingSchedulePeriod: [{ startPeriod: 0, limit: 8.1 }] }),
      'Accepted',
    ],
  ])('%s: %s', async (_, connectorId, csChargingProfiles, status) => {
    const { system } = await accepted()
    expect(await system.request('SetChargingProfile', { connectorId, csChargingProfiles })).toEqual({
      status,
    })
  })

  test('an unknown connector or rate unit is a CALLERROR (errata 3.38, 3.39)', async () => {
    const { system } = await accepted()
    const error = 'PropertyConstraintViolation'
    expect(
      await system.request('SetChargingProfile', { connectorId: 9, csChargingProfiles: profile() }),
    ).toEqual({ error })
    const csChargingProfiles = profile({}, { chargingRateUnit: 'kW' })
    expect(await system.request('SetChargingProfile', { connectorId: 1, csChargingProfiles })).toEqual({
      error,
    })
    expect(
      await system.request('GetCompositeSchedule', { connectorId: 1, duration: 60, chargingRateUnit: 'V' }),
    ).toEqual({ error })
  })

  test('ClearChargingProfile: by id, by what else is given, or all', async () => {
    const { system } = await accepted()
    const set = (chargingProfileId: number, stackLevel: number, connectorId = 1) =>
      system.request('SetChargingProfile', {
        connectorId,
        csChargingProfiles: profile({ chargingProfileId, stackLevel }),
      })
    const clear = async (filter: Record<string, unknown>) =>
      (await system.request('ClearChargingProfile', filter)).status
    expect(await clear({})).toBe('Unknown')
    for (const [id, level] of [
      [1, 0],
      [2, 1],
      [3, 2],
    ] as const)
      await set(id, level)
    await set(4, 0, 2)
    expect(await clear({ id: 2, connectorId: 9 })).toBe('Accepted')
    expect(await clear({ id: 2 })).toBe('Unknown')
    expect(await clear({ connectorId: 1, stackLevel: 7 })).toBe('Unknown')
    expect(await clear({ connectorId: 2, stackLevel: 0 })).toBe('Accepted')
    expect(await clear({ chargingProfilePurpose: 'TxProfile' })).toBe('Unknown')
    expect(await clear({})).toBe('Accepted')
    expect(await clear({})).toBe('Unknown')
  })

  test('GetCompositeSchedule: the merged limits of connector and station', async () => {
    const { system } = await accepted({ powerKw: 22.08, connectors: 2 })
    const periods = [
      { startPeriod: 0, limit: 16 },
      { startPeriod: 120, limit: 8.1 },
    ]
    await system.request('SetChargingProfile', {
      connectorId: 1,
      csChargingProfiles: profile(
        {},
        { chargingRateUnit: 'A', duration: 300, chargingSchedulePeriod: periods },
      ),
    })
    await system.request('SetChargingProfile', {
      connectorId: 0,
      csChargingProfiles: profile(
        { chargingProfileId: 2, chargingProfilePurpose: 'ChargePointMaxProfile' },
        {
          chargingSchedulePeriod: [
            { startPeriod: 0, limit: 20_000 },
            { startPeriod: 60, limit: 6900 },
          ],
        },
      ),
    })
    expect(
      await system.request('GetCompositeSchedule', { connectorId: 1, duration: 600, chargingRateUnit: 'A' }),
    ).toEqual({
      status: 'Accepted',
      connectorId: 1,
      scheduleStart: '2026-11-21T08:00:00.000Z',
      chargingSchedule: {
        duration: 600,
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 16 },
          { startPeriod: 60, limit: 10 },
          { startPeriod: 120, limit: 8.1 },
          { startPeriod: 300, limit: 10 },
        ],
      },
    })
    const whole = await system.request('GetCompositeSchedule', { connectorId: 0, duration: 90 })
    expect(whole.chargingSchedule).toEqual({
      duration: 90,
      chargingRateUnit: 'W',
      chargingSchedulePeriod: [
        { startPeriod: 0, limit: 20_000 },
        { startPeriod: 60, limit: 6900 },
      ],
    })
    expect(await system.request('GetCompositeSchedule', { connectorId: 3, duration: 90 })).toEqual({
      status: 'Rejected',
    })
  })

  test('a limit of the station is shared by its connectors (product A12)', async () => {
    const { system, station } = await accepted({ powerKw: 11, connectors: 3 })
    await system.request('SetChargingProfile', {
      connectorId: 0,
      csChargingProfiles: profile(
        { chargingProfilePurpose: 'ChargePointMaxProfile' },
        { minChargingRate: 4000, chargingSchedulePeriod: [{ startPeriod: 0, limit: 10_000 }] },
      ),
    })
    const powers = () => station.status().connectors.map(({ powerW }) => powerW)
    await station.start(1, 'TAG001')
    expect(powers()).toEqual([10_000, 0, 0])
    await station.start(2, 'TAG002')
    expect(powers()).toEqual([5000, 5000, 0])
    await station.start(3, 'TAG003')
    await station.idle()
    expect(powers()).toEqual([5000, 5000, 0])
    expect(system.statuses(3).at(-1)).toBe('SuspendedEVSE')
    await station.stop(1)
    await station.idle()
    expect(powers()).toEqual([0, 5000, 5000])
    expect(system.statuses(3).at(-1)).toBe('Charging')
  })

  test('a TxProfile ends with its transaction', async () => {
    const { system, station } = await accepted()
    await station.start(1, 'TAG001')
    const csChargingProfiles = profile({ chargingProfilePurpose: 'TxProfile', transactionId: 101 })
    await system.request('SetChargingProfile', { connectorId: 1, csChargingProfiles })
    await station.stop(1)
    expect(await system.request('ClearChargingProfile', {})).toEqual({ status: 'Unknown' })
  })
})
