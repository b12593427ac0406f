import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeTransaction, doubtOf } from '../../lib/central-system/transactions.ts'
import { aChargePoint, anIdTag, startSystem, type TestSystem } from '../support/system.ts'

describe('a transaction whose stop does not come', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const running = async () => {
    const idTag = await anIdTag(test)
    const chargePoint = await aChargePoint(test)
    const timestamp = test.clock.iso()
    const start = { connectorId: 1, idTag, meterStart: 1000, timestamp }
    const { transactionId } = await chargePoint.call('StartTransaction', start)
    return { chargePoint, idTag, transactionId: transactionId as number }
  }
  const meter = (transactionId: number, sampledValue: object[]) => ({
    connectorId: 1,
    transactionId,
    meterValue: [{ timestamp: test.clock.advance(60), sampledValue }],
  })

  it('is closed with the last reading of the register, and frees connector and tag', async () => {
    const { chargePoint, idTag, transactionId } = await running()
    await chargePoint.call('MeterValues', meter(transactionId, [{ value: '1500' }]))
    await chargePoint.call('MeterValues', meter(transactionId, [{ value: '2.25', unit: 'kWh' }]))
    const readAt = test.clock.iso()
    await chargePoint.call(
      'MeterValues',
      meter(transactionId, [
        { value: '9999', measurand: 'Power.Active.Import', unit: 'W' },
        { value: '9999', phase: 'L1' },
      ]),
    )
    test.clock.advance(600)
    const closed = await closeTransaction(test.system, transactionId, { by: 'somebody' })
    expect(closed).toMatchObject({
      transaction: {
        stop: { meterStop: 2250, timestamp: readAt, reason: 'Other', guessed: { by: 'somebody' } },
        flags: ['guessedStop'],
      },
    })
    expect(
      (await test.store.getLive(chargePoint.chargePointId))?.connectors[1]?.transactionId,
    ).toBeUndefined()
    expect((await test.store.getIdTag(idTag))?.active).toEqual([])
    test.clock.advance(1)
    expect(await closeTransaction(test.system, transactionId, {})).toBe('stopped')
    expect(await closeTransaction(test.system, 4711, {})).toBe('unknown')
  })

  it('has its own stop after all, and the guess beside it', async () => {
    const { chargePoint, idTag, transactionId } = await running()
    await closeTransaction(test.system, transactionId, { meterStop: 1200, timestamp: test.clock.iso() })
    const stop = { transactionId, idTag, meterStop: 4000, timestamp: test.clock.advance(60), reason: 'Local' }
    for (let send = 0; send < 2; send++)
      expect(await chargePoint.call('StopTransaction', stop)).toEqual({ idTagInfo: { status: 'Accepted' } })
    const transaction = await test.store.getTransaction(transactionId)
    expect(transaction).toMatchObject({
      stop: { meterStop: 4000, reason: 'Local' },
      guessedStop: { meterStop: 1200 },
      flags: [],
    })
    const { chargePointId } = chargePoint
    expect((await test.store.listTransactions({ chargePointId }, { limit: 9 })).items).toHaveLength(1)
  })

  it('is in doubt when its station has moved on, or has been silent for long', async () => {
    const { chargePoint, transactionId } = await running()
    const doubt = async (silentAfterHours = 24) => {
      const transaction = await test.store.getTransaction(transactionId)
      if (!transaction) throw new Error('no transaction')
      const live = await test.store.getLive(chargePoint.chargePointId)
      return doubtOf(transaction, live, { now: test.clock.iso(), silentAfterHours })
    }
    expect(await doubt()).toBeUndefined()
    test.clock.advance(2 * 3600)
    expect([await doubt(24), await doubt(1)]).toEqual([undefined, 'silent'])
    await chargePoint.call('StatusNotification', {
      connectorId: 1,
      errorCode: 'NoError',
      status: 'Available',
      timestamp: test.clock.iso(),
    })
    expect(await doubt()).toBe('connectorAvailable')
    await closeTransaction(test.system, transactionId, {})
    expect(await doubt()).toBeUndefined()
  })
})
