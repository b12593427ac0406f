import { expect, test } from 'vitest'
import { newConnector } from '../../lib/station/connector.ts'
import { Energy } from '../../lib/station/energy.ts'
import { wiringFor } from '../../lib/station/meter.ts'
import { Profiles } from '../../lib/station/profiles.ts'

test('energy is exact, also when timers are late: every change of a limit counts from its moment on', () => {
  const start = Date.parse('2026-11-21T08:00:00Z')
  let now = start
  const time = { now: () => now, after: () => () => {} }
  const profiles = new Profiles(wiringFor(10), () => ({ maxStackLevel: 9, maxPeriods: 9, maxInstalled: 9 }))
  const connectors = [newConnector(0, 0), newConnector(1, 0), newConnector(2, 0)]
  const energy = new Energy({ time, connectors, profiles, maxWatts: 10_000, onChange: () => {} })
  for (const connector of connectors.slice(1)) {
    connector.isPlugged = true
    connector.transaction = {
      ...{ idTag: 'A', startedAt: start + connector.id, meterStart: 0, id: 1 },
      ...{ isAuthorized: true, readings: [] },
    }
  }
  const [, first, second] = connectors
  if (!first || !second) throw new Error()
  // Full after a quarter of an hour.
  second.battery = { capacityWh: 60_000, levelWh: 58_750 }
  const schedule = {
    chargingRateUnit: 'W' as const,
    startSchedule: '2026-11-21T08:00:00Z',
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 10_000 },
      { startPeriod: 1800, limit: 2000 },
    ],
  }
  const kind = { chargingProfilePurpose: 'ChargePointMaxProfile', chargingProfileKind: 'Absolute' } as const
  profiles.set(
    0,
    { chargingProfileId: 1, stackLevel: 0, ...kind, chargingSchedule: schedule },
    start,
    undefined,
  )
  energy.settle()
  now += 3_600_000
  energy.settle()
  // 5 kW for a quarter, then alone: 10 kW for a quarter, 2 kW for half an hour.
  expect(second.registerWh).toBeCloseTo(1250, 6)
  expect(first.registerWh).toBeCloseTo(1250 + 2500 + 1000, 6)
})
