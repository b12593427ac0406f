import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { infoOf } from '../../lib/actions/verdict.ts'
import type { IdTag } from '../../lib/store/port.ts'
import {
  aChargePoint,
  anIdTag,
  startSystem,
  type TestChargePoint,
  type TestSystem,
} from '../support/system.ts'
import { ask, sentTo } from './asking.ts'

describe('the verdict on a tag by where it is presented', () => {
  const at = '2026-03-01T08:00:00.000Z'
  const statusOf = (tag: Partial<IdTag>, where: { chargePointId: string; siteId?: string }) => {
    const whole: IdTag = {
      idTag: 'T',
      blocked: false,
      maxActiveTransactions: 1,
      createdAt: at,
      updatedAt: at,
      version: 1,
      ...tag,
    }
    return infoOf(whole, at, where).status
  }
  const HERE = { chargePointId: 'CP', siteId: 'S' }
  const BARE = { chargePointId: 'CP' }

  it.each([
    ['nothing said', {}, HERE, 'Accepted'],
    ['nothing said, no site', {}, BARE, 'Accepted'],
    ['its site', { allowedSites: ['S'] }, HERE, 'Accepted'],
    ['one of its sites', { allowedSites: ['R', 'S'] }, HERE, 'Accepted'],
    ['another site', { allowedSites: ['R'] }, HERE, 'Blocked'],
    ['a site in another case', { allowedSites: ['s'] }, HERE, 'Blocked'],
    ['a site, at a charge point of none', { allowedSites: ['S'] }, BARE, 'Blocked'],
    ['its charge point', { allowedChargePoints: ['CP'] }, BARE, 'Accepted'],
    ['another charge point', { allowedChargePoints: ['CP2'] }, HERE, 'Blocked'],
    ['a charge point in another case', { allowedChargePoints: ['cp'] }, HERE, 'Blocked'],
    ['a charge point that is named like the site', { allowedChargePoints: ['S'] }, HERE, 'Blocked'],
    ['either', { allowedSites: ['R'], allowedChargePoints: ['CP'] }, HERE, 'Accepted'],
    ['the other', { allowedSites: ['S'], allowedChargePoints: ['CP2'] }, HERE, 'Accepted'],
    ['neither', { allowedSites: ['R'], allowedChargePoints: ['CP2'] }, HERE, 'Blocked'],
    ['its site, expired', { allowedSites: ['S'], expiryDate: at }, HERE, 'Expired'],
    ['another site, expired', { allowedSites: ['R'], expiryDate: at }, HERE, 'Blocked'],
    ['its site, blocked', { allowedSites: ['S'], blocked: true }, HERE, 'Blocked'],
    ['its site, no transactions', { allowedSites: ['S'], maxActiveTransactions: 0 }, HERE, 'Blocked'],
    ['its site, no limit', { allowedSites: ['S'], maxActiveTransactions: -1 }, HERE, 'Accepted'],
  ] as [string, Partial<IdTag>, { chargePointId: string; siteId?: string }, string][])(
    '%s',
    (_, tag, where, status) => expect(statusOf(tag, where)).toBe(status),
  )
})

