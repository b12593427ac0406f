import type { MeterValuesRecord, Transaction, TransactionFigures } from '../store/port.ts'
import { readingsOf, registerOf, totals } from './readings.ts'
import type { CentralSystem } from './system.ts'

/** Of a transaction's MeterValues messages, the latest so many are looked at: three days of one a minute. */
export const MESSAGES_MAX = 5000

/** Seconds between two readings of a register, at the least, that tell a power: it counts in steps. */
const SPAN_SECONDS = 60

const POWER = 'Power.Active.Import'

/** W, in either direction: more is a meter's mistake. */
const POWER_MAX = 1e9

/** Watts: the most power that was reported, or else the most that the register of energy went up by. */
export function peakOf(records: readonly MeterValuesRecord[]): number | undefined {
  const readings = readingsOf(records)
  const reported = totals(readings, POWER).map(({ value }) => value)
  const powers = reported.filter(isPlausible)
  const known = powers.length > 0 ? powers : powersOf(registerOf(readings)).filter(isPlausible)
  return known.length > 0 ? Math.round(known.reduce((a, b) => Math.max(a, b))) : undefined
}

const isPlausible = (power: number): boolean => Math.abs(power) <= POWER_MAX

/** The powers between readings of a register. One that runs backwards tells none: it was reset. */
function powersOf(register: readonly { timestamp: string; value: number }[]): number[] {
  const powers: number[] = []
  let from = 0
  for (const [position, { timestamp, value }] of register.entries()) {
    const earlier = register[from]
    if (!earlier || value < earlier.value) {
      from = position
      continue
    }
    const seconds = (Date.parse(timestamp) - Date.parse(earlier.timestamp)) / 1000
    if (seconds < SPAN_SECONDS) continue
    powers.push(((value - earlier.value) * 3600) / seconds)
    from = position
  }
  return powers
}

/** What the meter of a running transaction last said. */
export interface LastMeter {
  timestamp: string
  /** Wh, of the register. */
  registerWh?: number
  /** W, over all phases. */
  powerW?: number
}

/** The register and the power of the latest messages, each where it was last told; the time is that of the later one. */
export function lastMeterOf(records: readonly MeterValuesRecord[]): LastMeter | undefined {
  const readings = readingsOf(records)
  const register = registerOf(readings).at(-1)
  const power = totals(readings, POWER).at(-1)
  const times = [register, power].flatMap((reading) => (reading ? [reading.timestamp] : []))
  const timestamp = times.sort().at(-1)
  if (timestamp === undefined) return undefined
  return {
    timestamp,
    ...(register ? { registerWh: Math.round(register.value) } : {}),
    ...(power ? { powerW: Math.round(power.value) } : {}),
  }
}

/** What the meter values of a transaction come to, whether it has stopped or not. */
export async function figuresOf(
  { store }: Pick<CentralSystem, 'store'>,
  transactionId: number,
): Promise<TransactionFigures> {
  const { items } = await store.latestMeterValues(transactionId, MESSAGES_MAX)
  const peakW = peakOf(items)
  return { messages: items.length, ...(peakW === undefined ? {} : { peakW }) }
}

/** Keeps what the meter values of a stopped transaction come to: lists show it. May be done again at any time. */
export async function keepFigures(
  system: Pick<CentralSystem, 'store'>,
  { transactionId, stop }: Pick<Transaction, 'transactionId' | 'stop'>,
): Promise<void> {
  if (!stop) return
  const figures = await figuresOf(system, transactionId)
  if (figures.messages > 0) await system.store.keepTransactionFigures(transactionId, figures)
}
