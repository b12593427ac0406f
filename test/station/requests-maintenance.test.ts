import { describe, expect, test } from 'vitest'
import { until } from './central-system.ts'
import { accepted } from './harness.ts'

describe('Reset (§5.14)', () => {
  test('Soft: the transactions are told of first, then it boots on the same connection', async () => {
    const { system, station, time } = await accepted()
    await station.start(1, 'TAG001')
    await station.start(2, 'TAG002')
    expect(await system.request('Reset', { type: 'Soft' })).toEqual({ status: 'Accepted' })
    await station.idle()
    expect(system.payloads('StopTransaction')).toMatchObject([
      { reason: 'SoftReset' },
      { reason: 'SoftReset' },
    ])
    time.advance(2_000)
    await station.accepted()
    await station.idle()
    expect(system.payloads('BootNotification')).toHaveLength(2)
    expect(system.calls.filter(({ action }) => action !== 'StatusNotification').at(-1)?.action).toBe(
      'BootNotification',
    )
    expect(system.connections).toBe(1)
  })

  test('Soft: what is not answered in time is told of after the boot', async () => {
    const { system, station, time } = await accepted()
    await station.start(1, 'TAG001')
    await station.idle()
    system.answers.StopTransaction = { error: 'InternalError' }
    await system.request('Reset', { type: 'Soft' })
    await system.next('StopTransaction')
    await station.call('Heartbeat', {})
    system.answers.StopTransaction = {}
    time.advance(9_999)
    await station.call('Heartbeat', {})
    expect(system.payloads('BootNotification')).toHaveLength(1)
    time.advance(1)
    await system.next('StopTransaction')
    await station.idle()
    time.advance(2_000)
    await until(() => system.payloads('BootNotification').length === 2)
  })

  test('Hard: the connection goes, the transaction is told of after the boot', async () => {
    const { system, station, time } = await accepted({ configuration: { MeterValueSampleInterval: '60' } })
    await station.start(1, 'TAG001')
    await station.idle()
    expect(await system.request('Reset', { type: 'Hard' })).toEqual({ status: 'Accepted' })
    await until(() => station.status().connection === 'connecting')
    time.advance(2_000)
    await until(() => system.connections === 2)
    await station.accepted()
    await station.idle()
    const second = system.calls.filter(({ connection }) => connection === 2)
    expect(second[0]?.action).toBe('BootNotification')
    const stop = second.find(({ action }) => action === 'StopTransaction')
    expect(stop?.payload).toMatchObject({
      reason: 'HardReset',
      transactionId: 101,
      timestamp: '2026-11-21T08:00:00.000Z',
    })
    expect(system.statuses(1).at(-1)).toBe('Finishing')
  })
})

describe('TriggerMessage (§5.17)', () => {
  test.each([
    ['BootNotification', undefined, 1],
    ['Heartbeat', undefined, 1],
    ['DiagnosticsStatusNotification', undefined, 1],
    ['FirmwareStatusNotification', 7, 1],
    ['MeterValues', undefined, 2],
    ['MeterValues', 2, 1],
    ['StatusNotification', undefined, 3],
    ['StatusNotification', 0, 1],
  ])('%s of connector %s: %i of them', async (requestedMessage, connectorId, count) => {
    const { system, station } = await accepted()
    const before = system.payloads(requestedMessage).length
    const request = { requestedMessage, ...(connectorId === undefined ? {} : { connectorId }) }
    expect(await system.request('TriggerMessage', request)).toEqual({ status: 'Accepted' })
    await station.idle()
    expect(system.payloads(requestedMessage).slice(before)).toHaveLength(count)
  })

  test('what is idle says so, and meter values carry the transaction', async () => {
    const { system, station } = await accepted()
    await station.start(1, 'TAG001')
    await system.request('TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' })
    await system.request('TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 1 })
    await station.idle()
    expect(system.payloads('FirmwareStatusNotification')).toEqual([{ status: 'Idle' }])
    expect(system.payloads('MeterValues')).toMatchObject([
      {
        connectorId: 1,
        transactionId: 101,
        meterValue: [{ sampledValue: [{ context: 'Trigger' }, {}, {}, {}] }],
      },
    ])
  })

  test.each([
    [{ requestedMessage: 'StatusNotification', connectorId: 9 }, 'Rejected'],
    [{ requestedMessage: 'MeterValues', connectorId: 0 }, 'Rejected'],
    [{ requestedMessage: 'StartTransaction' }, 'NotImplemented'],
    [{ requestedMessage: 'constructor' }, 'NotImplemented'],
  ])('%j: %s', async (request, status) => {
    const { system } = await accepted()
    expect(await system.request('TriggerMessage', request)).toEqual({ status })
  })
})
