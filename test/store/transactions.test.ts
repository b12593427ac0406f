import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { meter } from '../../bench/meter.ts'
import type { TransactionStart, TransactionStop } from '../../lib/store/port.ts'
import { startSystem, type TestSystem } from '../support/system.ts'

describe('transactions that an operator has a hand in', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  let serial = 0
  const aTransaction = async (more: Partial<TransactionStart> = {}) => {
    const timestamp = test.clock.advance(60)
    const start: TransactionStart = {
      chargePointId: `CP${++serial}`,
      connectorId: 1,
      idTag: 'Tag',
      meterStart: 100,
      timestamp,
      receivedAt: timestamp,
      ...more,
    }
    const { transactionId } = await test.store.findStart(start)
    return { start, transaction: await test.store.recordStart(transactionId, start, { status: 'Accepted' }) }
  }
  const stopAt = (hour: number, more: Partial<TransactionStop> = {}): TransactionStop => ({
    timestamp: `2026-03-01T${hour}:00:00.000Z`,
    meterStop: 100 * hour,
    reason: 'Local',
    receivedAt: `2026-03-01T${hour}:00:01.000Z`,
    ...more,
  })
  const guess = stopAt(12, { reason: 'Other', guessed: { by: 'me' } })
  const zombie = { reason: 'connectorAvailable', at: '2026-03-01T11:00:00.000Z' } as const
  const running = async (chargePointId: string) =>
    (await test.store.listTransactions({ chargePointId, active: true }, { limit: 9 })).items
  const allRunning = async () => (await test.store.listTransactions({ active: true }, { limit: 99 })).items

  it('the remote start that led to a transaction is on it, and is none of the facts that make it one', async () => {
    const { start, transaction } = await aTransaction({ remoteStart: 'M1' })
    expect(transaction.remoteStart).toBe('M1')
    const { remoteStart: _, ...resend } = start
    const again = await test.store.findStart(resend)
    expect(again).toEqual({ transactionId: transaction.transactionId, transaction })
  })

  it('a running transaction is closed with a guess, once', async () => {
    const { transaction } = await aTransaction()
    const { transactionId, chargePointId } = transaction
    const closed = { ...transaction, stop: guess, flags: ['guessedStop'] }
    for (const _ of [1, 2]) expect(await test.store.closeTransaction(transactionId, guess)).toEqual(closed)
    expect(
      await test.store.closeTransaction(transactionId, { ...guess, receivedAt: 'later' }),
    ).toBeUndefined()
    expect(await test.store.getTransaction(transactionId)).toEqual(closed)
    expect(await running(chargePointId)).toEqual([])
    expect((await allRunning()).map((one) => one.transactionId)).not.toContain(transactionId)
    expect(await test.store.closeTransaction(1, guess)).toBeUndefined()
  })

  it('a transaction that its station has stopped is not closed', async () => {
    const { transaction } = await aTransaction()
    const { chargePointId, transactionId } = transaction
    await test.store.recordStop(chargePointId, transactionId, stopAt(10))
    expect(await test.store.closeTransaction(transactionId, guess)).toBeUndefined()
    expect(await test.store.getTransaction(transactionId)).toEqual({ ...transaction, stop: stopAt(10) })
  })

  it('the station’s stop takes the place of the guess, which stays beside it, and is known when sent again', async () => {
    const { transaction } = await aTransaction()
    const { chargePointId, transactionId } = transaction
    await test.store.flagZombie(transactionId, zombie)
    await test.store.closeTransaction(transactionId, guess)
    const stopped = { ...transaction, stop: stopAt(10), guessedStop: guess }
    const stop = (hour: number) => test.store.recordStop(chargePointId, transactionId, stopAt(hour))
    expect(await stop(10)).toEqual({ transaction: stopped, resent: false })
    expect(await stop(10)).toEqual({ transaction: stopped, resent: true })
    expect(await stop(13)).toMatchObject({ transaction: { flags: ['secondStop'] }, resent: false })
    expect(await test.store.getTransaction(transactionId)).toEqual(stopped)
  })

  it('a stop from another charge point does not take the place of the guess', async () => {
    const { transaction } = await aTransaction()
    const { transactionId } = transaction
    await test.store.closeTransaction(transactionId, guess)
    const stray = await test.store.recordStop('Elsewhere', transactionId, stopAt(10))
    expect(stray.transaction).toMatchObject({ chargePointId: 'Elsewhere', flags: ['orphanStop'] })
    expect((await test.store.getTransaction(transactionId))?.stop).toEqual(guess)
  })

  it('a stop equal to the guess is still the station’s', async () => {
    const { transaction } = await aTransaction()
    const { guessed: _, ...same } = guess
    await test.store.closeTransaction(transaction.transactionId, guess)
    const { transaction: stopped, resent } = await test.store.recordStop(
      transaction.chargePointId,
      transaction.transactionId,
      same,
    )
    expect({ stop: stopped.stop, flags: stopped.flags, resent }).toEqual({
      stop: same,
      flags: [],
      resent: false,
    })
  })

  it('a zombie is flagged once, while it runs, and no more when it has stopped', async () => {
    const { transaction } = await aTransaction()
    const { chargePointId, transactionId } = transaction
    expect(await test.store.flagZombie(transactionId, zombie)).toBe(true)
    expect(await test.store.flagZombie(transactionId, { ...zombie, reason: 'newTransaction' })).toBe(false)
    expect(await running(chargePointId)).toEqual([{ ...transaction, zombie, flags: ['zombie'] }])
    const { transaction: stopped } = await test.store.recordStop(chargePointId, transactionId, stopAt(10))
    expect(stopped).toEqual({ ...transaction, stop: stopAt(10) })
    expect(await test.store.flagZombie(transactionId, zombie)).toBe(false)
    expect(await test.store.flagZombie(1, zombie)).toBe(false)
  })

  it('gives its latest meter values, newest first, and none of another charge point', async () => {
    const { transaction } = await aTransaction()
    const { chargePointId, transactionId } = transaction
    const values = (minute: number, owner = chargePointId) => ({
      chargePointId: owner,
      connectorId: 1,
      transactionId,
      meterValue: [{ timestamp: `2026-03-01T09:0${minute}:00.000Z`, sampledValue: [{ value: `${minute}` }] }],
      receivedAt: '2026-03-01T10:00:00.000Z',
    })
    for (const minute of [2, 3, 1]) await test.store.recordMeterValues(values(minute))
    await test.store.recordMeterValues(values(4, 'Elsewhere'))
    const latest = async (id: number, count: number) => {
      const { items, cursor } = await test.store.latestMeterValues(id, count)
      return [items, cursor !== undefined]
    }
    expect(await latest(transactionId, 2)).toEqual([[values(3), values(2)], true])
    expect(await latest(transactionId, 9)).toEqual([[values(3), values(2), values(1)], false])
    expect(await latest(1, 2)).toEqual([[], false])
    const { items } = await test.store.listTransactionMeterValues(transactionId, { limit: 9 })
    expect(items).toEqual([values(1), values(2), values(3)])
  })

  it('reads no more of its meter values than the latest that are asked for', async () => {
    const { transaction } = await aTransaction()
    const { chargePointId, transactionId } = transaction
    const text = 'x'.repeat(3500)
    for (let second = 10; second < 40; second++)
      await test.store.recordMeterValues({
        chargePointId,
        connectorId: 1,
        transactionId,
        meterValue: [{ timestamp: `2026-03-01T09:00:${second}.000Z`, sampledValue: [{ value: text }] }],
        receivedAt: '2026-03-01T10:00:00.000Z',
      })
    const { take } = meter(test.client)
    expect((await test.store.latestMeterValues(transactionId, 3)).items).toHaveLength(3)
    // The record, and four messages of almost a unit each.
    expect(take()).toMatchObject({ requests: 2, read: 5 })
  })

  it('keeps the figures of those who have seen the most messages', async () => {
    const { transaction } = await aTransaction()
    const { transactionId } = transaction
    const keep = (messages: number, peakW: number) =>
      test.store.keepTransactionFigures(transactionId, { messages, peakW })
    for (const [messages, peakW] of [
      [2, 20],
      [1, 10],
      [2, 21],
    ] as const)
      await keep(messages, peakW)
    const kept = { messages: 2, peakW: 21 }
    expect(await test.store.transactionFigures([1, transactionId])).toEqual([undefined, kept])
    expect(await test.store.transactionFigures([transactionId, 1, transactionId])).toEqual([
      kept,
      undefined,
      kept,
    ])
  })

  it('notes whose the tag was and where, which are no facts: a resend elsewhere is the same', async () => {
    const { start, transaction } = await aTransaction()
    const { transactionId } = transaction
    const again = await test.store.recordStart(
      transactionId,
      start,
      { status: 'Accepted' },
      { siteId: 'later' },
    )
    expect(again).toEqual(transaction)
    const stray = await test.store.recordStop('Elsewhere', 4711, stopAt(10), { userId: 'U', siteId: 'S' })
    expect(stray.transaction).toMatchObject({ userId: 'U', siteId: 'S', flags: ['orphanStop'] })
  })
})
