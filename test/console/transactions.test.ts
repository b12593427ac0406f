import { describe, expect, test } from 'vitest'
import { askedOf } from '../../console/src/components/period.ts'
import {
  durationOf,
  energyOf,
  FLAGS,
  powerOf,
  stateOf,
} from '../../console/src/pages/transactions/facts-of.ts'
import {
  measurandsOf,
  ofPhases,
  phasesOf,
  rangeOf,
  readable,
  type Series,
  usualOf,
  WHOLE,
} from '../../console/src/pages/transactions/series.ts'
import { transactionFlag } from '../../lib/operator/transaction-view.ts'

type Transaction = Parameters<typeof stateOf>[0]

const running: Transaction = {
  transactionId: 7,
  chargePointId: 'CP1',
  startedAt: '2026-11-21T08:00:00.000Z',
  meterStart: 1000,
  active: true,
  meter: { timestamp: '2026-11-21T08:30:00.000Z', registerWh: 3000, energyWh: 2000, powerKw: 11 },
  flags: [],
}

const { meter: _, ...record } = running
const stopped: Transaction = {
  ...record,
  active: false,
  energyWh: 5000,
  durationSeconds: 3600,
  averageKw: 5,
}

describe('what a transaction comes to', () => {
  test('one that runs is told by its meter and the clock, one that stopped by its record', () => {
    const now = Date.parse('2026-11-21T08:40:00.000Z')
    expect([energyOf(running), powerOf(running), durationOf(running, now)]).toEqual([2000, 11_000, 2_400_000])
    expect([energyOf(stopped), powerOf(stopped), durationOf(stopped, now)]).toEqual([5000, 5000, 3_600_000])
  })

  test('a stop without a start has neither energy nor duration', () => {
    const orphan: Transaction = {
      transactionId: 8,
      chargePointId: 'CP1',
      active: false,
      flags: ['orphanStop'],
    }
    expect([energyOf(orphan), powerOf(orphan), durationOf(orphan, 0)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(stateOf(orphan)).toBe('stopped')
  })

  test('doubt comes before running, and a refused start is no common stop', () => {
    expect(stateOf(running)).toBe('running')
    expect(stateOf({ ...running, doubt: 'silent' })).toBe('doubtful')
    expect(stateOf({ ...stopped, flags: ['refused'] })).toBe('refused')
  })

  test('every flag of the API can be filtered by, and is explained', () => {
    expect([...FLAGS].sort()).toEqual([...transactionFlag.options].sort())
  })
})

const series = (measurand: string, unit: string, values: number[], phase?: string): Series => ({
  measurand,
  unit,
  location: 'Outlet',
  count: values.length,
  points: values.map((value, index) => ({ timestamp: new Date(index * 60_000).toISOString(), value })),
  ...(phase === undefined ? {} : { phase }),
})

describe('plots', () => {
  const power = series('Power.Active.Import', 'W', [11_000, 7400])
  const soc = series('SoC', 'Percent', [40])
  const l1 = series('Current.Import', 'A', [16], 'L1')
  const l2 = series('Current.Import', 'A', [15], 'L2')

  test('begin with power, energy and state of charge, whatever else was measured', () => {
    const energy = series('Energy.Active.Import.Register', 'Wh', [1000])
    const available = [l1, l2, energy, soc, power]
    const usual = ['Power.Active.Import', 'Energy.Active.Import.Register', 'SoC']
    expect(measurandsOf(available)).toEqual([...usual, 'Current.Import'])
    expect(usualOf(available)).toEqual(usual)
    expect(usualOf([l1, l2])).toEqual(['Current.Import'])
    expect(usualOf([])).toEqual([])
  })

  test('show the phases that are chosen; without a choice, all', () => {
    const whole = series('Current.Import', 'A', [31])
    expect(phasesOf([l2, l1, power])).toEqual(['L1', 'L2'])
    expect(ofPhases([whole, l1, l2], [])).toEqual([whole, l1, l2])
    expect(ofPhases([whole, l1, l2], ['L2', WHOLE])).toEqual([whole, l2])
  })

  test('are in kW and kWh, and leave other units as they are', () => {
    expect(readable(power)).toMatchObject({ unit: 'kW', points: [{ x: new Date(0), y: 11 }, { y: 7.4 }] })
    expect(readable(soc)).toMatchObject({ unit: '%', points: [{ y: 40 }] })
    expect(readable(l1)).toMatchObject({ unit: 'A', points: [{ y: 16 }] })
  })

  test('begin at zero, except those of registers and of what goes below it', () => {
    expect(rangeOf([10, 20], true)).toEqual([0, 21.6])
    expect(rangeOf([10, 20], false)).toEqual([9.2, 20.8])
    expect(rangeOf([-10, 10], true)).toEqual([-11.6, 11.6])
    expect(rangeOf([0, 0], true)[1]).toBeGreaterThan(0)
  })
})

describe('the period of a list', () => {
  const now = Date.parse('2026-11-21T12:00:00.000Z')

  test('is asked for in UTC, and one that reaches until now has no end', () => {
    expect(askedOf({ type: 'relative', unit: 'day', amount: 2 }, now)).toEqual({
      from: '2026-11-19T12:00:00.000Z',
    })
    const startDate = '2026-11-20T00:00:00+01:00'
    expect(askedOf({ type: 'absolute', startDate, endDate: '2026-11-21T00:00:00+01:00' }, now)).toEqual({
      from: '2026-11-19T23:00:00.000Z',
      to: '2026-11-20T23:00:00.000Z',
    })
  })

  test('is none where its end is not after its begin', () => {
    const startDate = '2026-11-20T00:00:00Z'
    expect(askedOf({ type: 'absolute', startDate, endDate: startDate }, now)).toBeUndefined()
    expect(askedOf({ type: 'absolute', startDate, endDate: '' }, now)).toBeUndefined()
    expect(askedOf({ type: 'relative', unit: 'hour', amount: 0 }, now)).toBeUndefined()
  })
})
