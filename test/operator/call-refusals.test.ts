import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CENTRAL_SYSTEM_ACTIONS } from '../../lib/actions/index.ts'
import { aChargePoint } from '../support/system.ts'
import { callsOf, pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

describe('POST …/calls', () => {
  test('is refused while the charge point is not accepted', async () => {
    const pending = await aChargePoint(api, { status: 'Pending' })
    const start = { action: 'RemoteStartTransaction', payload: { idTag: 'T' } }
    expect(problemOf(await api.post(callsOf(pending), start))).toEqual([409, 'not-accepted'])
    expect((await api.post(callsOf(pending), { action: 'GetConfiguration' })).status).toBe(202)
    const rejected = await aChargePoint(api, { status: 'Rejected' })
    expect(problemOf(await api.post(callsOf(rejected), { action: 'GetConfiguration' }))).toEqual([
      409,
      'not-accepted',
    ])
  })

  test('knows charge points and actions', async () => {
    expect(problemOf(await api.post('/charge-points/nobody/calls', { action: 'ClearCache' }))).toEqual([
      404,
      'unknown',
    ])
    const chargePoint = await aChargePoint(api)
    const refused = await api.post(callsOf(chargePoint), { action: 'Heartbeat' })
    expect(problemOf(refused)).toEqual([400, 'unknown-action'])
    for (const action of CENTRAL_SYSTEM_ACTIONS.keys()) expect(refused.body.detail).toContain(action)
  })

  test('tells what is wrong with a payload', async () => {
    const chargePoint = await aChargePoint(api)
    const wrong = async (body: unknown) => {
      const refused = await api.post(callsOf(chargePoint), body)
      expect(problemOf(refused)).toEqual([400, 'invalid'])
      return pathsOf(refused)
    }
    expect(await wrong({ action: 'Reset' })).toEqual(['payload.type'])
    expect(await wrong({ action: 'Reset', payload: { type: 'Mild' } })).toEqual(['payload.type'])
    expect(await wrong({ action: 'ClearCache', payload: { a: 1 } })).toEqual(['payload'])
    expect(await wrong({ action: 'GetConfiguration', payload: { key: [1] } })).toEqual(['payload.key[0]'])
    expect(await wrong({ action: 'ClearCache', payload: [] })).toEqual(['payload'])
    expect(await wrong({ payload: {} })).toEqual(['action'])
  })

  test.each([
    [{ timeoutSeconds: 0 }, 'timeoutSeconds'],
    [{ timeoutSeconds: 601 }, 'timeoutSeconds'],
    [{ whenOffline: 'wait' }, 'whenOffline'],
    [{ expiresAt: 'tomorrow' }, 'expiresAt'],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    [{ expiresAt: '2099-01-01T00:00:00Z' }, 'expiresAt'],
    [{ expiresAt: '2026-13-01T00:00:00Z' }, 'expiresAt'],
    [{ priority: 1 }, 'priority'],
  ])('refuses %j', async (more, path) => {
    const chargePoint = await aChargePoint(api)
    const refused = await api.post(callsOf(chargePoint), { action: 'ClearCache', ...more })
    expect(problemOf(refused)).toEqual([400, 'invalid'])
    expect(pathsOf(refused)).toEqual([path])
  })

  test('refuses a frame that API Gateway would not take', async () => {
    const chargePoint = await aChargePoint(api)
    const body = { action: 'DataTransfer', payload: { vendorId: 'v', data: 'x'.repeat(33_000) } }
    expect(problemOf(await api.post(callsOf(chargePoint), body))).toEqual([413, 'too-large'])
  })
})
