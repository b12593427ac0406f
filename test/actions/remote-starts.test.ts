import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CENTRAL_SYSTEM_ACTIONS } from '../../lib/actions/index.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'
import { ask, askAndAnswer, refusedFor, settleAgain } from './asking.ts'

const PROFILE = {
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Relative',
  chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] },
}

describe('RemoteStartTransaction (§5.11)', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const accepted = { status: 'Accepted' }
  const start = async (chargePoint: TestChargePoint, more: object = {}): Promise<number> => {
    const payload = { connectorId: 1, idTag: 'TAG', meterStart: 0, timestamp: test.clock.iso(), ...more }
    return (await chargePoint.call('StartTransaction', payload)).transactionId
  }
  const remoteStart = (chargePoint: TestChargePoint, more: object = {}) =>
    askAndAnswer(test, chargePoint, 'RemoteStartTransaction', { idTag: 'TAG', ...more }, accepted)
  const ledTo = async ({ chargePointId }: TestChargePoint, { messageId }: { messageId: string }) =>
    (await test.store.getCall(chargePointId, messageId))?.transactionId
  const askedFor = async (transactionId: number) =>
    (await test.store.getTransaction(transactionId))?.remoteStart
  const expected = async ({ chargePointId }: TestChargePoint) =>
    (await test.store.getLive(chargePointId))?.remoteStarts
  const installed = ({ chargePointId }: TestChargePoint) => test.store.listInstalledProfiles(chargePointId)

  it.each([
    ['connector 0', { connectorId: 0 }, ['connectorId']],
    [
      'a profile for another purpose',
      { chargingProfile: { ...PROFILE, chargingProfilePurpose: 'TxDefaultProfile' } },
      ['chargingProfile.chargingProfilePurpose'],
    ],
    [
      'a profile for a transaction',
      { chargingProfile: { ...PROFILE, transactionId: 5 } },
      ['chargingProfile.transactionId'],
    ],
    [
      'a profile that repeats, but not how',
      { chargingProfile: { ...PROFILE, chargingProfileKind: 'Recurring' } },
      ['chargingProfile.recurrencyKind'],
    ],
    ['a profile that is none', { chargingProfile: 7 }, ['chargingProfile']],
  ])('is not sent with %s', async (_, more, paths) => {
    const payload = { idTag: 'TAG', ...more }
    expect(await refusedFor(test, await aChargePoint(test), 'RemoteStartTransaction', payload)).toEqual(paths)
  })

  it.each([
    ['for its connector', { connectorId: 1 }],
    ['for any connector', {}],
  ])('%s: the transaction that follows is tied to it', async (_, more) => {
    const chargePoint = await aChargePoint(test)
    const call = await remoteStart(chargePoint, more)
    expect(await expected(chargePoint)).toMatchObject([{ messageId: call.messageId }])
    const at = test.clock.advance(30)
    const transactionId = await start(chargePoint, { idTag: 'tag' })
    expect(await askedFor(transactionId)).toBe(call.messageId)
    expect(await ledTo(chargePoint, call)).toBe(transactionId)
    expect(await expected(chargePoint)).toEqual([])
    expect(await start(chargePoint, { idTag: 'tag', timestamp: at })).toBe(transactionId)
    expect(await ledTo(chargePoint, call)).toBe(transactionId)
  })

  it.each([
    ['for another tag', { idTag: 'OTHER' }],
    ['on another connector', { connectorId: 2 }],
  ])('not to a transaction %s', async (_, more) => {
    const chargePoint = await aChargePoint(test)
    const call = await remoteStart(chargePoint, { connectorId: 1 })
    const transactionId = await start(chargePoint, more)
    expect(await askedFor(transactionId)).toBeUndefined()
    expect(await ledTo(chargePoint, call)).toBeUndefined()
  })

  it('not to one that comes too late, nor to a second one', async () => {
    const chargePoint = await aChargePoint(test)
    const missed = await remoteStart(chargePoint)
    test.clock.advance(601)
    expect(await askedFor(await start(chargePoint))).toBeUndefined()
    expect(await ledTo(chargePoint, missed)).toBeUndefined()
    const call = await remoteStart(chargePoint, { connectorId: 2 })
    test.clock.advance(1)
    await start(chargePoint, { connectorId: 2 })
    test.clock.advance(1)
    expect(await askedFor(await start(chargePoint, { connectorId: 2, meterStart: 9 }))).toBeUndefined()
    expect(await ledTo(chargePoint, call)).toBeDefined()
  })

  it('nor to one after its own, where it was not forgotten', async () => {
    const chargePoint = await aChargePoint(test)
    const { chargePointId } = chargePoint
    const call = await remoteStart(chargePoint)
    const [wish] = (await expected(chargePoint)) ?? []
    const first = await start(chargePoint)
    if (wish) await test.store.expectRemoteStart(chargePointId, wish, [])
    const second = await start(chargePoint, { connectorId: 2 })
    expect(await askedFor(second)).toBeUndefined()
    expect(await ledTo(chargePoint, call)).toBe(first)
  })

  it('of several for any connector, each is tied to its own', async () => {
    const chargePoint = await aChargePoint(test)
    const calls = []
    for (const idTag of ['ONE', 'TWO', 'TWO']) {
      calls.push(await remoteStart(chargePoint, { idTag }))
      test.clock.advance(1)
    }
    const started = []
    for (const [position, idTag] of ['TWO', 'ONE', 'two'].entries())
      started.push(await askedFor(await start(chargePoint, { idTag, connectorId: position + 1 })))
    const [one, two, twice] = calls.map(({ messageId }) => messageId)
    expect(started).toEqual([two, one, twice])
    expect(await expected(chargePoint)).toEqual([])
  })

  it('expects no more than four for any connector, the latest, and one for each', async () => {
    const chargePoint = await aChargePoint(test)
    const tags = async () =>
      ((await expected(chargePoint)) ?? []).map(({ connectorId, idTag }) => `${connectorId}${idTag}`).sort()
    const accept = async (...wishes: object[]) => {
      const calls = []
      for (const wish of wishes) {
        test.clock.advance(1)
        calls.push(await remoteStart(chargePoint, wish))
      }
      return calls
    }
    const [first] = await accept(...['A', 'B', 'C', 'D', 'E'].map((idTag) => ({ idTag })))
    await accept(
      { idTag: 'F', connectorId: 1 },
      { idTag: 'G', connectorId: 1 },
      { idTag: 'H', connectorId: 2 },
    )
    expect(await tags()).toEqual(['0B', '0C', '0D', '0E', '1G', '2H'])
    const messageId = first?.messageId ?? ''
    const settled = { ...(first as NonNullable<typeof first>), messageId }
    await CENTRAL_SYSTEM_ACTIONS.get('RemoteStartTransaction')?.settle?.(settled.payload, accepted, {
      chargePointId: chargePoint.chargePointId,
      messageId,
      askedAt: settled.createdAt,
      settledAt: settled.createdAt,
      composed: false,
      store: test.store,
      follow: () => undefined,
    })
    expect(await tags()).toEqual(['0B', '0C', '0D', '0E', '1G', '2H'])
    test.clock.advance(601)
    await accept({ idTag: 'I', connectorId: 3 })
    expect(await tags()).toEqual(['3I'])
  })

  it('rejected: nothing is expected', async () => {
    const chargePoint = await aChargePoint(test)
    await askAndAnswer(test, chargePoint, 'RemoteStartTransaction', { idTag: 'TAG' }, { status: 'Rejected' })
    expect(await expected(chargePoint)).toEqual([])
  })

  it('a start that is faster than the answer belongs to it as well', async () => {
    const chargePoint = await aChargePoint(test)
    const call = await ask(test, chargePoint, 'RemoteStartTransaction', { idTag: 'TAG', connectorId: 1 })
    test.clock.advance(1)
    const transactionId = await start(chargePoint)
    expect(await askedFor(transactionId)).toBe(call.messageId)
    await chargePoint.answer(call.messageId, accepted)
    expect(await ledTo(chargePoint, call)).toBe(transactionId)
    expect(await expected(chargePoint)).toEqual([])
  })

  it('and one whose answer came after another call had left', async () => {
    const chargePoint = await aChargePoint(test)
    const call = await ask(test, chargePoint, 'RemoteStartTransaction', { idTag: 'TAG' })
    test.clock.advance(60)
    await askAndAnswer(test, chargePoint, 'ClearCache', {}, accepted)
    const transactionId = await start(chargePoint)
    expect(await askedFor(transactionId)).toBeUndefined()
    await chargePoint.answer(call.messageId, accepted)
    expect(await ledTo(chargePoint, call)).toBe(transactionId)
    expect(await expected(chargePoint)).toEqual([])
  })

  it('but not a transaction that ran before it was asked for', async () => {
    const chargePoint = await aChargePoint(test)
    await start(chargePoint)
    test.clock.advance(60)
    const call = await remoteStart(chargePoint)
    expect(await ledTo(chargePoint, call)).toBeUndefined()
    expect(await expected(chargePoint)).toMatchObject([{ connectorId: 0, messageId: call.messageId }])
  })

  it('settled again after the transaction has stopped, it expects nothing', async () => {
    const chargePoint = await aChargePoint(test)
    const call = await remoteStart(chargePoint)
    const transactionId = await start(chargePoint)
    const timestamp = test.clock.advance(60)
    await chargePoint.call('StopTransaction', { transactionId, meterStop: 1, timestamp })
    await settleAgain(test, call, accepted)
    expect(await expected(chargePoint)).toEqual([])
    expect(await ledTo(chargePoint, call)).toBe(transactionId)
  })

  it.each(['before', 'after'])(
    'its profile is installed for the transaction that starts %s the answer',
    async (when) => {
      const chargePoint = await aChargePoint(test)
      const call = await ask(test, chargePoint, 'RemoteStartTransaction', {
        idTag: 'TAG',
        chargingProfile: PROFILE,
      })
      if (when === 'after') await chargePoint.answer(call.messageId, accepted)
      const transactionId = await start(chargePoint)
      if (when === 'before') await chargePoint.answer(call.messageId, accepted)
      expect(await installed(chargePoint)).toMatchObject([
        { connectorId: 1, profile: { ...PROFILE, transactionId }, messageId: call.messageId },
      ])
    },
  )
})
