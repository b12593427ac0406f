import type { MeterValuesRecord, SampledValue } from '../store/port.ts'

/** One sampled value as a number, in the one unit of its measurand. */
export interface Reading {
  timestamp: string
  measurand: string
  phase?: string
  location: string
  context: string
  value: number
  unit: string
}

const ENERGY = 'Energy.Active.Import.Register'

/** §7.43: what a sampled value means where it does not say so. */
export const DEFAULTS = {
  measurand: ENERGY,
  location: 'Outlet',
  context: 'Sample.Periodic',
  format: 'Raw',
} as const

/** Each unit as the one it is told in, by a factor and what is added after it. Charge points vary in case. */
const UNITS: Record<string, { unit: string; factor?: number; plus?: number }> = {
  wh: { unit: 'Wh' },
  kwh: { unit: 'Wh', factor: 1000 },
  varh: { unit: 'varh' },
  kvarh: { unit: 'varh', factor: 1000 },
  w: { unit: 'W' },
  kw: { unit: 'W', factor: 1000 },
  va: { unit: 'VA' },
  kva: { unit: 'VA', factor: 1000 },
  var: { unit: 'var' },
  kvar: { unit: 'var', factor: 1000 },
  a: { unit: 'A' },
  v: { unit: 'V' },
  hz: { unit: 'Hz' },
  hertz: { unit: 'Hz' },
  rpm: { unit: 'RPM' },
  percent: { unit: 'Percent' },
  '%': { unit: 'Percent' },
  celsius: { unit: 'Celsius' },
  celcius: { unit: 'Celsius' },
  k: { unit: 'Celsius', plus: -273.15 },
  fahrenheit: { unit: 'Celsius', factor: 5 / 9, plus: -160 / 9 },
}

/** What a measurand (§7.31) is measured in. Power.Factor is a number without a unit. */
const UNIT_OF: readonly (readonly [RegExp, string])[] = [
  [/^Energy\.Active\./, 'Wh'],
  [/^Energy\.Reactive\./, 'varh'],
  [/^Power\.(Active\.|Offered$)/, 'W'],
  [/^Power\.Reactive\./, 'var'],
  [/^Power\.Factor$/, ''],
  [/^Current\./, 'A'],
  [/^Voltage$/, 'V'],
  [/^Frequency$/, 'Hz'],
  [/^Temperature$/, 'Celsius'],
  [/^SoC$/, 'Percent'],
  [/^RPM$/, 'RPM'],
]

/**
 * What was sampled, in order of time. What is no number, is signed, or is in a unit that its measurand cannot have, is left
 * out. The same values told twice, during a transaction and with its stop, are there once.
 */
export function readingsOf(records: readonly MeterValuesRecord[]): Reading[] {
  const found = new Map<string, Reading>()
  for (const { meterValue } of records) {
    for (const { timestamp, sampledValue } of meterValue) {
      for (const sampled of sampledValue) {
        const reading = readingOf(timestamp, sampled)
        if (!reading) continue
        const { measurand, phase, location, unit, value } = reading
        found.set(JSON.stringify([timestamp, measurand, phase, location, unit, value]), reading)
      }
    }
  }
  return [...found.values()].sort((a, b) =>
    a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0,
  )
}

function readingOf(timestamp: string, sampled: SampledValue): Reading | undefined {
  const { measurand, location, context, format } = { ...DEFAULTS, ...sampled }
  const measured = format === 'Raw' && sampled.value.trim() !== '' ? Number(sampled.value) : Number.NaN
  const converted = Number.isFinite(measured) ? convert(measured, measurand, sampled.unit) : undefined
  if (!converted || Math.abs(converted.value) > Number.MAX_SAFE_INTEGER) return undefined
  const { phase } = sampled
  return { timestamp, measurand, ...(phase === undefined ? {} : { phase }), location, context, ...converted }
}

/** A measurand that is not the specification's is told as it is. */
function convert(
  measured: number,
  measurand: string,
  given: string | undefined,
): Pick<Reading, 'value' | 'unit'> | undefined {
  const expected = UNIT_OF.find(([pattern]) => pattern.test(measurand))?.[1]
  if (given === undefined) return { value: measured, unit: expected ?? '' }
  const known = UNITS[given.trim().toLowerCase()]
  if (!known) return expected ? undefined : { value: measured, unit: given }
  const { unit, factor = 1, plus = 0 } = known
  if (expected && unit !== expected) return undefined
  return { value: rounded(measured * factor + plus), unit }
}

/** Free of what binary fractions add: 1.1 kWh are 1100 Wh. */
const rounded = (value: number): number => Number(value.toPrecision(12))

/** Of these locations (§7.30) the first that was measured at tells what a charge point gives. */
const LOCATIONS = ['Outlet', 'Cable', 'Inlet']

/**
 * One measurand of all phases together, in order of time: the reading that names no phase, or the sum of those that do.
 * For what adds up: energy and power.
 */
export function totals(
  readings: readonly Reading[],
  measurand: string,
): { timestamp: string; value: number }[] {
  const own = readings.filter((reading) => reading.measurand === measurand)
  const location = LOCATIONS.find((each) => own.some((reading) => reading.location === each))
  const instants = new Map<string, Map<string, number>>()
  for (const { timestamp, phase = '', value, location: at } of own) {
    if (at !== location || !ADDING.test(phase)) continue
    const phases = instants.get(timestamp) ?? new Map<string, number>()
    instants.set(timestamp, phases.set(phase.slice(0, 2), value))
  }
  return [...instants].map(([timestamp, phases]) => ({
    timestamp,
    value: phases.get('') ?? [...phases.values()].reduce((sum, value) => sum + value, 0),
  }))
}

/** Phases (§7.34) that make the whole, whether told against neutral or not. */
const ADDING = /^(|L[123](-N)?)$/

/** The register of the whole outlet, Wh, in order of time. */
export const registerOf = (readings: readonly Reading[]) =>
  totals(
    readings.filter(({ phase }) => phase === undefined),
    ENERGY,
  )
