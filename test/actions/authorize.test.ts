import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answersAll } from '../support/payloads.ts'
import {
  aChargePoint,
  anIdTag,
  startSystem,
  type TestChargePoint,
  type TestSystem,
} from '../support/system.ts'

describe('Authorize (§4.1)', () => {
  let test: TestSystem
  let chargePoint: TestChargePoint
  beforeAll(async () => {
    test = await startSystem()
    chargePoint = await aChargePoint(test)
  })
  afterAll(() => test.stop())

  it('takes what stations send', async () => {
    const idTag = await anIdTag(test)
    await answersAll(chargePoint, 'Authorize', [
      ['a tag', { idTag }, { idTagInfo: { status: 'Accepted' } }],
      ['another case', { idTag: idTag.toUpperCase() }, { idTagInfo: { status: 'Accepted' } }],
      ['an extra connectorId', { idTag, connectorId: 1 }, { idTagInfo: { status: 'Accepted' } }],
      ['a tag of 21 characters', { idTag: 'x'.repeat(21) }, { idTagInfo: { status: 'Invalid' } }],
      ['a number for a tag', { idTag: 4711 }, { idTagInfo: { status: 'Invalid' } }],
      ['no tag', {}, 'OccurenceConstraintViolation'],
      ['a list for a tag', { idTag: [] }, 'TypeConstraintViolation'],
    ])
  })

  it.each([
    ['Accepted', {}],
    ['Accepted', { expiryDate: '2026-03-01T08:00:00.001Z' }],
    ['Expired', { expiryDate: '2026-03-01T08:00:00.000Z' }],
    ['Blocked', { blocked: true }],
    ['Blocked', { blocked: true, expiryDate: '2020-01-01T00:00:00.000Z' }],
    ['Blocked', { maxActiveTransactions: 0 }],
  ])('gives %s to a tag with %j', async (status, more) => {
    const idTag = await anIdTag(test, more)
    expect((await chargePoint.call('Authorize', { idTag })).idTagInfo.status).toBe(status)
  })

  it('tells the parent and the expiry, and nothing of a tag it does not know', async () => {
    const expiryDate = '2027-01-01T00:00:00.000Z'
    const idTag = await anIdTag(test, { parentIdTag: 'Parent', expiryDate })
    expect(await chargePoint.call('Authorize', { idTag })).toEqual({
      idTagInfo: { status: 'Accepted', parentIdTag: 'Parent', expiryDate },
    })
    expect(await chargePoint.call('Authorize', { idTag: 'Nobody' })).toEqual({
      idTagInfo: { status: 'Invalid' },
    })
  })

  it('never says ConcurrentTx: a tag that charges may stop what it started', async () => {
    const idTag = await anIdTag(test)
    await chargePoint.call('StartTransaction', {
      connectorId: 1,
      idTag,
      meterStart: 0,
      timestamp: test.clock.iso(),
    })
    expect(await chargePoint.call('Authorize', { idTag })).toMatchObject({
      idTagInfo: { status: 'Accepted' },
    })
  })

  it('remembers unknown tags, with how often and where they were presented', async () => {
    for (let attempt = 0; attempt < 3; attempt++) await chargePoint.call('Authorize', { idTag: 'Stranger' })
    const { items } = await test.store.listUnknown('id-tag', { limit: 50 })
    expect(items.find(({ id }) => id === 'Stranger')).toMatchObject({
      attempts: 3,
      from: chargePoint.chargePointId,
    })
  })
})
