import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answersAll } from '../support/payloads.ts'
import {
  aChargePoint,
  anIdTag,
  startSystem,
  type TestChargePoint,
  type TestSystem,
} from '../support/system.ts'

describe('StopTransaction (§4.10)', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const all = async (chargePointId: string) =>
    (await test.store.listTransactions({ chargePointId }, { limit: 50 })).items
  const stop = (transactionId: number, more: object = {}) => ({
    transactionId,
    meterStop: 5000,
    timestamp: test.clock.iso(),
    ...more,
  })

  async function charging(): Promise<{ chargePoint: TestChargePoint; idTag: string; transactionId: number }> {
    const chargePoint = await aChargePoint(test)
    const idTag = await anIdTag(test)
    const start = { connectorId: 1, idTag, meterStart: 1000, timestamp: test.clock.iso() }
    const { transactionId } = await chargePoint.call('StartTransaction', start)
    test.clock.advance(60)
    return { chargePoint, idTag, transactionId }
  }

  it('is answered, whatever it stops', async () => {
    const { chargePoint, transactionId } = await charging()
    await answersAll(chargePoint, 'StopTransaction', [
      ['its transaction', stop(transactionId), {}],
      ['-1', stop(-1), {}],
      ['0', stop(0), {}],
      ['2^63-1', stop(2 ** 63 - 1), {}],
      ['an unknown one', stop(4711), {}],
      ['a reason nobody knows', stop(4712, { reason: 'Moonlight' }), {}],
      ['no time', { transactionId: 4713, meterStop: 1 }, {}],
      ['no transaction', { meterStop: 1, timestamp: test.clock.iso() }, {}],
      ['a meter that is none', stop(4714, { meterStop: 'full' }), {}],
      ['nothing', {}, {}],
    ])
    expect(await all(chargePoint.chargePointId)).toHaveLength(10)
  })

  it('ends its transaction: the connector is free, the tag too', async () => {
    const { chargePoint, idTag, transactionId } = await charging()
    expect(await chargePoint.call('StopTransaction', stop(transactionId))).toEqual({})
    expect(await test.store.getTransaction(transactionId)).toMatchObject({
      stop: { meterStop: 5000, reason: 'Local', timestamp: test.clock.iso() },
      flags: [],
    })
    expect(
      (await test.store.getLive(chargePoint.chargePointId))?.connectors[1]?.transactionId,
    ).toBeUndefined()
    expect((await test.store.getIdTag(idTag))?.active).toEqual([])
    const { items } = await test.store.listTransactions({ active: true }, { limit: 200 })
    expect(items.map((each) => each.transactionId)).not.toContain(transactionId)
  })

  it('judges the tag only if one is given', async () => {
    const { chargePoint, idTag, transactionId } = await charging()
    const answer = await chargePoint.call(
      'StopTransaction',
      stop(transactionId, { idTag, reason: 'EVDisconnected' }),
    )
    expect(answer).toEqual({ idTagInfo: { status: 'Accepted' } })
  })

  it('answers a resend the same, and counts nothing twice', async () => {
    const { chargePoint, idTag, transactionId } = await charging()
    const transactionData = [{ timestamp: test.clock.iso(), sampledValue: [{ value: '5000' }] }]
    const payload = stop(transactionId, { idTag, transactionData })
    const first = await chargePoint.call('StopTransaction', payload)
    await test.store.updateIdTag(idTag, { blocked: true }, test.clock.iso())
    await chargePoint.connect()
    expect(await chargePoint.call('StopTransaction', payload)).toEqual(first)
    expect(await all(chargePoint.chargePointId)).toHaveLength(1)
    const { items } = await test.store.listTransactionMeterValues(transactionId, { limit: 50 })
    expect(items).toMatchObject([{ flag: 'transactionData', meterValue: transactionData }])
  })

  it('keeps what a resend brings once, though no time of it can be read', async () => {
    const { chargePoint, transactionId } = await charging()
    const transactionData = [{ sampledValue: [{ value: '5000' }] }]
    const payload = stop(transactionId, { timestamp: 'yesterday', transactionData })
    await chargePoint.call('StopTransaction', payload)
    test.clock.advance(60)
    await chargePoint.call('StopTransaction', payload)
    expect(await all(chargePoint.chargePointId)).toHaveLength(1)
    const { stop: ended } = (await test.store.getTransaction(transactionId)) ?? {}
    const { items } = await test.store.listTransactionMeterValues(transactionId, { limit: 50 })
    expect(items.map(({ meterValue }) => meterValue)).toEqual([
      [{ timestamp: ended?.timestamp, sampledValue: [{ value: '5000' }] }],
    ])
  })

  it('keeps a second, different stop as a record of its own', async () => {
    const { chargePoint, transactionId } = await charging()
    await chargePoint.call('StopTransaction', stop(transactionId))
    expect(await chargePoint.call('StopTransaction', stop(transactionId, { meterStop: 6000 }))).toEqual({})
    const records = await all(chargePoint.chargePointId)
    expect(records.map(({ flags }) => flags)).toContainEqual(['secondStop'])
    expect(await test.store.getTransaction(transactionId)).toMatchObject({ stop: { meterStop: 5000 } })
  })

  it('keeps the stop of nothing, flagged, once however often it is sent', async () => {
    const chargePoint = await aChargePoint(test)
    for (let send = 0; send < 3; send++)
      await chargePoint.call('StopTransaction', stop(-1, { reason: 'PowerLoss' }))
    expect(await all(chargePoint.chargePointId)).toMatchObject([
      { flags: ['orphanStop'], stop: { reason: 'PowerLoss', reportedTransactionId: -1 } },
    ])
  })

  it("does not touch another charge point's transaction", async () => {
    const { transactionId } = await charging()
    const stranger = await aChargePoint(test)
    expect(await stranger.call('StopTransaction', stop(transactionId))).toEqual({})
    expect((await test.store.getTransaction(transactionId))?.stop).toBeUndefined()
    expect(await all(stranger.chargePointId)).toMatchObject([{ flags: ['orphanStop'] }])
  })

  it('without a meter reading ends its transaction all the same, and says nothing of the energy', async () => {
    const { chargePoint, transactionId } = await charging()
    await chargePoint.call('StopTransaction', { transactionId, timestamp: test.clock.iso() })
    const { stop: ended } = (await test.store.getTransaction(transactionId)) ?? {}
    expect(ended).toEqual({ timestamp: test.clock.iso(), reason: 'Local', receivedAt: test.clock.iso() })
  })

  it('flags a meter that ran backwards', async () => {
    const { chargePoint, transactionId } = await charging()
    await chargePoint.call('StopTransaction', stop(transactionId, { meterStop: 10 }))
    expect((await test.store.getTransaction(transactionId))?.flags).toEqual(['meterBackwards'])
  })

  describe('by the tag that started it', () => {
    const at = () => test.clock.iso()
    const verdict = async (chargePoint: TestChargePoint, transactionId: number, idTag: string) =>
      (await chargePoint.call('StopTransaction', stop(transactionId, { idTag }))).idTagInfo

    it('is accepted although the tag has been blocked, and tells the cache to forget it', async () => {
      const { chargePoint, idTag, transactionId } = await charging()
      await test.store.updateIdTag(idTag, { blocked: true }, at())
      const answer = { status: 'Accepted', expiryDate: at() }
      expect(await verdict(chargePoint, transactionId, idTag.toUpperCase())).toEqual(answer)
      test.clock.advance(5)
      const resent = stop(transactionId, { idTag, timestamp: answer.expiryDate })
      expect((await chargePoint.call('StopTransaction', resent)).idTagInfo).toEqual(answer)
    })

    it('is accepted although the tag has expired or has gone', async () => {
      const expired = await charging()
      const expiryDate = at()
      await test.store.updateIdTag(expired.idTag, { expiryDate, parentIdTag: 'P' }, at())
      test.clock.advance(60)
      expect(await verdict(expired.chargePoint, expired.transactionId, expired.idTag)).toEqual({
        status: 'Accepted',
        expiryDate,
        parentIdTag: 'P',
      })
      const gone = await charging()
      await test.store.deleteIdTag(gone.idTag)
      expect(await verdict(gone.chargePoint, gone.transactionId, gone.idTag)).toMatchObject({
        status: 'Accepted',
      })
    })

    it('is judged afresh where the start was refused, or it was another tag, or another charge point', async () => {
      const refused = await charging()
      const blocked = await anIdTag(test, { blocked: true })
      const start = { connectorId: 2, idTag: blocked, meterStart: 0, timestamp: at() }
      const { transactionId } = await refused.chargePoint.call('StartTransaction', start)
      expect(await verdict(refused.chargePoint, transactionId, blocked)).toEqual({ status: 'Blocked' })
      const other = await charging()
      expect(await verdict(other.chargePoint, other.transactionId, blocked)).toEqual({ status: 'Blocked' })
      const stranger = await aChargePoint(test)
      const { idTag, transactionId: theirs } = await charging()
      await test.store.updateIdTag(idTag, { blocked: true }, at())
      expect(await verdict(stranger, theirs, idTag)).toEqual({ status: 'Blocked' })
    })
  })

  it('notes whose tag it was, and where, on a stop without a start', async () => {
    const chargePoint = await aChargePoint(test, { siteId: 'S' })
    const idTag = await anIdTag(test, { userId: 'U' })
    await chargePoint.call('StopTransaction', stop(-1, { idTag }))
    expect(await all(chargePoint.chargePointId)).toMatchObject([{ userId: 'U', siteId: 'S' }])
  })
})
