import { describe, expect, test } from 'vitest'
import { accepted } from './harness.ts'

interface Sample {
  measurand: string
  value: string
  context: string
  phase?: string
}

function samplesOf(payload: Record<string, unknown> | undefined): Sample[] {
  return meterValuesOf(payload)[0]?.sampledValue ?? []
}

function meterValuesOf(payload: Record<string, unknown> | undefined): { sampledValue: Sample[] }[] {
  const { meterValue, transactionData } = payload ?? {}
  return (meterValue ?? transactionData ?? []) as { sampledValue: Sample[] }[]
}

describe('a charge (§4.8–4.10)', () => {
  test('from cable in to cable out', async () => {
    const { system, station, time } = await accepted({ powerKw: 7.2 })
    station.plug(1)
    await station.authorize('TAG001')
    await station.start(1, 'TAG001')
    await station.idle()
    const before = station.status().connectors[0]
    expect(before).toMatchObject({
      status: 'Charging',
      powerW: 7200,
      transaction: { transactionId: 101, idTag: 'TAG001' },
    })
    time.advance(1_800_000)
    await station.idle()
    expect(station.status().connectors[0]?.transaction?.energyWh).toBe(3600)
    await station.stop(1)
    station.unplug(1)
    await station.idle()
    expect(system.statuses(1)).toEqual(['Available', 'Preparing', 'Charging', 'Finishing', 'Available'])
    const meterStart = 50_000
    expect(system.payloads('StartTransaction')).toEqual([
      { connectorId: 1, idTag: 'TAG001', meterStart, timestamp: '2026-11-21T08:00:00.000Z' },
    ])
    expect(system.payloads('StopTransaction')).toEqual([
      {
        transactionId: 101,
        idTag: 'TAG001',
        meterStop: meterStart + 3600,
        reason: 'Local',
        timestamp: '2026-11-21T08:30:00.000Z',
      },
    ])
  })

  test('where nothing can start, start says why', async () => {
    const { station, system } = await accepted()
    await expect(station.start(3, 'TAG001')).rejects.toThrow('there is no connector 3')
    await expect(station.start(0, 'TAG001')).rejects.toThrow('there is no connector 0')
    await expect(station.stop(1)).rejects.toThrow('no transaction is running on connector 1')
    await station.start(1, 'TAG001')
    await expect(station.start(1, 'TAG002')).rejects.toThrow('connector 1 is Charging')
    station.fault(2, 'GroundFailure')
    await expect(station.start(2, 'TAG001')).rejects.toThrow('connector 2 is Faulted')
    await station.idle()
    expect(system.payloads('StartTransaction')).toHaveLength(1)
  })

  test.each(['Blocked', 'Expired', 'Invalid', 'ConcurrentTx'])(
    'a start answered %s stops: DeAuthorized',
    async (status) => {
      const { station, system } = await accepted()
      system.answers.StartTransaction = { transactionId: 5, idTagInfo: { status } }
      expect((await station.start(1, 'TAG001')).idTagInfo).toEqual({ status })
      await station.idle()
      const [stop] = system.payloads('StopTransaction')
      expect(stop).toMatchObject({ transactionId: 5, reason: 'DeAuthorized' })
      expect(stop).not.toHaveProperty('idTag')
      expect(system.statuses(1).at(-1)).toBe('Finishing')
    },
  )

  test('StopTransactionOnInvalidId false: the transaction stays, without energy', async () => {
    const { station, system, time } = await accepted({
      configuration: { StopTransactionOnInvalidId: 'false' },
    })
    system.answers.StartTransaction = { transactionId: 5, idTagInfo: { status: 'Blocked' } }
    await station.start(1, 'TAG001')
    await station.idle()
    time.advance(60_000)
    expect(system.statuses(1).at(-1)).toBe('SuspendedEVSE')
    expect(station.status().connectors[0]?.transaction?.energyWh).toBe(0)
  })

  test('the cable out ends the transaction', async () => {
    const { station, system } = await accepted()
    await station.start(1, 'TAG001')
    station.unplug(1)
    await station.idle()
    expect(system.payloads('StopTransaction')).toMatchObject([{ reason: 'EVDisconnected' }])
    expect(system.payloads('StatusNotification').slice(-2)).toMatchObject([
      { status: 'Finishing', info: 'EV side disconnected' },
      { status: 'Available' },
    ])
  })

  test('StopTransactionOnEVSideDisconnect false: it is suspended until the car is back', async () => {
    const { station, system, time } = await accepted({
      configuration: { StopTransactionOnEVSideDisconnect: 'false' },
    })
    await station.start(1, 'TAG001')
    station.unplug(1)
    time.advance(60_000)
    station.plug(1)
    await station.idle()
    expect(system.payloads('StopTransaction')).toHaveLength(0)
    expect(system.statuses(1).slice(-3)).toEqual(['Charging', 'SuspendedEV', 'Charging'])
    expect(station.status().connectors[0]?.transaction?.energyWh).toBe(0)
  })

  test('a full battery takes no more: SuspendedEV', async () => {
    const { station, system, time } = await accepted({
      powerKw: 36,
      configuration: { HeartbeatInterval: '0' },
    })
    await station.start(1, 'TAG001')
    // 60 kWh, of which 40 % are there: 36 kWh are one hour.
    time.advance(3_600_000)
    await station.idle()
    expect(station.status().connectors[0]).toMatchObject({
      status: 'SuspendedEV',
      powerW: 0,
      stateOfCharge: 100,
    })
    time.advance(3_600_000)
    expect(station.status().connectors[0]?.transaction?.energyWh).toBe(36_000)
    await station.idle()
    expect(system.statuses(1).at(-1)).toBe('SuspendedEV')
  })

  test('a fault stops the transaction and is told with its code; then it is repaired', async () => {
    const { station, system } = await accepted()
    await station.start(1, 'TAG001')
    station.fault(1, 'ConnectorLockFailure')
    station.fault(1)
    await station.idle()
    expect(system.payloads('StopTransaction')).toMatchObject([{ reason: 'Other' }])
    expect(system.payloads('StatusNotification').slice(-2)).toMatchObject([
      { status: 'Faulted', errorCode: 'ConnectorLockFailure' },
      { status: 'Finishing', errorCode: 'NoError' },
    ])
  })
})

