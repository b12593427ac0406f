import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aChargePoint } from '../support/system.ts'
import { callsOf, pathOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

describe('logged frames', () => {
  test('are listed newest first, both ways, without secrets', async () => {
    const chargePoint = await aChargePoint(api, { connected: false })
    const path = `${pathOf(chargePoint)}/messages`
    expect((await api.get(path)).body).toEqual({ items: [] })
    await api.patch(pathOf(chargePoint), {
      messageLogUntil: new Date(api.clock.now().getTime() + 3600_000).toISOString(),
    })
    const connectionId = await chargePoint.connect()
    await chargePoint.call('Heartbeat', {}, { messageId: 'beat' })
    const answeredAt = api.clock.iso()
    api.clock.advance(1)
    const secret = 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00'
    const { messageId } = (
      await api.post(callsOf(chargePoint), {
        action: 'ChangeConfiguration',
        payload: { key: 'AuthorizationKey', value: secret },
      })
    ).body
    api.clock.advance(1)
    await chargePoint.send(JSON.stringify([4, messageId, 'NotSupported', '', {}]))
    api.clock.advance(1)
    await chargePoint.send('nonsense')
    const { body, text } = await api.get(path)
    const facts = body.items.map(({ direction, messageType, messageId, action }: any) => [
      direction,
      messageType,
      messageId,
      action,
    ])
    expect(facts).toEqual([
      ['in', undefined, undefined, undefined],
      ['in', 'CallError', messageId, undefined],
      ['out', 'Call', messageId, 'ChangeConfiguration'],
      ['out', 'CallResult', 'beat', undefined],
      ['in', 'Call', 'beat', 'Heartbeat'],
    ])
    expect(body.items[0]).toEqual({ at: api.clock.iso(), direction: 'in', frame: 'nonsense', connectionId })
    const beat = body.items.find((each: any) => each.action === 'Heartbeat')
    expect(beat).toMatchObject({ at: answeredAt, frame: '[2,"beat","Heartbeat",{}]' })
    expect(text).not.toContain(secret)
    const first = (await api.get(`${path}?limit=3`)).body
    const second = (await api.get(`${path}?limit=3&cursor=${first.cursor}`)).body
    expect([...first.items, ...second.items]).toEqual(body.items)
    api.clock.advance(3600)
    await chargePoint.call('Heartbeat')
    expect((await api.get(path)).body.items).toHaveLength(5)
  })
})
