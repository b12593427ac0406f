import type { Station } from '../fleet.ts'

/** A transaction as a station tells of it. */
export interface Session {
  connectorId: number
  idTag: string
  startedAt: number
  /** Of one that runs: until now. */
  minutes: number
  /** What the car can take at the most; it takes less as it fills up. */
  powerW: number
  /** Where the station knows it: the state of charge at the start, in percent. */
  stateOfCharge?: number
  meterStart: number
  running?: boolean
  /** Why it stopped; a Local stop needs no reason. */
  reason?: string
}

const MINUTE = 60_000
const SAMPLE_MINUTES = 5
/** Requests hold so many samples at the most, as those of real stations do. */
const SAMPLES_AT_ONCE = 6
/** A car takes all that it can until it is so full; then less and less. */
const TAPERS_FROM = 80
const BATTERY_WH = 62_000

export const at = (time: number): string => new Date(time).toISOString()

/** Tells all of a session, in order. Gives the id of the transaction. */
export async function play(station: Station, session: Session): Promise<number> {
  const { connectorId, idTag, startedAt, minutes, meterStart } = session
  const start = { connectorId, idTag, meterStart, timestamp: at(startedAt) }
  const { transactionId } = await station.call('StartTransaction', start)
  const { samples, meterStop } = charge(session)
  for (let from = 0; from < samples.length; from += SAMPLES_AT_ONCE) {
    const meterValue = samples.slice(from, from + SAMPLES_AT_ONCE)
    await station.call('MeterValues', { connectorId, transactionId, meterValue })
  }
  if (session.running) return transactionId
  const timestamp = at(startedAt + minutes * MINUTE)
  const reason = session.reason ? { reason: session.reason } : {}
  await station.call('StopTransaction', { transactionId, idTag, meterStop, timestamp, ...reason })
  return transactionId
}

function charge({ startedAt, minutes, powerW, stateOfCharge, meterStart }: Session) {
  const samples: { timestamp: string; sampledValue: object[] }[] = []
  let energyWh = 0
  for (let minute = 0; minute <= minutes; minute += SAMPLE_MINUTES) {
    const full = (stateOfCharge ?? 35) + (energyWh / BATTERY_WH) * 100
    const taper = full < TAPERS_FROM ? 1 : Math.max(0.06, (100 - full) / (100 - TAPERS_FROM))
    const ramp = minute === 0 ? 0.3 : 1
    const ripple = 1 + 0.02 * Math.sin(minute * 1.7 + powerW)
    const watts = Math.round(powerW * taper * ramp * ripple)
    samples.push({
      timestamp: at(startedAt + minute * MINUTE),
      sampledValue: [
        {
          value: `${Math.round(meterStart + energyWh)}`,
          measurand: 'Energy.Active.Import.Register',
          unit: 'Wh',
        },
        { value: `${watts}`, measurand: 'Power.Active.Import', unit: 'W' },
        ...(stateOfCharge === undefined
          ? []
          : [
              {
                value: `${Math.min(100, Math.round(full))}`,
                measurand: 'SoC',
                unit: 'Percent',
                location: 'EV',
              },
            ]),
      ],
    })
    energyWh += (watts * SAMPLE_MINUTES) / 60
  }
  return { samples, meterStop: Math.round(meterStart + energyWh) }
}
