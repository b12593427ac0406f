import type { Schemas } from '../../api/client.ts'

type SeriesAnswer = Schemas['MeterValueSeries']
export type Series = SeriesAnswer['series'][number]
export type Track = SeriesAnswer['available'][number]

/** What is looked at first, where there is any of it. */
const USUAL = ['Power.Active.Import', 'Energy.Active.Import.Register', 'SoC'] as const

/** The measurands there are, those looked at first in front. */
export function measurandsOf(available: readonly Track[]): string[] {
  const all = [...new Set(available.map(({ measurand }) => measurand))]
  const usual = USUAL.filter((measurand) => all.includes(measurand))
  return [...usual, ...all.filter((measurand) => !usual.some((each) => each === measurand))]
}

/** Power, energy and state of charge; where there is none of them, the first of the others. */
export function usualOf(available: readonly Track[]): string[] {
  const all = measurandsOf(available)
  const usual = all.filter((measurand) => USUAL.some((each) => each === measurand))
  return usual.length > 0 ? usual : all.slice(0, 1)
}

/** The phases that were named, of all measurands; empty where none was. */
export const phasesOf = (available: readonly Track[]): string[] =>
  [...new Set(available.flatMap(({ phase }) => (phase === undefined ? [] : [phase])))].sort()

/** What a reading without a phase is called among the choices. */
export const WHOLE = ''

/** Of the series of a measurand those of the phases asked for; of no phase in particular, all. */
export const ofPhases = (series: readonly Series[], phases: readonly string[]): Series[] =>
  phases.length === 0 ? [...series] : series.filter(({ phase = WHOLE }) => phases.includes(phase))

/** In the units that people read: kW and kWh in the place of W and Wh. */
export function readable({ unit, points }: Series): { unit: string; points: { x: Date; y: number }[] } {
  const kilo = KILO[unit]
  return {
    unit: kilo ?? UNITS[unit] ?? unit,
    points: points.map(({ timestamp, value }) => ({
      x: new Date(timestamp),
      y: kilo === undefined ? value : value / 1000,
    })),
  }
}

const KILO: Record<string, string | undefined> = {
  W: 'kW',
  Wh: 'kWh',
  VA: 'kVA',
  var: 'kvar',
  varh: 'kvarh',
}

const UNITS: Record<string, string | undefined> = { Percent: '%', Celsius: '°C', Fahrenheit: '°F' }

/** From the least to the greatest of all, with some room; from zero where nothing is below it and it is not a register. */
export function rangeOf(values: readonly number[], fromZero: boolean): [number, number] {
  const least = Math.min(...values)
  const greatest = Math.max(...values)
  const bottom = fromZero && least >= 0 ? 0 : least
  const room = (greatest - bottom || Math.abs(greatest) || 1) * ROOM
  return [bottom === 0 ? 0 : bottom - room, greatest + room]
}

const ROOM = 0.08
