import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Point, seriesOf, thin } from '../../lib/central-system/series.ts'
import type { MeterValuesRecord } from '../../lib/store/port.ts'

const at = (seconds: number) =>
  new Date(Date.parse('2026-03-01T08:00:00.000Z') + seconds * 1000).toISOString()

describe('a thinned series', () => {
  const given = fc
    .array(fc.record({ seconds: fc.nat(100_000), value: fc.double({ noNaN: true, min: -1e6, max: 1e6 }) }), {
      maxLength: 400,
    })
    .map((points) =>
      points
        .sort((a, b) => a.seconds - b.seconds)
        .map(({ seconds, value }): Point => ({ timestamp: at(seconds), value })),
    )
  const values = (points: Point[]) => points.map(({ value }) => value)

  it('has no more points than asked for, all of them given ones, in their order', () => {
    fc.assert(
      fc.property(given, fc.integer({ min: 4, max: 60 }), (points, max) => {
        const thinned = thin(points, max)
        expect(thinned.length).toBeLessThanOrEqual(max)
        const places = thinned.map((point) => points.indexOf(point))
        expect(places).not.toContain(-1)
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b))
      }),
    )
  })

  it('keeps the first, the last, the least and the greatest', () => {
    fc.assert(
      fc.property(given, fc.integer({ min: 4, max: 60 }), (points, max) => {
        const thinned = thin(points, max)
        expect([thinned[0], thinned.at(-1)]).toEqual([points[0], points.at(-1)])
        expect(Math.max(...values(thinned))).toBe(Math.max(...values(points)))
        expect(Math.min(...values(thinned))).toBe(Math.min(...values(points)))
      }),
    )
  })

  it('is the series itself where that fits', () => {
    fc.assert(
      fc.property(given, (points) => {
        expect(thin(points, Math.max(4, points.length))).toEqual(points)
      }),
    )
  })

  it('has a peak of a second among hours of the same', () => {
    const points = Array.from({ length: 10_000 }, (_, second) => ({ timestamp: at(second), value: 5 }))
    points[7777] = { timestamp: at(7777), value: 6 }
    const thinned = thin(points, 10)
    expect(thinned.length).toBeLessThanOrEqual(10)
    expect(thinned).toContainEqual({ timestamp: at(7777), value: 6 })
  })
})

describe('series', () => {
  const records: MeterValuesRecord[] = [0, 60, 120].map((seconds) => ({
    chargePointId: 'CP',
    transactionId: 1,
    receivedAt: at(seconds),
    meterValue: [
      {
        timestamp: at(seconds),
        sampledValue: [
          seconds === 60 ? { value: '1.5', unit: 'kWh' } : { value: String(1000 + seconds), unit: 'Wh' },
          { value: '16', measurand: 'Current.Import', phase: 'L1' },
          { value: '15', measurand: 'Current.Import', phase: 'L2', unit: 'A' },
          { value: '14', measurand: 'Current.Import', phase: 'L1', location: 'Inlet' },
          { value: 'x', measurand: 'Voltage' },
        ],
      },
    ],
  }))

  it('are one for each phase and place, in one unit', () => {
    const { series, available } = seriesOf(records, { measurand: 'Current.Import', points: 10 })
    expect(series.map(({ phase, location, unit, count }) => [phase, location, unit, count])).toEqual([
      ['L1', 'Inlet', 'A', 3],
      ['L1', 'Outlet', 'A', 3],
      ['L2', 'Outlet', 'A', 3],
    ])
    expect(available).toHaveLength(4)
    const [energy] = seriesOf(records, { measurand: 'Energy.Active.Import.Register', points: 10 }).series
    expect(energy).toMatchObject({ unit: 'Wh', location: 'Outlet' })
    expect(energy?.points.map(({ value }) => value)).toEqual([1000, 1500, 1120])
  })

  it('are those of the phase and the place that are asked for', () => {
    const wish = { measurand: 'Current.Import', points: 10 }
    expect(seriesOf(records, { ...wish, phase: 'L2' }).series).toMatchObject([{ phase: 'L2' }])
    expect(seriesOf(records, { ...wish, phase: 'L1', location: 'Inlet' }).series).toMatchObject([
      { phase: 'L1', location: 'Inlet', points: [{ value: 14 }, { value: 14 }, { value: 14 }] },
    ])
    expect(seriesOf(records, { measurand: 'SoC', points: 10 }).series).toEqual([])
  })
})
