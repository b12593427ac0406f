import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answersAll } from '../support/payloads.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'

describe('MeterValues (§4.7)', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const value = (text: any = '1234', more: object = {}) => [
    { timestamp: test.clock.iso(), sampledValue: [{ value: text, ...more }] },
  ]
  const ofTransaction = async (id: number) =>
    (await test.store.listTransactionMeterValues(id, { limit: 50 })).items
  const ofChargePoint = async ({ chargePointId }: TestChargePoint) =>
    (await test.store.listChargePointMeterValues(chargePointId, { limit: 50 })).items

  async function charging(): Promise<{ chargePoint: TestChargePoint; transactionId: number }> {
    const chargePoint = await aChargePoint(test)
    const start = { connectorId: 1, idTag: 'Anyone', meterStart: 0, timestamp: test.clock.iso() }
    const { transactionId } = await chargePoint.call('StartTransaction', start)
    return { chargePoint, transactionId }
  }

  it('takes what stations send', async () => {
    const chargePoint = await aChargePoint(test)
    await answersAll(chargePoint, 'MeterValues', [
      ['the main meter', { connectorId: 0, meterValue: value() }, {}],
      [
        'no sampled value',
        { connectorId: 1, meterValue: [{ timestamp: test.clock.iso(), sampledValue: [] }] },
        {},
      ],
      ['no meter value', { connectorId: 1, meterValue: [] }, {}],
      ['a number for a value', { connectorId: 1, meterValue: value(12.5) }, {}],
      [
        'half of a surrogate pair for a unit',
        { connectorId: 1, meterValue: value('1', { unit: '\ud83d' }) },
        {},
      ],
      ['Celsius', { connectorId: 1, meterValue: value('21', { unit: 'Celsius' }) }, {}],
      ['Celcius', { connectorId: 1, meterValue: value('22', { unit: 'Celcius' }) }, {}],
      ['Hertz', { connectorId: 1, meterValue: value('50', { unit: 'Hertz', measurand: 'Frequency' }) }, {}],
      ['a context nobody knows', { connectorId: 1, meterValue: value('1', { context: 'Sample.Odd' }) }, {}],
      ['transaction 2^63-1', { connectorId: 1, transactionId: 2 ** 63 - 1, meterValue: value() }, {}],
      ['no connector', { meterValue: value('9') }, {}],
      ['no values at all', { connectorId: 1 }, 'OccurenceConstraintViolation'],
      ['values that are none', { connectorId: 1, meterValue: 'many' }, 'TypeConstraintViolation'],
    ])
    expect(await ofChargePoint(chargePoint)).toHaveLength(10)
  })

  it('belong to their running transaction', async () => {
    const { chargePoint, transactionId } = await charging()
    await chargePoint.call('MeterValues', { connectorId: 1, transactionId, meterValue: value() })
    expect(await ofTransaction(transactionId)).toEqual([
      {
        chargePointId: chargePoint.chargePointId,
        connectorId: 1,
        transactionId,
        meterValue: value(),
        receivedAt: test.clock.iso(),
      },
    ])
    expect(await ofChargePoint(chargePoint)).toEqual([])
  })

  it('are kept once, however often they are sent', async () => {
    const { chargePoint, transactionId } = await charging()
    const payload = { connectorId: 1, transactionId, meterValue: value() }
    for (let send = 0; send < 3; send++) await chargePoint.call('MeterValues', payload)
    await chargePoint.call('StopTransaction', { transactionId, meterStop: 1, timestamp: test.clock.iso() })
    await chargePoint.call('MeterValues', payload)
    expect(await ofTransaction(transactionId)).toHaveLength(1)
  })

  it('that come after the stop are kept with the transaction, marked late', async () => {
    const { chargePoint, transactionId } = await charging()
    await chargePoint.call('StopTransaction', { transactionId, meterStop: 1, timestamp: test.clock.iso() })
    await chargePoint.call('MeterValues', { connectorId: 1, transactionId, meterValue: value() })
    expect(await ofTransaction(transactionId)).toMatchObject([{ flag: 'late' }])
  })

  it("of a transaction unknown here, or another charge point's, are kept as orphans", async () => {
    const { transactionId } = await charging()
    const chargePoint = await aChargePoint(test)
    await chargePoint.call('MeterValues', { connectorId: 1, transactionId, meterValue: value() })
    await chargePoint.call('MeterValues', { connectorId: 1, transactionId: 4711, meterValue: value() })
    expect(await ofTransaction(transactionId)).toEqual([])
    const orphans = await ofChargePoint(chargePoint)
    expect(orphans.map(({ flag }) => flag)).toEqual(['orphan', 'orphan'])
  })

  it('without a time take that of their receipt', async () => {
    const chargePoint = await aChargePoint(test)
    const meterValue = [{ timestamp: 'noon', sampledValue: [{ value: '1' }] }]
    await chargePoint.call('MeterValues', { connectorId: 1, meterValue })
    expect(await ofChargePoint(chargePoint)).toMatchObject([
      { meterValue: [{ timestamp: test.clock.iso() }] },
    ])
  })

  it("cannot be slipped into another charge point's transaction, nor push its own out", async () => {
    const { chargePoint, transactionId } = await charging()
    const stranger = await aChargePoint(test)
    const forged = {
      chargePointId: stranger.chargePointId,
      connectorId: 1,
      transactionId,
      meterValue: value(),
      receivedAt: test.clock.iso(),
    }
    await test.store.recordMeterValues(forged)
    await chargePoint.call('MeterValues', { connectorId: 1, transactionId, meterValue: value() })
    expect(await ofTransaction(transactionId)).toMatchObject([{ chargePointId: chargePoint.chargePointId }])
  })

  it('of a stop without times are kept once', async () => {
    const { chargePoint, transactionId } = await charging()
    const stop = {
      transactionId,
      meterStop: 9,
      timestamp: test.clock.iso(),
      transactionData: [{ timestamp: '', sampledValue: [{ value: '9' }] }],
    }
    await chargePoint.call('StopTransaction', stop)
    test.clock.advance(5)
    await chargePoint.call('StopTransaction', stop)
    expect(await ofTransaction(transactionId)).toMatchObject([
      { meterValue: [{ timestamp: stop.timestamp }] },
    ])
  })
})
