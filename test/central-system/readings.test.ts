import { describe, expect, it } from 'vitest'
import { lastMeterOf, peakOf } from '../../lib/central-system/figures.ts'
import { readingsOf, registerOf, totals } from '../../lib/central-system/readings.ts'
import type { MeterValuesRecord, SampledValue } from '../../lib/store/port.ts'

const at = (seconds: number) =>
  new Date(Date.parse('2026-03-01T08:00:00.000Z') + seconds * 1000).toISOString()

/** One message with what was sampled at one instant. */
const message = (seconds: number, ...sampledValue: SampledValue[]): MeterValuesRecord => ({
  chargePointId: 'CP',
  transactionId: 1,
  meterValue: [{ timestamp: at(seconds), sampledValue }],
  receivedAt: at(seconds),
})
const register = (value: number | string, unit?: string): SampledValue => ({
  value: String(value),
  ...(unit ? { unit } : {}),
})
const power = (value: number, more: Partial<SampledValue> = {}): SampledValue => ({
  value: String(value),
  measurand: 'Power.Active.Import',
  ...more,
})
const one = (sampled: SampledValue) =>
  readingsOf([message(0, sampled)]).map(({ value, unit }) => [value, unit])[0]

describe('a reading', () => {
  it.each<[SampledValue, unknown]>([
    [register('1530'), [1530, 'Wh']],
    [register('1.1', 'kWh'), [1100, 'Wh']],
    [register('0.3', 'KWH'), [300, 'Wh']],
    [power(11.04, { unit: 'kW' }), [11_040, 'W']],
    [power(7), [7, 'W']],
    [{ value: '12.5', measurand: 'Current.Import', unit: 'A' }, [12.5, 'A']],
    [{ value: '231', measurand: 'Voltage' }, [231, 'V']],
    [{ value: '80', measurand: 'SoC', unit: 'Percent' }, [80, 'Percent']],
    [{ value: '80', measurand: 'SoC', unit: '%' }, [80, 'Percent']],
    [{ value: '31', measurand: 'Temperature', unit: 'Celcius' }, [31, 'Celsius']],
    [{ value: '300', measurand: 'Temperature', unit: 'K' }, [26.85, 'Celsius']],
    [{ value: '212', measurand: 'Temperature', unit: 'Fahrenheit' }, [100, 'Celsius']],
    [{ value: '50', measurand: 'Frequency', unit: 'Hertz' }, [50, 'Hz']],
    [{ value: '0.98', measurand: 'Power.Factor' }, [0.98, '']],
    [{ value: '2', measurand: 'Energy.Reactive.Import.Register', unit: 'kvarh' }, [2000, 'varh']],
    [{ value: '3', measurand: 'Vendor.Noise', unit: 'dB' }, [3, 'dB']],
    [{ value: '-4', measurand: 'Power.Active.Import' }, [-4, 'W']],
  ])('of %o is %o', (sampled, told) => expect(one(sampled)).toEqual(told))

  it.each<SampledValue>([
    register(''),
    register('  '),
    register('full'),
    register('NaN'),
    register('1e999'),
    register('1e13', 'kWh'),
    register('5', 'A'),
    power(5, { unit: 'Wh' }),
    power(5, { unit: 'horses' }),
    { value: 'b64', format: 'SignedData' },
  ])('cannot be made of %o', (sampled) => expect(one(sampled)).toBeUndefined())

  it('is there once although it is told again with the stop, and in order of time', () => {
    const records = [message(60, register(200)), message(0, register(100)), message(60, register(200, 'Wh'))]
    expect(readingsOf(records).map(({ value }) => value)).toEqual([100, 200])
  })
})

describe('all phases together', () => {
  const sum = (...sampled: SampledValue[]) =>
    totals(readingsOf([message(0, ...sampled)]), 'Power.Active.Import').map(({ value }) => value)

  it('are the reading that names none, where there is one', () => {
    expect(sum(power(9000), power(3000, { phase: 'L1' }), power(3100, { phase: 'L2' }))).toEqual([9000])
  })
  it('are the sum of those that are told, in whatever units, also over several messages of one instant', () => {
    expect(sum(power(3, { phase: 'L1', unit: 'kW' }), power(3100, { phase: 'L2' }))).toEqual([6100])
    const apart = [message(0, power(1, { phase: 'L1-N' })), message(0, power(2, { phase: 'L2-N' }))]
    expect(totals(readingsOf(apart), 'Power.Active.Import').map(({ value }) => value)).toEqual([3])
  })
  it('count nothing twice, and neither the neutral nor what lies between phases', () => {
    const told = ['L1', 'L1-N', 'N', 'L1-L2'].map((phase) => power(5, { phase }))
    expect(sum(...told)).toEqual([5])
  })
  it('are those of one place: the outlet, where it is measured', () => {
    expect(sum(power(10, { location: 'Inlet' }), power(9))).toEqual([9])
    expect(sum(power(10, { location: 'Inlet' }))).toEqual([10])
  })
  it('are not made of the registers of phases', () => {
    const readings = readingsOf([message(0, { value: '5', phase: 'L1' }), message(1, register(6))])
    expect(registerOf(readings).map(({ value }) => value)).toEqual([6])
  })
})

describe('the peak', () => {
  it('is the most power that was reported, whatever the register says', () => {
    const records = [
      message(0, power(1), register(0)),
      message(60, power(7.4, { unit: 'kW' }), register(99_999)),
    ]
    expect(peakOf(records)).toBe(7400)
  })
  it('is else what the register went up by, over a minute or more', () => {
    const records = [0, 10, 60, 120].map((seconds, place) =>
      message(seconds, register([0, 100, 120, 320][place] as number)),
    )
    // 120 Wh in the first minute, 200 Wh in the second; 100 Wh within ten seconds are a step of the register.
    expect(peakOf(records)).toBe(12_000)
  })
  it('is no power that no meter can have told: what is left, or the register, tells it', () => {
    const garbage = ['L1', 'L2', 'L3'].map((phase) => power(Number.MAX_SAFE_INTEGER, { phase }))
    const least = ['L1', 'L2', 'L3'].map((phase) => power(Number.MIN_SAFE_INTEGER, { phase }))
    expect(peakOf([message(0, ...garbage), message(60, power(7400))])).toBe(7400)
    expect(peakOf([message(0, ...garbage, register(0)), message(3600, register(500))])).toBe(500)
    expect(peakOf([message(0, ...least)])).toBeUndefined()
    expect(peakOf([message(0, register(0)), message(60, register('9007199254740991'))])).toBeUndefined()
  })
  it('is not told by a register that runs backwards, nor by a single reading', () => {
    expect(peakOf([message(0, register(500)), message(600, register(0)), message(1200, register(10))])).toBe(
      60,
    )
    expect(peakOf([message(0, register(500)), message(600, register(0))])).toBeUndefined()
    expect(peakOf([message(0, register(500))])).toBeUndefined()
    expect(peakOf([])).toBeUndefined()
  })
})

describe('the last meter', () => {
  it('is the latest register and the latest power, at the later time', () => {
    const records = [message(0, power(5), register('1', 'kWh')), message(60, register(1100))]
    expect(lastMeterOf(records)).toEqual({ timestamp: at(60), registerWh: 1100, powerW: 5 })
    expect(lastMeterOf([message(0, power(5))])).toEqual({ timestamp: at(0), powerW: 5 })
    expect(lastMeterOf([message(0, { value: '3', measurand: 'SoC' })])).toBeUndefined()
  })
})
