import { describe, expect, test } from 'vitest'
import { until } from './central-system.ts'
import { accepted } from './harness.ts'

describe('ChangeConfiguration and GetConfiguration (§5.3, §5.8)', () => {
  test.each([
    ['HeartbeatInterval', '60', 'Accepted'],
    ['heartbeatINTERVAL', '60', 'Accepted'],
    ['HeartbeatInterval', '-1', 'Rejected'],
    ['HeartbeatInterval', 'often', 'Rejected'],
    ['MeterValueSampleInterval', '1.5', 'Rejected'],
    ['WebSocketPingInterval', '-1', 'Rejected'],
    ['LocalPreAuthorize', 'true', 'Accepted'],
    ['LocalPreAuthorize', 'yes', 'Rejected'],
    ['NumberOfConnectors', '3', 'Rejected'],
    ['MeterValuesSampledData', 'Voltage,SoC', 'Accepted'],
    ['MeterValuesSampledData', '', 'Accepted'],
    ['MeterValuesSampledData', 'Voltage,RPM', 'Rejected'],
    ['ConnectorPhaseRotation', '0.RST,1.RTS', 'Accepted'],
    ['ConnectorPhaseRotation', '0.XYZ', 'Rejected'],
    ['AuthorizationKey', 'short', 'Rejected'],
    ['FluxCapacitor', '88', 'NotSupported'],
  ])('%s = %j: %s', async (key, value, status) => {
    const { system } = await accepted()
    expect(await system.request('ChangeConfiguration', { key, value })).toEqual({ status })
    const { configurationKey } = (await system.request('GetConfiguration', { key: [key] })) as {
      configurationKey: { value: string }[]
    }
    if (status === 'Accepted') expect(configurationKey[0]?.value).toBe(value)
  })

  test('without keys all come; unknown ones are named; too many are refused', async () => {
    const { system } = await accepted({ connectors: 3 })
    const all = (await system.request('GetConfiguration')) as { configurationKey: { key: string }[] }
    expect(all.configurationKey.length).toBeGreaterThan(35)
    expect(all).not.toHaveProperty('unknownKey')
    expect(await system.request('GetConfiguration', { key: [] })).toEqual(all)
    expect(await system.request('GetConfiguration', { key: ['numberofconnectors', 'Nope'] })).toEqual({
      configurationKey: [{ key: 'NumberOfConnectors', readonly: true, value: '3' }],
      unknownKey: ['Nope'],
    })
    const many = Array.from({ length: 51 }, (_, index) => `Key${index}`)
    expect(await system.request('GetConfiguration', { key: many })).toEqual({
      error: 'OccurenceConstraintViolation',
    })
  })

  test('a new AuthorizationKey is never read back, and makes a new connection with the new password', async () => {
    const { system, station, time } = await accepted({ password: 'the old password', workMs: 500 })
    const key = '000102030405060708090a0b0c0d0e0f'
    expect(await system.request('ChangeConfiguration', { key: 'AuthorizationKey', value: key })).toEqual({
      status: 'Accepted',
    })
    await until(() => station.status().connection === 'connecting')
    time.advance(500)
    await until(() => system.connections === 2)
    const credentials = Buffer.concat([Buffer.from('CP001:'), Buffer.from(key, 'hex')]).toString('base64')
    expect(system.attempts[1]?.headers.authorization).toBe(`Basic ${credentials}`)
    expect(await system.request('GetConfiguration', { key: ['AuthorizationKey'] })).toEqual({
      configurationKey: [{ key: 'AuthorizationKey', readonly: false }],
    })
    expect(system.payloads('BootNotification')).toHaveLength(1)
  })
})

