import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashPassword } from '../../lib/central-system/password.ts'
import { sentTo } from '../actions/asking.ts'
import { authorize } from '../support/authorize.ts'
import { aChargePoint, type TestChargePoint } from '../support/system.ts'
import { basic, callsOf, pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
let oldHash: string
beforeAll(async () => {
  api = await startApi()
  oldHash = await hashPassword(OLD)
})
afterAll(() => api.stop())

const OLD = 'the-old-password'

const aSecuredOne = (more: object = {}) =>
  aChargePoint(api, { securityProfile: 1, passwordHash: oldHash, ...more })

const rotationOf = ({ chargePointId }: { chargePointId: string }) =>
  `/charge-points/${encodeURIComponent(chargePointId)}/password-rotation`

const isValid = async ({ chargePointId }: TestChargePoint, password: string): Promise<boolean> =>
  (await authorize(api.system, { chargePointId, authorization: basic(chargePointId, password) })) === 'known'

/** What the charge point was sent as its key. */
const sentKey = (chargePoint: TestChargePoint) => {
  const { action, messageId, payload } = sentTo(api, chargePoint).at(-1) ?? {}
  expect([action, payload?.key]).toEqual(['ChangeConfiguration', 'AuthorizationKey'])
  return { messageId, value: payload.value as string }
}

/** Rotates, and has the charge point answer. */
async function rotate(chargePoint: TestChargePoint, status: string, body: object = {}) {
  const asking = api.post(rotationOf(chargePoint), body, { prefer: 'wait=20' })
  await expect.poll(() => sentTo(api, chargePoint).length).toBeGreaterThan(0)
  const { messageId, value } = sentKey(chargePoint)
  expect(await isValid(chargePoint, value), 'before the answer').toBe(false)
  await chargePoint.answer(messageId, { status })
  return { value, answer: await asking }
}

describe('POST /charge-points/{chargePointId}/password-rotation', () => {
  test.each(['Accepted', 'RebootRequired'])(
    '%s: the new one is valid, the old one is not',
    async (status) => {
      const chargePoint = await aSecuredOne({ chargePointId: `Rotated #/α ${status}` })
      const { value, answer } = await rotate(chargePoint, status)
      expect(answer.status).toBe(200)
      expect(answer.body).toMatchObject({
        status: 'Rotated',
        password: value,
        call: {
          status: 'Answered',
          response: { status },
          payload: { key: 'AuthorizationKey', value: '***' },
        },
      })
      expect(value).toMatch(/^[0-9a-f]{40}$/)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(await isValid(chargePoint, value)).toBe(true)
      expect(await isValid(chargePoint, OLD)).toBe(false)
    },
  )

  test('takes the one that is given', async () => {
    const chargePoint = await aSecuredOne()
    const password = '8f3b1c6d2e9a4705b8c1d2e3f4a59687'
    const { value, answer } = await rotate(chargePoint, 'Accepted', { password })
    expect([value, answer.body.password]).toEqual([password, password])
    expect(await isValid(chargePoint, password)).toBe(true)
  })

  test.each(['Rejected', 'NotSupported'])(
    '%s: the old one stays, and the new one is not shown',
    async (status) => {
      const chargePoint = await aSecuredOne()
      const { value, answer } = await rotate(chargePoint, status)
      expect(answer.body).toMatchObject({ status: 'Kept', call: { response: { status } } })
      expect(answer.text).not.toContain(value)
      expect([await isValid(chargePoint, OLD), await isValid(chargePoint, value)]).toEqual([true, false])
    },
  )

  test('CALLERROR: the old one stays', async () => {
    const chargePoint = await aSecuredOne()
    const asking = api.post(rotationOf(chargePoint), {}, { prefer: 'wait=20' })
    await expect.poll(() => sentTo(api, chargePoint).length).toBe(1)
    const { messageId, value } = sentKey(chargePoint)
    await chargePoint.send(JSON.stringify([4, messageId, 'InternalError', `no ${value}`, {}]))
    const { body, text } = await asking
    expect(body).toMatchObject({ status: 'Kept', call: { status: 'Refused' } })
    expect(text).not.toContain(value)
    expect(await isValid(chargePoint, OLD)).toBe(true)
  })

  test('without an answer the old one stays, until one comes after all', async () => {
    const chargePoint = await aSecuredOne()
    const open = await api.post(rotationOf(chargePoint), { timeoutSeconds: 5 })
    expect([open.status, open.body.status]).toEqual([202, 'Open'])
    const { messageId, value } = sentKey(chargePoint)
    expect(open.body.password).toBe(value)
    const path = `${callsOf(chargePoint)}/${messageId}`
    expect(open.headers.get('location')).toBe(`/api${path}`)
    api.clock.advance(6)
    expect((await api.get(path)).body.status).toBe('TimedOut')
    expect([await isValid(chargePoint, OLD), await isValid(chargePoint, value)]).toEqual([true, false])
    await chargePoint.answer(messageId, { status: 'Accepted' })
    expect([await isValid(chargePoint, OLD), await isValid(chargePoint, value)]).toEqual([false, true])
  })

  test('says so where the answer does not come in time', async () => {
    const chargePoint = await aSecuredOne()
    const asking = api.post(rotationOf(chargePoint), { timeoutSeconds: 5 }, { prefer: 'wait=20' })
    await expect.poll(() => sentTo(api, chargePoint).length).toBe(1)
    api.clock.advance(6)
    const { status, body } = await asking
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'Unanswered', call: { status: 'TimedOut' } })
    expect(body.password).toBe(sentKey(chargePoint).value)
    expect(await isValid(chargePoint, OLD)).toBe(true)
  })

  test('is sent at once or not at all', async () => {
    const offline = await aSecuredOne({ connected: false })
    expect(problemOf(await api.post(rotationOf(offline), {}))).toEqual([409, 'offline'])
    const busy = await aSecuredOne()
    await api.post(callsOf(busy), { action: 'ClearCache' })
    expect(problemOf(await api.post(rotationOf(busy), {}))).toEqual([409, 'secret'])
    const rejected = await aSecuredOne({ status: 'Rejected' })
    expect(problemOf(await api.post(rotationOf(rejected), {}))).toEqual([409, 'not-accepted'])
    expect(problemOf(await api.post(rotationOf({ chargePointId: 'Nobody' }), {}))).toEqual([404, 'unknown'])
    for (const each of [offline, busy, rejected]) expect(await isValid(each, OLD)).toBe(true)
  })

  test.each([
    [{ password: 'short' }, ['password']],
    [{ password: 'not quite äscii' }, ['password']],
    [{ timeoutSeconds: 0 }, ['timeoutSeconds']],
    [{ key: 'AuthorizationKey' }, ['key']],
  ])('refuses %j', async (body, paths) => {
    const refused = await api.post(rotationOf(await aSecuredOne()), body)
    expect(problemOf(refused)).toEqual([400, 'invalid'])
    expect(pathsOf(refused)).toEqual(paths)
  })

  test('shows the password once, and leaves it nowhere', async () => {
    const chargePoint = await aSecuredOne()
    const headers = { 'idempotency-key': 'rotate-once' }
    const first = await api.post(rotationOf(chargePoint), {}, headers)
    const { value, messageId } = sentKey(chargePoint)
    await chargePoint.answer(messageId, { status: 'Accepted' })
    const again = await api.post(rotationOf(chargePoint), {}, headers)
    expect(again.status).toBe(202)
    expect(first.body.password).toBe(value)
    expect(again.body).not.toHaveProperty('password')
    expect(sentTo(api, chargePoint)).toHaveLength(1)
    const calls = await api.get(callsOf(chargePoint))
    const configuration = await api.store.getConfiguration(chargePoint.chargePointId)
    const { items } = await api.store.listCalls(chargePoint.chargePointId, { limit: 10 })
    const audit = await api.get('/audit')
    expect(audit.body.items.map(({ operation }: any) => operation)).toContain('rotatePassword')
    for (const text of [
      calls.text,
      again.text,
      audit.text,
      JSON.stringify([configuration, items, api.logged]),
    ])
      expect(text).not.toContain(value)
  })
})
