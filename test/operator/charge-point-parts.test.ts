import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { open } from '../../lib/central-system/accept.ts'
import { ENDPOINTS } from '../../lib/operator/endpoints.ts'
import { aChargePoint } from '../support/system.ts'
import { problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

describe('live facts', () => {
  test('of a charge point that is heard', async () => {
    const chargePoint = await aChargePoint(api, { connected: false })
    const { chargePointId } = chargePoint
    await open(api.system, {
      chargePointId,
      connectionId: 'live-1',
      connectedAt: api.clock.iso(),
      offered: 'ocpp1.6',
      known: true,
      address: '192.0.2.7',
    })
    chargePoint.connectionId = 'live-1'
    await chargePoint.call('BootNotification', {
      chargePointVendor: 'V',
      chargePointModel: 'M',
      firmwareVersion: '1.2',
    })
    const status = { errorCode: 'NoError', timestamp: api.clock.iso() }
    await chargePoint.call('StatusNotification', { connectorId: 0, status: 'Available', ...status })
    await chargePoint.call('StatusNotification', {
      connectorId: 2,
      status: 'Faulted',
      ...status,
      errorCode: 'OtherError',
      info: 'i',
      vendorId: 'v',
      vendorErrorCode: 'e',
    })
    await chargePoint.call('FirmwareStatusNotification', { status: 'Downloading' })
    await chargePoint.call('DiagnosticsStatusNotification', { status: 'Uploading' })
    await chargePoint.call('LogStatusNotification', { status: 'Idle' })
    await chargePoint.call('Heartbeat', { surplus: 1 })
    const { body } = await api.get(`/charge-points/${chargePointId}`)
    const at = api.clock.iso()
    expect(body).toMatchObject({
      connectionState: 'online',
      connectedAt: at,
      connectedFrom: '192.0.2.7',
      lastSeenAt: at,
      boot: { chargePointVendor: 'V', chargePointModel: 'M', firmwareVersion: '1.2', at },
      firmware: { status: 'Downloading', at },
      diagnostics: { status: 'Uploading', at },
      log: { status: 'Idle', at },
      violations: { count: 1, last: { action: 'Heartbeat', at } },
    })
    expect(body.connectors).toEqual([
      { connectorId: 0, status: 'Available', errorCode: 'NoError', timestamp: at, receivedAt: at },
      {
        connectorId: 2,
        status: 'Faulted',
        errorCode: 'OtherError',
        info: 'i',
        vendorId: 'v',
        vendorErrorCode: 'e',
        timestamp: at,
        receivedAt: at,
      },
    ])
    expect((await api.get(`/charge-points/${chargePointId}/connectors`)).body).toEqual({
      items: body.connectors,
    })
    expect((await api.get('/charge-points?limit=200')).body.items).toContainEqual(body)
  })

  test('tell a silent charge point from a living one', async () => {
    const { chargePointId } = await aChargePoint(api)
    const state = async () => (await api.get(`/charge-points/${chargePointId}`)).body.connectionState
    api.clock.advance(2 * 300 + 60)
    expect(await state()).toBe('online')
    api.clock.advance(1)
    expect(await state()).toBe('stale')
    await api.patch(`/charge-points/${chargePointId}`, { heartbeatInterval: 3600 })
    expect(await state()).toBe('online')
    await api.store.disconnect(
      chargePointId,
      (await api.store.getLive(chargePointId))?.connection?.connectionId ?? '',
    )
    expect(await state()).toBe('offline')
  })

  test('change the ETag, but not what If-Match looks at', async () => {
    const chargePoint = await aChargePoint(api)
    const path = `/charge-points/${chargePoint.chargePointId}`
    const etag = (await api.get(path)).headers.get('etag') ?? ''
    expect((await api.get(path, { 'if-none-match': etag })).status).toBe(304)
    api.clock.advance(1)
    await chargePoint.call('Heartbeat')
    expect((await api.get(path, { 'if-none-match': etag })).status).toBe(200)
    expect((await api.patch(path, { strict: true }, { 'if-match': etag })).status).toBe(200)
  })
})

describe('what lies below an unknown charge point', () => {
  const parts = ENDPOINTS.filter(
    ({ spec }) => spec.method === 'get' && spec.path.startsWith('/charge-points/{chargePointId}'),
  ).map(({ spec }) => spec.path.slice('/charge-points/{chargePointId}'.length).replace('{messageId}', 'x'))

  test.each(parts)('is unknown: %s', async (part) => {
    expect(problemOf(await api.get(`/charge-points/nobody${part}`))).toEqual([404, 'unknown'])
  })

  test('is unknown to commands, too', async () => {
    const applied = await api.ask('POST', '/charge-points/nobody/configuration/apply')
    expect(problemOf(applied)).toEqual([404, 'unknown'])
  })
})

describe('GET /charge-points/{chargePointId}/configuration', () => {
  test('hints at GetConfiguration until it was read', async () => {
    const chargePoint = await aChargePoint(api, { chargePointId: 'Conf/1' })
    const path = '/charge-points/Conf%2F1'
    const unread = await api.get(`${path}/configuration`)
    expect(problemOf(unread)).toEqual([404, 'no-configuration'])
    expect(unread.body.detail).toContain('/api/charge-points/Conf%2F1/calls')
    const { messageId } = (await api.post(`${path}/calls`, { action: 'GetConfiguration' })).body
    await chargePoint.answer(messageId, {
      configurationKey: [
        { key: 'HeartbeatInterval', readonly: false, value: '300' },
        { key: 'AuthorizationKey', readonly: false, value: 'deadbeefdeadbeefdeadbeefdeadbeef' },
        { key: 'AllowOfflineTxForUnknownId', readonly: true },
      ],
      unknownKey: ['Nonsense'],
    })
    const { body, headers } = await api.get(`${path}/configuration`)
    expect(body).toEqual({
      readAt: api.clock.iso(),
      keys: [
        { key: 'AllowOfflineTxForUnknownId', readonly: true },
        { key: 'AuthorizationKey', readonly: false, value: '***' },
        { key: 'HeartbeatInterval', readonly: false, value: '300' },
      ],
      unknownKeys: ['Nonsense'],
      drift: [],
    })
    const etag = headers.get('etag') ?? ''
    expect((await api.get(`${path}/configuration`, { 'if-none-match': etag })).status).toBe(304)
    await api.get(`${path}/calls`)
    expect(api.told.join()).not.toContain('deadbeef')
  })
})

test('GET /charge-points/{chargePointId}/meter-values pages through those without a transaction', async () => {
  const chargePoint = await aChargePoint(api)
  const path = `/charge-points/${chargePoint.chargePointId}/meter-values`
  expect((await api.get(path)).body).toEqual({ items: [] })
  for (const value of ['1', '2', '3']) {
    api.clock.advance(60)
    await chargePoint.call('MeterValues', {
      connectorId: 0,
      meterValue: [{ timestamp: api.clock.iso(), sampledValue: [{ value, unit: 'kWh' }] }],
    })
  }
  const first = (await api.get(`${path}?limit=2`)).body
  const second = (await api.get(`${path}?limit=2&cursor=${first.cursor}`)).body
  const values = [...first.items, ...second.items].map((record) => record.meterValue[0].sampledValue[0].value)
  expect(values).toEqual(['1', '2', '3'])
  expect(second).not.toHaveProperty('cursor')
  expect(first.items[0]).toMatchObject({ connectorId: 0, chargePointId: chargePoint.chargePointId })
  const calls = await api.get(`/charge-points/${chargePoint.chargePointId}/calls?cursor=${first.cursor}`)
  expect(problemOf(calls)).toEqual([400, 'invalid'])
})
