import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'

describe('a transaction whose stop does not come', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const start = async (chargePoint: TestChargePoint, more: object = {}): Promise<number> => {
    const payload = { connectorId: 1, idTag: 'TAG', meterStart: 0, timestamp: test.clock.iso(), ...more }
    return (await chargePoint.call('StartTransaction', payload)).transactionId
  }
  const stop = (chargePoint: TestChargePoint, transactionId: number) =>
    chargePoint.call('StopTransaction', { transactionId, meterStop: 9, timestamp: test.clock.iso() })
  const status = (chargePoint: TestChargePoint, word: string, more: object = {}) =>
    chargePoint.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: word, ...more })
  const zombie = async (transactionId: number) => (await test.store.getTransaction(transactionId))?.zombie
  const running = async ({ chargePointId }: TestChargePoint) =>
    (await test.store.getLive(chargePointId))?.connectors[1]?.transactionId

  it('is in doubt when another one starts on its connector', async () => {
    const chargePoint = await aChargePoint(test)
    const first = await start(chargePoint)
    const at = test.clock.advance(60)
    const second = await start(chargePoint, { meterStart: 5 })
    expect(await zombie(first)).toEqual({ reason: 'newTransaction', at })
    expect(await zombie(second)).toBeUndefined()
    test.clock.advance(60)
    await start(chargePoint, { connectorId: 2 })
    expect(await zombie(second)).toBeUndefined()
  })

  it('not when it has stopped before, nor when the start is sent again', async () => {
    const chargePoint = await aChargePoint(test)
    const payload = { timestamp: test.clock.iso() }
    const first = await start(chargePoint, payload)
    test.clock.advance(60)
    await start(chargePoint, payload)
    expect(await zombie(first)).toBeUndefined()
    await stop(chargePoint, first)
    await start(chargePoint, { meterStart: 5 })
    expect(await zombie(first)).toBeUndefined()
  })

  it('is in doubt when its connector is available, and shown there no more', async () => {
    const chargePoint = await aChargePoint(test)
    const transactionId = await start(chargePoint)
    await status(chargePoint, 'Charging')
    expect(await zombie(transactionId)).toBeUndefined()
    const at = test.clock.advance(60)
    await status(chargePoint, 'Available')
    expect(await zombie(transactionId)).toEqual({ reason: 'connectorAvailable', at })
    expect(await running(chargePoint)).toBeUndefined()
  })

  it('not by a status that was so before it began', async () => {
    const chargePoint = await aChargePoint(test)
    const before = test.clock.iso()
    test.clock.advance(60)
    const transactionId = await start(chargePoint)
    test.clock.advance(60)
    await status(chargePoint, 'Available', { timestamp: before })
    expect(await zombie(transactionId)).toBeUndefined()
    expect(await running(chargePoint)).toBe(transactionId)
  })

  it('by a status over a connection that was replaced neither', async () => {
    const chargePoint = await aChargePoint(test)
    const transactionId = await start(chargePoint)
    const { connectionId } = chargePoint
    test.clock.advance(60)
    await chargePoint.connect()
    const payload = { connectorId: 1, errorCode: 'NoError', status: 'Available' }
    await chargePoint.call('StatusNotification', payload, { connectionId })
    expect(await zombie(transactionId)).toBeUndefined()
  })

  it('is in doubt no more when the stop comes after all', async () => {
    const chargePoint = await aChargePoint(test)
    const transactionId = await start(chargePoint)
    test.clock.advance(60)
    await status(chargePoint, 'Available')
    await stop(chargePoint, transactionId)
    expect(await test.store.getTransaction(transactionId)).toMatchObject({ stop: { meterStop: 9 } })
    expect(await zombie(transactionId)).toBeUndefined()
  })
})
