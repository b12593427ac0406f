import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { likelyId } from '../../lib/store/transaction-id.ts'
import { answersAll } from '../support/payloads.ts'
import { aChargePoint, anIdTag, startSystem, type TestSystem } from '../support/system.ts'

const POSITIVE_INT32 = expect.toSatisfy((id: number) => Number.isInteger(id) && id > 0 && id < 2 ** 31)

describe('StartTransaction (§4.8)', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const start = (idTag: string, more: object = {}) => ({
    connectorId: 1,
    idTag,
    meterStart: 1000,
    timestamp: test.clock.iso(),
    ...more,
  })
  const all = async (chargePointId: string) =>
    (await test.store.listTransactions({ chargePointId }, { limit: 50 })).items

  it('takes what stations send', async () => {
    const chargePoint = await aChargePoint(test)
    const idTag = await anIdTag(test, { maxActiveTransactions: 99 })
    const accepted = { transactionId: POSITIVE_INT32, idTagInfo: { status: 'Accepted' } }
    const invalid = { transactionId: POSITIVE_INT32, idTagInfo: { status: 'Invalid' } }
    await answersAll(chargePoint, 'StartTransaction', [
      ['the least', start(idTag), accepted],
      ['reservationId 0', start(idTag, { connectorId: 2, reservationId: 0 }), accepted],
      [
        'a time with an offset',
        start(idTag, { connectorId: 3, timestamp: '2026-03-01T09:00:00+02:00' }),
        accepted,
      ],
      ['a time without a zone', start(idTag, { connectorId: 4, timestamp: '2026-03-01T07:00:00' }), accepted],
      ['no time', { connectorId: 5, idTag, meterStart: 0 }, accepted],
      ['a time that is none', start(idTag, { connectorId: 6, timestamp: 'yesterday' }), accepted],
      ['a meter with a fraction', start(idTag, { connectorId: 7, meterStart: 12.5 }), accepted],
      ['a meter in quotes', start(idTag, { connectorId: 8, meterStart: '12' }), accepted],
      ['connector 100000', start(idTag, { connectorId: 100000 }), accepted],
      ['an empty tag', start('', { connectorId: 9 }), invalid],
      ['no tag', { connectorId: 10, meterStart: 0, timestamp: test.clock.iso() }, invalid],
      ['a tag of 21 characters', start('x'.repeat(21), { connectorId: 11 }), invalid],
      ['no connector', { idTag, meterStart: 0, timestamp: test.clock.iso() }, accepted],
      ['a connector that is none', start(idTag, { connectorId: 'one', meterStart: 1 }), accepted],
      ['no meter', { connectorId: 12, idTag, timestamp: test.clock.iso() }, accepted],
      ['nothing', {}, invalid],
    ])
    expect(await all(chargePoint.chargePointId)).toHaveLength(16)
  })

  it('records every start, the refused ones flagged, and always gives an id', async () => {
    const chargePoint = await aChargePoint(test)
    const verdicts = {
      Invalid: 'Nobody',
      Blocked: await anIdTag(test, { blocked: true }),
      Expired: await anIdTag(test, { expiryDate: '2020-01-01T00:00:00.000Z' }),
    }
    for (const [status, idTag] of Object.entries(verdicts)) {
      const answer = await chargePoint.call('StartTransaction', start(idTag))
      expect(answer).toMatchObject({ transactionId: POSITIVE_INT32, idTagInfo: { status } })
      expect(await test.store.getTransaction(answer.transactionId)).toMatchObject({
        idTag,
        flags: ['refused'],
      })
    }
  })

  it('gives a resend the same id and the same verdict, whatever its message id and connection', async () => {
    const chargePoint = await aChargePoint(test)
    const idTag = await anIdTag(test)
    const payload = start(idTag)
    const first = await chargePoint.call('StartTransaction', payload, { messageId: 'same' })
    expect(first.idTagInfo.status).toBe('Accepted')
    expect(await chargePoint.call('StartTransaction', payload, { messageId: 'same' })).toEqual(first)
    expect(await chargePoint.call('StartTransaction', payload)).toEqual(first)
    await chargePoint.connect()
    expect(await chargePoint.call('StartTransaction', { ...payload, idTag: idTag.toUpperCase() })).toEqual(
      first,
    )
    expect(await all(chargePoint.chargePointId)).toHaveLength(1)
    expect((await test.store.getIdTag(idTag))?.active).toEqual([first.transactionId])
  })

  it('repeats the first verdict even when the tag has been blocked, or registered, since', async () => {
    const chargePoint = await aChargePoint(test)
    const idTag = await anIdTag(test)
    const payload = start(idTag)
    const first = await chargePoint.call('StartTransaction', payload)
    await test.store.updateIdTag(idTag, { blocked: true }, test.clock.iso())
    expect(await chargePoint.call('StartTransaction', payload)).toEqual(first)
    const late = start('NotYet', { connectorId: 2 })
    const refused = await chargePoint.call('StartTransaction', late)
    await anIdTag(test, { idTag: 'NotYet' })
    expect(await chargePoint.call('StartTransaction', late)).toEqual(refused)
  })

  it('a resend after the stop neither starts anew nor shows the connector charging', async () => {
    const chargePoint = await aChargePoint(test)
    const idTag = await anIdTag(test)
    const payload = start(idTag)
    const first = await chargePoint.call('StartTransaction', payload)
    const { transactionId } = first
    await chargePoint.call('StopTransaction', {
      transactionId,
      meterStop: 2000,
      timestamp: test.clock.advance(60),
    })
    expect(await chargePoint.call('StartTransaction', payload)).toEqual(first)
    expect(
      (await test.store.getLive(chargePoint.chargePointId))?.connectors[1]?.transactionId,
    ).toBeUndefined()
    expect((await test.store.getIdTag(idTag))?.active).toEqual([])
    expect(await all(chargePoint.chargePointId)).toHaveLength(1)
  })

  it('gives ConcurrentTx to a tag in as many transactions as it may have, and counts neither refused nor stopped ones', async () => {
    const [a, b, c] = [await aChargePoint(test), await aChargePoint(test), await aChargePoint(test)]
    const idTag = await anIdTag(test, { maxActiveTransactions: 2 })
    const one = await a.call('StartTransaction', start(idTag))
    await b.call('StartTransaction', start(idTag))
    const refused = await c.call('StartTransaction', start(idTag))
    expect(refused.idTagInfo.status).toBe('ConcurrentTx')
    await a.call('StopTransaction', {
      transactionId: one.transactionId,
      meterStop: 1,
      timestamp: test.clock.advance(9),
    })
    expect((await c.call('StartTransaction', start(idTag, { connectorId: 2 }))).idTagInfo.status).toBe(
      'Accepted',
    )
    expect((await c.call('StartTransaction', start(idTag, { connectorId: 3 }))).idTagInfo.status).toBe(
      'ConcurrentTx',
    )
  })

  it('does not lock a tag out over a transaction whose stop was lost: a new one on its connector ends it', async () => {
    const chargePoint = await aChargePoint(test)
    const idTag = await anIdTag(test)
    await chargePoint.call('StartTransaction', start(idTag))
    test.clock.advance(3600)
    expect(
      (await chargePoint.call('StartTransaction', start(idTag, { meterStart: 1500 }))).idTagInfo.status,
    ).toBe('Accepted')
  })

  it('shows the transaction on its connector', async () => {
    const chargePoint = await aChargePoint(test)
    const { transactionId } = await chargePoint.call('StartTransaction', start('Anyone', { connectorId: 2 }))
    expect((await test.store.getLive(chargePoint.chargePointId))?.connectors).toEqual({
      2: { transactionId },
    })
  })

  it('keeps a late start under its own time, and is listed by it', async () => {
    const chargePoint = await aChargePoint(test)
    await chargePoint.call('StartTransaction', start('Now', { connectorId: 2 }))
    await chargePoint.call('StartTransaction', start('Then', { timestamp: '2026-02-01T00:00:00Z' }))
    expect((await all(chargePoint.chargePointId)).map(({ idTag }) => idTag)).toEqual(['Now', 'Then'])
  })

  it('moves on to the next id where another transaction holds the likely one', async () => {
    const chargePoint = await aChargePoint(test)
    const payload = start('Anyone', { meterStart: 77 })
    const taken = likelyId({
      chargePointId: chargePoint.chargePointId,
      ...payload,
      receivedAt: test.clock.iso(),
    })
    const other = {
      chargePointId: 'Other',
      connectorId: 1,
      idTag: 'x',
      meterStart: 1,
      timestamp: test.clock.iso(),
    }
    await test.store.recordStart(taken, { ...other, receivedAt: test.clock.iso() }, { status: 'Accepted' })
    const answer = await chargePoint.call('StartTransaction', payload)
    expect(answer.transactionId).toBe((taken % 0x7fffffff) + 1)
    expect(await chargePoint.call('StartTransaction', payload)).toEqual(answer)
    expect((await test.store.getLive(chargePoint.chargePointId))?.connectors[1]).toEqual({
      transactionId: answer.transactionId,
    })
  })

  it('without a readable time is a resend only while it runs', async () => {
    const chargePoint = await aChargePoint(test)
    const payload = { connectorId: 1, idTag: 'Anyone', meterStart: 5, timestamp: '' }
    const first = await chargePoint.call('StartTransaction', payload)
    expect(await chargePoint.call('StartTransaction', payload)).toEqual(first)
    await chargePoint.call('StopTransaction', {
      transactionId: first.transactionId,
      meterStop: 5,
      timestamp: test.clock.iso(),
    })
    expect((await chargePoint.call('StartTransaction', payload)).transactionId).not.toBe(first.transactionId)
  })

  it('a tag for one transaction is not taken from a start that is about to be recorded', async () => {
    const [a, b] = [await aChargePoint(test), await aChargePoint(test)]
    const idTag = await anIdTag(test)
    const receivedAt = test.clock.iso()
    const first = { chargePointId: a.chargePointId, ...start(idTag), receivedAt }
    const { transactionId } = await test.store.findStart(first)
    await test.store.occupyIdTag(idTag, transactionId, 1, receivedAt)
    expect((await b.call('StartTransaction', start(idTag))).idTagInfo.status).toBe('ConcurrentTx')
    expect((await a.call('StartTransaction', start(idTag))).idTagInfo.status).toBe('Accepted')
  })

  it('but one that was never recorded does not lock the tag for ever', async () => {
    const chargePoint = await aChargePoint(test)
    const idTag = await anIdTag(test)
    await test.store.occupyIdTag(idTag, 4711, 1, test.clock.iso())
    expect((await chargePoint.call('StartTransaction', start(idTag))).idTagInfo.status).toBe('ConcurrentTx')
    test.clock.advance(61)
    expect((await chargePoint.call('StartTransaction', start(idTag))).idTagInfo.status).toBe('Accepted')
  })

  it('the resend of a stopped one does not hide the one that runs now', async () => {
    const chargePoint = await aChargePoint(test)
    const old = start('Anyone')
    const { transactionId } = await chargePoint.call('StartTransaction', old)
    await chargePoint.call('StopTransaction', {
      transactionId,
      meterStop: 1,
      timestamp: test.clock.advance(60),
    })
    const running = await chargePoint.call('StartTransaction', start('Anyone', { meterStart: 2000 }))
    const shown = async () =>
      (await test.store.getLive(chargePoint.chargePointId))?.connectors[1]?.transactionId
    await chargePoint.call('StartTransaction', old)
    expect(await shown()).toBe(running.transactionId)
    const replaced = chargePoint.connectionId
    test.clock.advance(1)
    await chargePoint.connect()
    await chargePoint.call('StartTransaction', old, { connectionId: replaced })
    expect(await shown()).toBe(running.transactionId)
  })

  it('one that comes over a connection just replaced is shown all the same', async () => {
    const chargePoint = await aChargePoint(test)
    const replaced = chargePoint.connectionId
    test.clock.advance(1)
    await chargePoint.connect()
    const { transactionId } = await chargePoint.call('StartTransaction', start('Anyone'), {
      connectionId: replaced,
    })
    const live = await test.store.getLive(chargePoint.chargePointId)
    expect(live?.connectors[1]?.transactionId).toBe(transactionId)
  })

  it('by a clock that was never set is known by the day of its receipt', async () => {
    const chargePoint = await aChargePoint(test)
    const timeless = start('Anyone', { timestamp: '1970-01-01T00:00:00Z', meterStart: 0 })
    const first = await chargePoint.call('StartTransaction', timeless)
    expect(await chargePoint.call('StartTransaction', timeless)).toEqual(first)
    await chargePoint.call('StopTransaction', {
      transactionId: first.transactionId,
      meterStop: 9,
      timestamp: test.clock.iso(),
    })
    test.clock.advance(24 * 3600)
    const second = await chargePoint.call('StartTransaction', timeless)
    expect(second.transactionId).not.toBe(first.transactionId)
    expect(await test.store.getTransaction(second.transactionId)).toMatchObject({
      startedAt: test.clock.iso(),
    })
  })

  it('that breaks the letter changes nothing at a charge point held to it', async () => {
    const chargePoint = await aChargePoint(test, { strict: true })
    const [code] = await chargePoint.call('StartTransaction', start('Anyone', { extra: 1 }))
    expect(code).toBe('FormationViolation')
    expect(await all(chargePoint.chargePointId)).toEqual([])
    expect((await test.store.getLive(chargePoint.chargePointId))?.connectors).toEqual({})
  })

  it('a tag is free again when another one charges where its stop was lost, or the charge point is gone', async () => {
    const [lost, gone] = [await aChargePoint(test), await aChargePoint(test)]
    const [one, two, other] = [await anIdTag(test), await anIdTag(test), await anIdTag(test)]
    await lost.call('StartTransaction', start(one))
    await gone.call('StartTransaction', start(two))
    const elsewhere = await aChargePoint(test)
    const verdict = async (idTag: string, connectorId: number) =>
      (await elsewhere.call('StartTransaction', start(idTag, { connectorId }))).idTagInfo.status
    expect([await verdict(one, 1), await verdict(two, 2)]).toEqual(['ConcurrentTx', 'ConcurrentTx'])
    test.clock.advance(60)
    await lost.call('StartTransaction', start(other))
    await test.store.deleteChargePoint(gone.chargePointId)
    expect([await verdict(one, 3), await verdict(two, 4)]).toEqual(['Accepted', 'Accepted'])
  })

  it('by a clock that runs ahead does not hide the next one on its connector', async () => {
    const chargePoint = await aChargePoint(test)
    await chargePoint.call('StartTransaction', start('Anyone', { timestamp: '2099-01-01T00:00:00Z' }))
    test.clock.advance(60)
    const { transactionId } = await chargePoint.call(
      'StartTransaction',
      start('Anyone', { meterStart: 2000 }),
    )
    const live = await test.store.getLive(chargePoint.chargePointId)
    expect(live?.connectors[1]?.transactionId).toBe(transactionId)
  })

  it('notes whose the tag is and where the charge point stands, as it was then', async () => {
    const chargePoint = await aChargePoint(test, { siteId: 'S' })
    const { chargePointId } = chargePoint
    const idTag = await anIdTag(test, { userId: 'U', blocked: true })
    const start = { connectorId: 1, idTag, meterStart: 0, timestamp: test.clock.iso() }
    const { transactionId } = await chargePoint.call('StartTransaction', start)
    await test.store.updateIdTag(idTag, { userId: 'V' }, test.clock.iso())
    await test.store.updateChargePoint(chargePointId, { siteId: null }, test.clock.iso())
    await chargePoint.call('StartTransaction', start)
    expect(await test.store.getTransaction(transactionId)).toMatchObject({ userId: 'U', siteId: 'S' })
    await chargePoint.call('StartTransaction', { ...start, meterStart: 1 })
    const later = (await all(chargePointId)).find(({ meterStart }) => meterStart === 1)
    expect(later).toMatchObject({ userId: 'V' })
    expect(later).not.toHaveProperty('siteId')
  })
})
