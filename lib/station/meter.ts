/** What an AC connector is wired as. */
export interface Wiring {
  volts: number
  phases: 1 | 3
}

/** One reading of a connector's meter. */
export interface Reading {
  registerWh: number
  powerW: number
  offeredW: number
  /** Of the car that is plugged in, in percent. */
  stateOfCharge?: number
}

export type ReadingContext =
  | 'Transaction.Begin'
  | 'Transaction.End'
  | 'Sample.Periodic'
  | 'Sample.Clock'
  | 'Trigger'

/** SampledValue (§7.43). */
export interface SampledValue {
  value: string
  context: ReadingContext
  measurand: string
  unit: string
  phase?: string
  location?: string
}

/** MeterValue (§7.33). */
export interface MeterValue {
  timestamp: string
  sampledValue: SampledValue[]
}

type Sample = Omit<SampledValue, 'context' | 'measurand'>

const OUTLET = { location: 'Outlet' }

/** The domestic limit of one phase of 32 A; above it a connector is taken to have three. */
const LARGEST_SINGLE_PHASE_KW = 7.4

const samplers: Record<string, (reading: Reading, wiring: Wiring) => Sample[]> = {
  'Energy.Active.Import.Register': ({ registerWh }) => [
    { value: String(wattHours(registerWh)), unit: 'Wh', ...OUTLET },
  ],
  'Power.Active.Import': ({ powerW }) => [{ value: powerW.toFixed(0), unit: 'W', ...OUTLET }],
  'Power.Offered': ({ offeredW }) => [{ value: offeredW.toFixed(0), unit: 'W', ...OUTLET }],
  'Current.Import': ({ powerW }, wiring) => {
    const value = amperes(powerW, wiring).toFixed(1)
    return phasesOf(wiring).map((phase) => ({ value, unit: 'A', phase, ...OUTLET }))
  },
  'Current.Offered': ({ offeredW }, wiring) => [
    { value: amperes(offeredW, wiring).toFixed(1), unit: 'A', ...OUTLET },
  ],
  Voltage: (_, wiring) =>
    phasesOf(wiring).map((phase) => ({
      value: wiring.volts.toFixed(1),
      unit: 'V',
      phase: `${phase}-N`,
      ...OUTLET,
    })),
  SoC: ({ stateOfCharge }) =>
    stateOfCharge === undefined ? [] : [{ value: stateOfCharge.toFixed(0), unit: 'Percent', location: 'EV' }],
}

/** The measurands this station has a sensor for. */
export const MEASURANDS: readonly string[] = Object.keys(samplers)

/** One MeterValue, or none if there is nothing to report. */
export function readMeter(
  reading: Reading,
  wiring: Wiring,
  measurands: readonly string[],
  context: ReadingContext,
  timestamp: string,
): MeterValue[] {
  const sampledValue = measurands.flatMap((measurand) =>
    (samplers[measurand]?.(reading, wiring) ?? []).map((sample) => ({ ...sample, context, measurand })),
  )
  return sampledValue.length > 0 ? [{ timestamp, sampledValue }] : []
}

/** A register as it goes into a message: whole watt-hours, never more than were drawn. */
export function wattHours(registerWh: number): number {
  return Math.floor(registerWh + 1e-6)
}

export function wiringFor(powerKw: number): Wiring {
  return { volts: 230, phases: powerKw <= LARGEST_SINGLE_PHASE_KW ? 1 : 3 }
}

/** Per phase. */
export function amperes(watts: number, { volts, phases }: Wiring): number {
  return watts / (volts * phases)
}

function phasesOf({ phases }: Wiring): string[] {
  return phases === 1 ? ['L1'] : ['L1', 'L2', 'L3']
}
