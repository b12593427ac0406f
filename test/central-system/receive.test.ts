import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { request } from '../../lib/central-system/request.ts'
import type { CallRecord } from '../../lib/store/port.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'

describe('a frame arrives', () => {
  let test: TestSystem
  let chargePoint: TestChargePoint
  beforeAll(async () => {
    test = await startSystem()
    chargePoint = await aChargePoint(test)
  })
  afterAll(() => test.stop())

  const currentTime = () => ({ currentTime: test.clock.iso() })

  it.each([
    ['a heartbeat', '[2,"id","Heartbeat",{}]', () => [3, 'id', currentTime()]],
    ['a null payload', '[2,"id","Heartbeat",null]', () => [3, 'id', currentTime()]],
    ['a number for an id', '[2,17,"Heartbeat",{}]', () => [3, 17, currentTime()]],
    ['an empty id', '[2,"","Heartbeat",{}]', () => [3, '', currentTime()]],
    ['NUL bytes', '[2,"id","Heartbeat",{}]\0\0', () => [3, 'id', currentTime()]],
    [
      'an action in another case',
      '[2,"id","heartbeat",{}]',
      () => [4, 'id', 'NotImplemented', 'heartbeat is not known', {}],
    ],
    [
      'an action of the other side',
      '[2,"id","Reset",{}]',
      () => [4, 'id', 'NotSupported', 'Reset is for charge points to take', {}],
    ],
    [
      'an action that is an object key',
      '[2,"id","__proto__",{}]',
      () => [4, 'id', 'NotImplemented', expect.any(String), {}],
    ],
    [
      'an action that is too long to note, and would be cut in a surrogate pair',
      `[2,"id","a${'😀'.repeat(40)}",{}]`,
      () => [4, 'id', 'NotImplemented', expect.any(String), {}],
    ],
    [
      'an action that is half of a surrogate pair',
      '[2,"id","\\ud83d",{}]',
      () => [4, 'id', 'NotImplemented', expect.any(String), {}],
    ],
    ['no payload', '[2,"id","Heartbeat"]', () => [4, 'id', 'FormationViolation', expect.any(String), {}]],
    [
      'five elements',
      '[2,"id","Heartbeat",{},1]',
      () => [4, 'id', 'FormationViolation', expect.any(String), {}],
    ],
    [
      'a list for a payload',
      '[2,"id","Heartbeat",[]]',
      () => [4, 'id', 'FormationViolation', expect.any(String), {}],
    ],
    [
      'an action that is none',
      '[2,"id",7,{}]',
      () => [4, 'id', 'FormationViolation', expect.any(String), {}],
    ],
    [
      'an id of 37 characters',
      `[2,"${'x'.repeat(37)}","Heartbeat",{}]`,
      () => [4, 'x'.repeat(37), 'FormationViolation', expect.any(String), {}],
    ],
    ['no id at all', '[2]', () => [4, '-1', 'FormationViolation', expect.any(String), {}]],
  ])('%s', async (_, text, answer) => {
    expect(JSON.parse((await chargePoint.send(text)) ?? 'null')).toEqual(answer())
  })

  it.each([
    '',
    'hello',
    '{}',
    '[]',
    'null',
    '[1,"id","Heartbeat",{}]',
    '[5,"id",{}]',
    '[2,"id","MeterValues",{"connectorId":1',
    '[3]',
    '[3,"",{}]',
    '[3,"nobody asked",{}]',
    '[4]',
    '[4,"nobody asked"]',
    '[4,"nobody asked","NoSuchCode","",{}]',
    '[3,{"a":1},{}]',
  ])('%j is answered by nothing', async (text) => {
    expect(await chargePoint.send(text)).toBeUndefined()
  })

  it('an error of our own tells the station nothing but InternalError, and the log everything', async () => {
    const store = { ...test.store, getIdTag: () => Promise.reject(new Error('the disk is on fire')) }
    const { receive } = await import('../../lib/central-system/receive.ts')
    const answer = await receive({ ...test.system, store }, chargePoint, '[2,"id","Authorize",{"idTag":"x"}]')
    expect(JSON.parse(answer ?? '')).toEqual([4, 'id', 'InternalError', '', {}])
    expect(test.logged.at(-1)).toMatchObject({ level: 'error', facts: { action: 'Authorize' } })
  })

  it('queued calls leave when the station is heard from, but not on its boot', async () => {
    const quiet = await aChargePoint(test, { connected: false })
    const call = (await request(test.system, quiet.chargePointId, {
      action: 'ClearCache',
      payload: {},
      whenOffline: 'queue',
    })) as CallRecord
    expect(call.status).toBe('Queued')
    await quiet.connect()
    const sent = () => test.pushed.filter(({ connectionId }) => connectionId === quiet.connectionId)
    await quiet.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' })
    expect(sent()).toHaveLength(0)
    await quiet.call('Heartbeat')
    expect(sent().map(({ frame }) => JSON.parse(frame))).toEqual([[2, call.messageId, 'ClearCache', {}]])
  })

  it('over a connection that is not the current one is answered there, and hung up on, so that the station dials again', async () => {
    const station = await aChargePoint(test)
    const old = station.connectionId
    test.clock.advance(1)
    const current = await station.connect()
    test.gone.delete(old)
    await station.call('Heartbeat', {}, { connectionId: old })
    expect(test.pushed.at(-1)).toMatchObject({
      connectionId: old,
      frame: expect.stringContaining('currentTime'),
    })
    expect(test.closed.at(-1)).toBe(old)
    await station.call('Heartbeat')
    expect(test.closed).not.toContain(current)
    await test.store.disconnect(station.chargePointId, current)
    await station.call('Heartbeat')
    expect(test.closed.at(-1)).toBe(current)
  })

  it('that is broken, unreadable or of no known action is noted against the station', async () => {
    const station = await aChargePoint(test)
    for (const text of ['hello', '[2,"id"]', '[2,"id","Dance",{}]', '[9,"id",{}]']) await station.send(text)
    expect(await test.store.getLive(station.chargePointId)).toMatchObject({ violations: 4 })
  })
})