describe('ChangeAvailability (§5.2)', () => {
  test('of one connector: told, and nothing starts there', async () => {
    const { system, station } = await accepted()
    expect(await system.request('ChangeAvailability', { connectorId: 1, type: 'Inoperative' })).toEqual({
      status: 'Accepted',
    })
    await station.idle()
    expect(system.statuses(1).at(-1)).toBe('Unavailable')
    expect(system.statuses(0)).toEqual(['Available'])
    await expect(station.start(1, 'TAG001')).rejects.toThrow('connector 1 is Unavailable')
    expect(await system.request('ChangeAvailability', { connectorId: 1, type: 'Inoperative' })).toEqual({
      status: 'Accepted',
    })
    await system.request('ChangeAvailability', { connectorId: 1, type: 'Operative' })
    await station.idle()
    expect(system.statuses(1)).toEqual(['Available', 'Unavailable', 'Available'])
    expect(await system.request('ChangeAvailability', { connectorId: 9, type: 'Operative' })).toEqual({
      status: 'Rejected',
    })
  })

  test('of connector 0: all of them, after a boot still', async () => {
    const { system, station } = await accepted()
    await system.request('ChangeAvailability', { connectorId: 0, type: 'Inoperative' })
    await station.boot()
    await station.idle()
    for (const connectorId of [0, 1, 2]) {
      expect(system.statuses(connectorId)).toEqual(['Available', 'Unavailable', 'Unavailable'])
    }
  })

  test('during a transaction it is scheduled, and can be taken back', async () => {
    const { system, station } = await accepted()
    await station.start(1, 'TAG001')
    expect(await system.request('ChangeAvailability', { connectorId: 0, type: 'Inoperative' })).toEqual({
      status: 'Scheduled',
    })
    await station.idle()
    expect(system.statuses(0)).toEqual(['Available'])
    expect(system.statuses(1).at(-1)).toBe('Charging')
    expect(system.statuses(2).at(-1)).toBe('Unavailable')
    await station.stop(1)
    station.unplug(1)
    await station.idle()
    expect(system.statuses(0).at(-1)).toBe('Unavailable')
    expect(system.statuses(1).slice(-2)).toEqual(['Finishing', 'Unavailable'])
    await system.request('ChangeAvailability', { connectorId: 0, type: 'Operative' })
    await station.start(1, 'TAG001')
    await system.request('ChangeAvailability', { connectorId: 1, type: 'Inoperative' })
    expect(await system.request('ChangeAvailability', { connectorId: 1, type: 'Operative' })).toEqual({
      status: 'Accepted',
    })
    await station.stop(1)
    station.unplug(1)
    await station.idle()
    expect(system.statuses(1).at(-1)).toBe('Available')
  })
})

describe('ClearCache, DataTransfer, UnlockConnector', () => {
  test('ClearCache forgets who was accepted (§5.4); without a cache it is Rejected (errata 3.23)', async () => {
    const { system, station } = await accepted({ configuration: { LocalPreAuthorize: 'true' } })
    await station.authorize('TAG001')
    expect(await system.request('ClearCache')).toEqual({ status: 'Accepted' })
    await station.authorize('TAG001')
    expect(system.payloads('Authorize')).toHaveLength(2)
    await system.request('ChangeConfiguration', { key: 'AuthorizationCacheEnabled', value: 'false' })
    expect(await system.request('ClearCache')).toEqual({ status: 'Rejected' })
  })

  test('DataTransfer: the vendor is unknown, or else the message', async () => {
    const { system } = await accepted({ vendor: 'ACME' })
    expect(await system.request('DataTransfer', { vendorId: 'org.example' })).toEqual({
      status: 'UnknownVendorId',
    })
    expect(await system.request('DataTransfer', { vendorId: 'acme', messageId: 'm' })).toEqual({
      status: 'UnknownMessageId',
    })
  })

  test('UnlockConnector: Unlocked, after the end of a transaction; an unknown connector is NotSupported', async () => {
    const { system, station } = await accepted()
    for (const connectorId of [0, 3, -1]) {
      expect(await system.request('UnlockConnector', { connectorId })).toEqual({ status: 'NotSupported' })
    }
    expect(await system.request('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' })
    await station.start(1, 'TAG001')
    expect(await system.request('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' })
    await station.idle()
    expect(system.payloads('StopTransaction')).toMatchObject([{ reason: 'UnlockCommand' }])
  })
})