describe('a tag that is allowed at some places only', () => {
  let test: TestSystem
  let inside: TestChargePoint
  let outside: TestChargePoint
  beforeAll(async () => {
    test = await startSystem()
    inside = await aChargePoint(test, { siteId: 'depot' })
    outside = await aChargePoint(test)
  })
  afterAll(() => test.stop())

  const start = (chargePoint: TestChargePoint, idTag: string, connectorId = 1) =>
    chargePoint.call('StartTransaction', { connectorId, idTag, meterStart: 0, timestamp: test.clock.iso() })

  it('is Accepted there and Blocked elsewhere, by every message that asks', async () => {
    const idTag = await anIdTag(test, { allowedSites: ['depot'], parentIdTag: 'Fleet' })
    const verdicts = async (chargePoint: TestChargePoint) => {
      const { idTagInfo: authorized } = await chargePoint.call('Authorize', { idTag })
      const { idTagInfo: started, transactionId } = await start(chargePoint, idTag)
      const stop = { idTag, transactionId, meterStop: 1, timestamp: test.clock.advance(1) }
      await chargePoint.call('StopTransaction', stop)
      return [authorized, started]
    }
    const info = (status: string) => ({ status, parentIdTag: 'Fleet' })
    expect(await verdicts(inside)).toEqual([info('Accepted'), info('Accepted')])
    expect(await verdicts(outside)).toEqual([info('Blocked'), info('Blocked')])
  })

  it('goes by the site that the charge point stands on now', async () => {
    const idTag = await anIdTag(test, { allowedSites: ['depot'] })
    const moving = await aChargePoint(test)
    const verdict = async () => (await moving.call('Authorize', { idTag })).idTagInfo.status
    expect(await verdict()).toBe('Blocked')
    await test.store.updateChargePoint(moving.chargePointId, { siteId: 'depot' }, test.clock.iso())
    expect(await verdict()).toBe('Accepted')
    await test.store.updateChargePoint(moving.chargePointId, { siteId: null }, test.clock.iso())
    expect(await verdict()).toBe('Blocked')
  })

  it('may be allowed at charge points of any name', async () => {
    const odd = await aChargePoint(test, { chargePointId: 'Odd #1/α ' })
    const idTag = await anIdTag(test, { allowedChargePoints: [odd.chargePointId] })
    expect((await odd.call('Authorize', { idTag })).idTagInfo.status).toBe('Accepted')
    expect((await inside.call('Authorize', { idTag })).idTagInfo.status).toBe('Blocked')
  })

  it('stands in the local lists of those places alone, and leaves one that it is no longer allowed at', async () => {
    const own = await startSystem()
    try {
      const here = await aChargePoint(own, { siteId: 'depot' })
      const there = await aChargePoint(own)
      await anIdTag(own, { idTag: 'Anywhere' })
      await anIdTag(own, { idTag: 'Depot', allowedSites: ['depot'] })
      await anIdTag(own, { idTag: 'There', allowedChargePoints: [there.chargePointId], blocked: true })
      const listed = async (chargePoint: TestChargePoint) => {
        own.clock.advance(1)
        const { messageId } = await ask(own, chargePoint, 'SendLocalList')
        await chargePoint.answer(messageId, { status: 'Accepted' })
        const { localAuthorizationList } = sentTo(own, chargePoint).at(-1)?.payload ?? {}
        return localAuthorizationList.map(({ idTag, idTagInfo }: any) => [idTag, idTagInfo?.status])
      }
      expect(await listed(here)).toEqual([
        ['Anywhere', 'Accepted'],
        ['Depot', 'Accepted'],
      ])
      expect(await listed(there)).toEqual([
        ['Anywhere', 'Accepted'],
        ['There', 'Blocked'],
      ])
      await own.store.updateIdTag('Depot', { allowedSites: ['elsewhere'] }, own.clock.iso())
      expect(await listed(here)).toEqual([['depot', undefined]])
    } finally {
      await own.stop()
    }
  })
})

describe('a tag without a limit', () => {
  it('charges as often as it likes, and is noted in a hundred transactions at the most', async () => {
    const test = await startSystem()
    try {
      const idTag = await anIdTag(test, { maxActiveTransactions: -1 })
      const chargePoint = await aChargePoint(test)
      for (let connectorId = 1; connectorId <= 104; connectorId++) {
        const timestamp = test.clock.advance(1)
        const started = { connectorId, idTag, meterStart: 0, timestamp }
        const { idTagInfo } = await chargePoint.call('StartTransaction', started)
        expect(idTagInfo.status).toBe('Accepted')
      }
      expect((await test.store.getIdTag(idTag))?.active).toHaveLength(100)
    } finally {
      await test.stop()
    }
  })
})