describe('meter values (§3.16)', () => {
  test('sampled every MeterValueSampleInterval, with what MeterValuesSampledData names', async () => {
    const { station, system, time } = await accepted({
      powerKw: 22.08,
      configuration: { MeterValueSampleInterval: '60' },
    })
    await station.start(1, 'TAG001')
    await station.idle()
    time.advance(60_000)
    const { payload } = await system.next('MeterValues')
    expect(payload).toMatchObject({ connectorId: 1, transactionId: 101 })
    const samples = samplesOf(payload).map(({ measurand, phase, value }) => [measurand, phase, value])
    expect(samples).toEqual([
      ['Energy.Active.Import.Register', undefined, '50368'],
      ['Power.Active.Import', undefined, '22080'],
      ['Current.Import', 'L1', '32.0'],
      ['Current.Import', 'L2', '32.0'],
      ['Current.Import', 'L3', '32.0'],
      ['SoC', undefined, '41'],
    ])
    await station.stop(1)
    time.advance(600_000)
    await station.idle()
    expect(system.payloads('MeterValues')).toHaveLength(1)
  })

  test('a new interval counts at once; 0 sends none', async () => {
    const { station, system, time } = await accepted({ configuration: { MeterValueSampleInterval: '600' } })
    await station.start(1, 'TAG001')
    await system.request('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '5' })
    time.advance(15_000)
    await station.idle()
    expect(system.payloads('MeterValues')).toHaveLength(3)
    await system.request('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '0' })
    time.advance(100_000)
    await station.idle()
    expect(system.payloads('MeterValues')).toHaveLength(3)
  })

  test('StopTransaction carries them when StopTxnSampledData says so', async () => {
    const configuration = {
      MeterValueSampleInterval: '60',
      MeterValuesSampledData: '',
      StopTxnSampledData: 'Energy.Active.Import.Register',
    }
    const { station, system, time } = await accepted({ powerKw: 6, configuration })
    await station.start(1, 'TAG001')
    time.advance(120_000)
    await station.stop(1)
    const [stop] = system.payloads('StopTransaction')
    const values = meterValuesOf(stop).map(({ sampledValue: [sample] }) => [sample?.context, sample?.value])
    expect(values).toEqual([
      ['Transaction.Begin', '50000'],
      ['Sample.Periodic', '50100'],
      ['Sample.Periodic', '50200'],
      ['Transaction.End', '50200'],
    ])
    expect(system.payloads('MeterValues')).toHaveLength(0)
  })

  test('long transactions drop readings in between, never the first or the last (errata 3.91)', async () => {
    const configuration = {
      MeterValueSampleInterval: '1',
      MeterValuesSampledData: '',
      StopTxnSampledData: 'Energy.Active.Import.Register',
      StopTransactionMaxMeterValues: '10',
    }
    const { station, system, time } = await accepted({ configuration })
    await station.start(1, 'TAG001')
    time.advance(120_000)
    await station.stop(1)
    const data = meterValuesOf(system.payloads('StopTransaction')[0])
    expect(data.length).toBeLessThanOrEqual(10)
    expect(data.at(0)?.sampledValue[0]?.context).toBe('Transaction.Begin')
    expect(data.at(-1)?.sampledValue[0]?.context).toBe('Transaction.End')
  })

  test('clock-aligned values come at even times, of every connector', async () => {
    const { station, system, time } = await accepted({
      connectors: 2,
      configuration: { HeartbeatInterval: '0' },
    })
    time.advance(420_000)
    await station.start(2, 'TAG001')
    await system.request('ChangeConfiguration', { key: 'ClockAlignedDataInterval', value: '900' })
    await station.idle()
    time.advance(480_000)
    await station.idle()
    const payloads = system.payloads('MeterValues')
    expect(payloads.map(({ connectorId, transactionId }) => [connectorId, transactionId])).toEqual([
      [1, undefined],
      [2, 101],
    ])
    expect(payloads[0]?.meterValue).toMatchObject([{ timestamp: '2026-11-21T08:15:00.000Z' }])
    expect(samplesOf(payloads[0])).toMatchObject([{ context: 'Sample.Clock', value: '50000' }])
  })
})
