import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TransactionStart } from '../../lib/store/port.ts'
import { likelyId } from '../../lib/store/transaction-id.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'

describe('the live record', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const hearStart = async ({ chargePointId, connectionId }: TestChargePoint, start: TransactionStart) => {
    const change = { kind: 'start', connectorId: 1, start } as const
    await test.store.hear({ chargePointId, connectionId, at: test.clock.iso(), change })
    return (await test.store.getLive(chargePointId))?.connectors[1]
  }
  const aStart = ({ chargePointId }: TestChargePoint, meterStart: number): TransactionStart => {
    const timestamp = test.clock.advance(60)
    return { chargePointId, connectorId: 1, idTag: 'Tag', meterStart, timestamp, receivedAt: timestamp }
  }

  it('remembers the transaction that a start found on its connector, when the start is sent again too', async () => {
    const chargePoint = await aChargePoint(test)
    const first = aStart(chargePoint, 1)
    for (const _ of [1, 2]) {
      expect(await hearStart(chargePoint, first)).toEqual({ transactionId: likelyId(first) })
    }
    const second = aStart(chargePoint, 2)
    for (const _ of [1, 2]) {
      expect(await hearStart(chargePoint, second)).toEqual({
        transactionId: likelyId(second),
        earlierTransactionId: likelyId(first),
      })
    }
  })

  it('forgets it with the next start that finds the connector free', async () => {
    const chargePoint = await aChargePoint(test)
    const [first, second] = [aStart(chargePoint, 1), aStart(chargePoint, 2)]
    await hearStart(chargePoint, first)
    await hearStart(chargePoint, second)
    await test.store.clearTransaction(chargePoint.chargePointId, 1, likelyId(second))
    const third = aStart(chargePoint, 3)
    expect(await hearStart(chargePoint, third)).toEqual({ transactionId: likelyId(third) })
  })

  it('is not turned back by a start that comes late', async () => {
    const chargePoint = await aChargePoint(test)
    const [first, second] = [aStart(chargePoint, 1), aStart(chargePoint, 2)]
    await hearStart(chargePoint, second)
    expect(await hearStart(chargePoint, first)).toEqual({ transactionId: likelyId(second) })
  })

  it('expects transactions of remote starts until they are forgotten', async () => {
    const { chargePointId } = await aChargePoint(test)
    const [one, other, third] = [randomUUID(), randomUUID(), randomUUID()] as [string, string, string]
    const wish = (messageId: string, connectorId: number) => ({
      messageId,
      connectorId,
      idTag: 'Tag',
      until: '2026-03-01T10:00:00.000Z',
    })
    const expected = async () =>
      (await test.store.getLive(chargePointId))?.remoteStarts.sort((a, b) => a.connectorId - b.connectorId)
    expect(await expected()).toEqual([])
    for (const _ of [1, 2]) await test.store.expectRemoteStart(chargePointId, wish(one, 0), [])
    await test.store.expectRemoteStart(chargePointId, wish(other, 1), [])
    expect(await expected()).toEqual([wish(one, 0), wish(other, 1)])
    for (const _ of [1, 2]) await test.store.expectRemoteStart(chargePointId, wish(third, 2), [one, 'none'])
    expect(await expected()).toEqual([wish(other, 1), wish(third, 2)])
    for (const _ of [1, 2]) await test.store.forgetRemoteStart(chargePointId, other)
    expect(await expected()).toEqual([wish(third, 2)])
    await test.store.expectRemoteStart('Nowhere', wish(one, 1), [])
    expect(await test.store.getLive('Nowhere')).toBeUndefined()
  })

  it('has a copy of how long frames are logged', async () => {
    const { chargePointId } = await aChargePoint(test, { messageLogUntil: '2026-03-01T09:00:00.000Z' })
    const live = () => test.store.getLive(chargePointId)
    expect(await live()).toMatchObject({ logUntil: '2026-03-01T09:00:00.000Z' })
    const change = (messageLogUntil: string | null) =>
      test.store.updateChargePoint(chargePointId, { messageLogUntil, strict: true }, test.clock.iso())
    expect(await change('2026-03-01T10:00:00.000Z')).toMatchObject({
      messageLogUntil: '2026-03-01T10:00:00.000Z',
    })
    expect(await live()).toMatchObject({ logUntil: '2026-03-01T10:00:00.000Z', strict: true })
    expect(await change(null)).not.toHaveProperty('messageLogUntil')
    expect(await live()).not.toHaveProperty('logUntil')
    expect(
      await test.store.updateChargePoint(chargePointId, { messageLogUntil: null }, test.clock.iso()),
    ).not.toHaveProperty('messageLogUntil')
  })

  it('leaves the site, the tags and the wanted configuration to the operator’s record', async () => {
    const more = {
      siteId: 'Depot',
      tags: ['fast', 'public'],
      wantedConfiguration: { HeartbeatInterval: '300' },
    }
    const { chargePointId } = await aChargePoint(test, more)
    expect(await test.store.getChargePoint(chargePointId)).toMatchObject(more)
    const changed = await test.store.updateChargePoint(
      chargePointId,
      { siteId: null, tags: [], wantedConfiguration: { A: '' } },
      test.clock.iso(),
    )
    expect(changed).toMatchObject({ tags: [], wantedConfiguration: { A: '' } })
    expect(changed).not.toHaveProperty('siteId')
  })
})
