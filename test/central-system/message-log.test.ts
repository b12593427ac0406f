import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { request } from '../../lib/central-system/request.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'

describe('the message log', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const logging = () =>
    aChargePoint(test, { messageLogUntil: new Date(test.clock.now().getTime() + 3_600_000).toISOString() })
  const logOf = async ({ chargePointId }: TestChargePoint) =>
    (await test.store.listMessages(chargePointId, { limit: 50 }, test.clock.iso())).items

  it('has the frames of both ways, newest first', async () => {
    const chargePoint = await logging()
    await chargePoint.send('[2,"a","Heartbeat",{}]')
    test.clock.advance(1)
    const call = await request(test.system, chargePoint.chargePointId, {
      action: 'Reset',
      payload: { type: 'Soft' },
    })
    if ('refused' in call) throw new Error(call.detail)
    test.clock.advance(1)
    await chargePoint.answer(call.messageId, { status: 'Accepted' })
    test.clock.advance(1)
    await chargePoint.send('nonsense')
    const log = await logOf(chargePoint)
    expect(log.map(({ direction, frame }) => [direction, frame])).toEqual([
      ['in', 'nonsense'],
      ['in', `[3,"${call.messageId}",{"status":"Accepted"}]`],
      ['out', `[2,"${call.messageId}","Reset",{"type":"Soft"}]`],
      ['out', expect.stringMatching(/^\[3,"a",\{"currentTime"/)],
      ['in', '[2,"a","Heartbeat",{}]'],
    ])
  })

  it('never has a password in it', async () => {
    const chargePoint = await logging()
    const value = '00112233445566778899aabbccddeeff'
    const change = await request(test.system, chargePoint.chargePointId, {
      action: 'ChangeConfiguration',
      payload: { key: 'AuthorizationKey', value },
    })
    if ('refused' in change) throw new Error(change.detail)
    await chargePoint.answer(change.messageId, { status: 'Accepted' })
    const again = await request(test.system, chargePoint.chargePointId, {
      action: 'ChangeConfiguration',
      payload: { key: 'AuthorizationKey', value },
    })
    if ('refused' in again) throw new Error(again.detail)
    await chargePoint.send(JSON.stringify([4, again.messageId, 'GenericError', `no ${value}`, { value }]))
    await chargePoint.send(
      JSON.stringify([2, 'z', 'DataTransfer', { vendorId: 'v', AuthorizationKey: value }]),
    )
    const read = await request(test.system, chargePoint.chargePointId, {
      action: 'GetConfiguration',
      payload: {},
    })
    if ('refused' in read) throw new Error(read.detail)
    const hidden = `{"configurationKey":[{"key":"Authorization\\u004bey","readonly":false,"value":"${value}"}]}`
    await chargePoint.send(`[3,"${read.messageId}",${hidden}]`)
    await chargePoint.send(`[2,"x","DataTransfer",{"AuthorizationKey":"${value}"`)
    await request(test.system, chargePoint.chargePointId, {
      action: 'GetDiagnostics',
      payload: { location: `ftp://user:${value}@files.example/in` },
    })
    await chargePoint.send(
      String.raw`[2,"y","DataTransfer",{"vendorId":"v","data":"ftp:\/\/me:${value}@files.example"}]`,
    )
    const log = await logOf(chargePoint)
    expect(log.length).toBeGreaterThan(4)
    expect(JSON.stringify(log)).not.toContain(value)
  })

  it('is empty where it was never switched on, and ends when it is to end', async () => {
    const silent = await aChargePoint(test)
    await silent.call('Heartbeat')
    expect(await logOf(silent)).toEqual([])
    const chargePoint = await logging()
    test.clock.advance(3601)
    await chargePoint.call('Heartbeat')
    expect(await logOf(chargePoint)).toEqual([])
    await test.store.updateChargePoint(
      chargePoint.chargePointId,
      { messageLogUntil: new Date(test.clock.now().getTime() + 60_000).toISOString() },
      test.clock.iso(),
    )
    await chargePoint.call('Heartbeat')
    expect(await logOf(chargePoint)).toHaveLength(2)
    await test.store.updateChargePoint(chargePoint.chargePointId, { messageLogUntil: null }, test.clock.iso())
    await chargePoint.call('Heartbeat')
    expect(await logOf(chargePoint)).toHaveLength(2)
  })

  it('that cannot be written keeps nobody from being answered', async () => {
    const chargePoint = await logging()
    const { logMessages } = test.system.store
    test.system.store.logMessages = () => Promise.reject(new Error('throttled'))
    expect(await chargePoint.call('Heartbeat')).toHaveProperty('currentTime')
    test.system.store.logMessages = logMessages
  })
})
