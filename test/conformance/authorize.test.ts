import { describe, expect, it } from 'vitest'
import { centralSystem } from './stage.ts'
import { reports, secondsAgo, starts } from './steps.ts'

describe('Core: id tags that may not charge', () => {
  const { station, idTag, read, transactionIds } = centralSystem()

  it('TC_023_1_CSMS Authorize of an unknown id: Invalid, and the operator sees who asked', async () => {
    const cp = await station()
    await reports(cp, 1, 'Preparing')
    expect(await cp.call('Authorize', { idTag: 'NOBODY' })).toEqual({ idTagInfo: { status: 'Invalid' } })
    expect(await transactionIds(cp)).toEqual([])
    const { items } = await read('/unknown-id-tags')
    expect(items).toMatchObject([{ idTag: 'NOBODY' }])
  })

  it.each([
    ['TC_023_2_CSMS Authorize of an expired id', 'Expired', () => ({ expiryDate: secondsAgo(60) })],
    ['TC_023_3_CSMS Authorize of a blocked id', 'Blocked', () => ({ blocked: true })],
  ])('%s: %s, and so is a start', async (_, status, more) => {
    const cp = await station()
    const tag = await idTag(more())
    await reports(cp, 1, 'Preparing')
    const { idTagInfo } = await cp.call('Authorize', { idTag: tag })
    expect(idTagInfo).toMatchObject({ status })
    expect(await transactionIds(cp)).toEqual([])
    expect((await read(`/id-tags/${tag}`)).activeTransactions).toEqual([])

    const start = await starts(cp, { idTag: tag })
    expect(start.idTagInfo).toMatchObject({ status })
    expect(await read(`/transactions/${start.transactionId}`)).toMatchObject({ flags: ['refused'] })
  })
})
