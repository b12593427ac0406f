import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authorize } from '../support/authorize.ts'
import { aChargePoint } from '../support/system.ts'
import { basic, pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

let serial = 0
const anId = () => `New${++serial}`

describe('PATCH /charge-points/{chargePointId}', () => {
  test('sets, keeps and removes', async () => {
    const chargePointId = anId()
    await api.post('/charge-points', {
      chargePointId,
      description: 'a',
      address: 'b',
      heartbeatInterval: 60,
      strict: true,
    })
    const path = `/charge-points/${chargePointId}`
    const changed = await api.patch(path, {
      description: 'c',
      address: null,
      heartbeatInterval: null,
      strict: null,
      registrationStatus: 'Rejected',
    })
    expect(changed.body).toMatchObject({
      description: 'c',
      registrationStatus: 'Rejected',
      strict: false,
      version: 2,
    })
    expect(changed.body).not.toHaveProperty('address')
    expect(changed.body).not.toHaveProperty('heartbeatInterval')
    expect((await api.store.getLive(chargePointId))?.registrationStatus).toBe('Rejected')
    expect((await api.get(path)).headers.get('etag')).toBe(changed.headers.get('etag'))
  })

  test('takes a JSON merge patch by its own name', async () => {
    const { chargePointId } = await aChargePoint(api)
    const headers = { 'content-type': 'application/merge-patch+json; charset=utf-8' }
    expect((await api.patch(`/charge-points/${chargePointId}`, {}, headers)).status).toBe(200)
  })

  test('changes the password and the profile', async () => {
    const { chargePointId } = await aChargePoint(api)
    const path = `/charge-points/${chargePointId}`
    expect(pathsOf(await api.patch(path, { securityProfile: 1 }))).toEqual(['password'])
    const password = 'a-brand-new-password'
    const changed = await api.patch(path, { securityProfile: 1, password })
    expect(changed.body).toMatchObject({ securityProfile: 1, hasPassword: true })
    expect(changed.text).not.toContain(password)
    expect(
      await authorize(api.system, { chargePointId, authorization: basic(chargePointId, password) }),
    ).toBe('known')
    expect(pathsOf(await api.patch(path, { password: null }))).toEqual(['password'])
    const open = await api.patch(path, { password: null, securityProfile: 0 })
    expect(open.body).toMatchObject({ securityProfile: 0, hasPassword: false })
  })

  test('keeps to If-Match', async () => {
    const { chargePointId } = await aChargePoint(api)
    const path = `/charge-points/${chargePointId}`
    const etag = (await api.get(path)).headers.get('etag') ?? ''
    const change = (ifMatch: string) => api.patch(path, { description: ifMatch }, { 'if-match': ifMatch })
    expect((await change(etag)).status).toBe(200)
    expect(problemOf(await change(etag))).toEqual([412, 'changed'])
    expect(problemOf(await change('"nonsense"'))).toEqual([412, 'changed'])
    expect((await change('*')).status).toBe(200)
    expect((await change('"1-x", "3-y"')).status).toBe(200)
    expect(problemOf(await change('"1-x", "3-y"'))).toEqual([412, 'changed'])
    expect((await change('W/"4-y"')).status).toBe(200)
  })

  test('of two at once that touch credentials, each sees the other', async () => {
    const { chargePointId } = await aChargePoint(api)
    const path = `/charge-points/${chargePointId}`
    await api.patch(path, { password: 'a-brand-new-password' })
    const answers = await Promise.all([
      api.patch(path, { securityProfile: 1 }),
      api.patch(path, { password: null }),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
    const { securityProfile, hasPassword } = (await api.get(path)).body
    expect([securityProfile > 0, hasPassword]).toEqual([hasPassword, hasPassword])
  })

  test.each([
    [{ chargePointId: 'other' }, 'chargePointId'],
    [{ registrationStatus: null }, 'registrationStatus'],
    [{ securityProfile: null }, 'securityProfile'],
    [{ version: 1 }, 'version'],
    [{ password: 'short' }, 'password'],
  ])('refuses %j', async (body, path) => {
    const { chargePointId } = await aChargePoint(api)
    const refused = await api.patch(`/charge-points/${chargePointId}`, body)
    expect(problemOf(refused)).toEqual([400, 'invalid'])
    expect(pathsOf(refused)).toEqual([path])
  })

  test('knows what is not there', async () => {
    expect(problemOf(await api.patch('/charge-points/nobody', {}))).toEqual([404, 'unknown'])
    expect(problemOf(await api.patch('/charge-points/nobody', {}, { 'if-match': '"1"' }))).toEqual([
      404,
      'unknown',
    ])
  })
})

describe('DELETE /charge-points/{chargePointId}', () => {
  test('removes it, disconnects it, and leaves its history', async () => {
    const chargePoint = await aChargePoint(api)
    const { chargePointId, connectionId } = chargePoint
    const start = { connectorId: 1, idTag: 'T', meterStart: 0, timestamp: api.clock.iso() }
    const { transactionId } = await chargePoint.call('StartTransaction', start)
    await chargePoint.call('MeterValues', {
      connectorId: 1,
      meterValue: [{ timestamp: api.clock.iso(), sampledValue: [{ value: '1' }] }],
    })
    const { messageId } = (await api.post(`/charge-points/${chargePointId}/calls`, { action: 'ClearCache' }))
      .body
    const path = `/charge-points/${chargePointId}`
    expect(problemOf(await api.delete(path, { 'if-match': '"7"' }))).toEqual([412, 'changed'])
    expect((await api.delete(path, { 'if-match': '"1-whatever"' })).status).toBe(204)
    expect(api.closed).toContain(connectionId)
    expect(problemOf(await api.delete(path))).toEqual([404, 'unknown'])
    expect((await api.get(`/transactions/${transactionId}`)).body).toMatchObject({
      chargePointId,
      active: true,
    })
    expect((await api.get(`${path}/calls`)).body.items).toMatchObject([{ messageId }])
    expect((await api.get(`${path}/calls/${messageId}`)).status).toBe(200)
    expect((await api.get(`${path}/meter-values`)).body.items).toHaveLength(1)
  })
})
