import { describe, expect, it } from 'vitest'
import { centralSystem } from './stage.ts'
import { reports, secondsAgo, starts, stops, unplugs } from './steps.ts'

describe('Core: what happened while the charge point was offline', () => {
  const { station, idTag, connector, read, transactionIds } = centralSystem()

  it('TC_037_1_CSMS Offline start with a valid id: accepted late, with the time it had', async () => {
    const cp = await station()
    const tag = await idTag()
    await reports(cp, 1, 'Preparing')
    await cp.disconnect()
    const timestamp = secondsAgo(600)
    await cp.connect()
    const start = await starts(cp, { idTag: tag, timestamp })
    expect(start.idTagInfo).toEqual({ status: 'Accepted' })
    await reports(cp, 1, 'Charging')
    const { transactionId } = start
    expect(await read(`/transactions/${transactionId}`)).toMatchObject({
      startedAt: timestamp,
      active: true,
      flags: ['late'],
    })
    expect(await connector(cp, 1)).toMatchObject({ status: 'Charging', transactionId })

    expect(await starts(cp, { idTag: tag, timestamp })).toEqual(start)
    expect(await transactionIds(cp)).toEqual([transactionId])
  })

  it('TC_037_3_CSMS Offline start with an invalid id: refused with an id, and stopped with DeAuthorized', async () => {
    const cp = await station()
    await cp.disconnect()
    const timestamp = secondsAgo(600)
    await cp.connect()
    const start = await starts(cp, { idTag: 'NOBODY', timestamp })
    expect(start.idTagInfo).toEqual({ status: 'Invalid' })
    const { transactionId } = start
    expect(transactionId).toBeGreaterThan(0)
    expect(await read(`/transactions/${transactionId}`)).toMatchObject({ flags: ['refused', 'late'] })

    expect(await stops(cp, transactionId, { reason: 'DeAuthorized' })).toEqual({})
    await unplugs(cp)
    expect(await read(`/transactions/${transactionId}`)).toMatchObject({
      active: false,
      reason: 'DeAuthorized',
      startedAt: timestamp,
      flags: ['refused', 'late'],
    })
    expect((await connector(cp, 1)).transactionId).toBeUndefined()
  })

  it('TC_039_CSMS Offline transaction: queued start and stop make one transaction, resent or not', async () => {
    const cp = await station()
    const tag = await idTag()
    await cp.disconnect()
    const [startedAt, stoppedAt] = [secondsAgo(3600), secondsAgo(1800)]
    await cp.connect()
    const start = await starts(cp, { idTag: tag, timestamp: startedAt })
    expect(start.idTagInfo).toEqual({ status: 'Accepted' })
    const { transactionId } = start
    const stop = { idTag: tag, reason: 'Local', timestamp: stoppedAt }
    const stopped = await stops(cp, transactionId, stop)
    expect(stopped).toEqual({ idTagInfo: { status: 'Accepted' } })

    const record = {
      startedAt,
      stoppedAt,
      durationSeconds: 1800,
      energyWh: 500,
      reason: 'Local',
      active: false,
      flags: ['late'],
    }
    expect(await read(`/transactions/${transactionId}`)).toMatchObject(record)
    expect((await starts(cp, { idTag: tag, timestamp: startedAt })).transactionId).toBe(transactionId)
    expect(await stops(cp, transactionId, stop)).toEqual(stopped)
    expect(await read(`/transactions/${transactionId}`)).toMatchObject(record)
    expect(await transactionIds(cp)).toEqual([transactionId])
    expect((await connector(cp, 1)).transactionId).toBeUndefined()
    expect((await read(`/id-tags/${tag}`)).activeTransactions).toEqual([])
  })
})
