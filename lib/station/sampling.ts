import type { Configuration } from './configuration.ts'
import type { ConfigurationKey } from './configuration-keys.ts'
import { type Connector, readingOf } from './connector.ts'
import type { Payload } from './messages.ts'
import { type MeterValue, type ReadingContext, readMeter, type Wiring } from './meter.ts'
import { Alarm, isoTime, type Time } from './time.ts'

export interface SamplingOptions {
  time: Time
  configuration: Configuration
  connectors: readonly Connector[]
  wiring: Wiring
  /** Brings the meters up to date. */
  settle(): void
  /** Queues MeterValues.req as a transaction-related message; the transactionId is filled in when it goes out. */
  queue(connector: Connector, meterValue: MeterValue[]): void
}

const DAY_MS = 86_400_000

/** When meters are read, and what goes into a reading (§3.16). */
export class Sampling {
  readonly #options: SamplingOptions
  readonly #periodic = new Map<number, Alarm>()
  readonly #clock: Alarm

  constructor(options: SamplingOptions) {
    this.#options = options
    this.#clock = new Alarm(options.time)
    options.configuration.onChange((key) => this.#reschedule(key))
    this.#scheduleClock()
  }

  /** From the start of a transaction on; the meters are up to date. */
  begin(connector: Connector): void {
    this.#collect(connector, 'StopTxnSampledData', 'Transaction.Begin')
    this.#schedule(connector)
  }

  /** The readings for StopTransaction.req, the last one included (§3.16.5: none if none are configured). */
  end(connector: Connector): MeterValue[] {
    this.#periodic.get(connector.id)?.clear()
    this.#collect(connector, 'StopTxnSampledData', 'Transaction.End')
    return connector.transaction?.readings ?? []
  }

  /** MeterValues.req as TriggerMessage asks for it (§5.17): the newest values, `undefined` if none are configured. */
  triggered(connector: Connector): Payload | undefined {
    this.#options.settle()
    const meterValue = this.#read(connector, 'MeterValuesSampledData', 'Trigger')
    if (meterValue.length === 0) return undefined
    const id = connector.transaction?.id
    return { connectorId: connector.id, ...(id === undefined ? {} : { transactionId: id }), meterValue }
  }

  #reschedule(key: ConfigurationKey): void {
    if (key === 'ClockAlignedDataInterval') this.#scheduleClock()
    if (key !== 'MeterValueSampleInterval') return
    for (const connector of this.#options.connectors) if (connector.transaction) this.#schedule(connector)
  }

  #schedule(connector: Connector): void {
    const { time, configuration, settle, queue } = this.#options
    const seconds = configuration.number('MeterValueSampleInterval')
    const alarm = this.#periodic.get(connector.id) ?? new Alarm(time)
    this.#periodic.set(connector.id, alarm)
    alarm.clear()
    if (seconds === 0) return
    alarm.set(seconds * 1000, () => {
      settle()
      this.#collect(connector, 'StopTxnSampledData', 'Sample.Periodic')
      const meterValue = this.#read(connector, 'MeterValuesSampledData', 'Sample.Periodic')
      if (meterValue.length > 0) queue(connector, meterValue)
      this.#schedule(connector)
    })
  }

  /** §3.16.2: evenly spaced from midnight (UTC) on. */
  #scheduleClock(): void {
    const { time, configuration, connectors, settle, queue } = this.#options
    const interval = configuration.number('ClockAlignedDataInterval') * 1000
    this.#clock.clear()
    if (interval === 0) return
    const sinceMidnight = time.now() % DAY_MS
    const next = Math.min((Math.floor(sinceMidnight / interval) + 1) * interval, DAY_MS)
    this.#clock.set(next - sinceMidnight, () => {
      settle()
      for (const connector of connectors) {
        if (connector.id === 0) continue
        this.#collect(connector, 'StopTxnAlignedData', 'Sample.Clock')
        const meterValue = this.#read(connector, 'MeterValuesAlignedData', 'Sample.Clock')
        if (meterValue.length > 0) queue(connector, meterValue)
      }
      this.#scheduleClock()
    })
  }

  #collect(connector: Connector, key: ConfigurationKey, context: ReadingContext): void {
    const { transaction } = connector
    if (!transaction) return
    const readings = [...transaction.readings, ...this.#read(connector, key, context)]
    const most = this.#options.configuration.number('StopTransactionMaxMeterValues')
    // Errata 3.91: the first and the last stay, of those between every other one goes.
    const thinned = readings.filter((_, index) => index % 2 === 0 || index === readings.length - 1)
    transaction.readings = readings.length > most ? thinned : readings
  }

  #read(connector: Connector, key: ConfigurationKey, context: ReadingContext): MeterValue[] {
    const { time, configuration, wiring } = this.#options
    return readMeter(readingOf(connector), wiring, configuration.list(key), context, isoTime(time.now()))
  }
}
