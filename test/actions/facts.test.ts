import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'
import { ask, askAndAnswer, settleAgain } from './asking.ts'

const BOOT = { chargePointVendor: 'Vendor', chargePointModel: 'Model' }

describe('what an answer tells of the charge point', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const factsOf = ({ chargePointId }: TestChargePoint) => test.store.getFacts(chargePointId)

  it.each([
    ['Accepted', { 1: { type: 'Inoperative', status: 'Accepted' } }],
    ['Scheduled', { 1: { type: 'Inoperative', status: 'Scheduled' } }],
    ['Rejected', {}],
  ])('ChangeAvailability %s (§5.2)', async (status, availability) => {
    const chargePoint = await aChargePoint(test)
    const payload = { connectorId: 1, type: 'Inoperative' }
    await askAndAnswer(test, chargePoint, 'ChangeAvailability', payload, { status })
    expect((await factsOf(chargePoint)).availability).toMatchObject(availability)
  })

  it('the availability of a connector no charge point has is not noted', async () => {
    const chargePoint = await aChargePoint(test)
    for (const connectorId of [-1, 100_000]) {
      const payload = { connectorId, type: 'Operative' }
      await askAndAnswer(test, chargePoint, 'ChangeAvailability', payload, { status: 'Accepted' })
      await askAndAnswer(test, chargePoint, 'UnlockConnector', { connectorId }, { status: 'NotSupported' })
    }
    expect(await factsOf(chargePoint)).toEqual({ availability: {}, unlocks: {} })
  })

  it('an answer that comes late tells as much; one to an earlier call does not override a later one', async () => {
    const chargePoint = await aChargePoint(test)
    const availability = async () => (await factsOf(chargePoint)).availability[0]
    const first = await ask(test, chargePoint, 'ChangeAvailability', { connectorId: 0, type: 'Inoperative' })
    test.clock.advance(60)
    const second = await ask(test, chargePoint, 'ChangeAvailability', { connectorId: 0, type: 'Operative' })
    test.clock.advance(60)
    await chargePoint.answer(second.messageId, { status: 'Scheduled' })
    expect(await availability()).toMatchObject({
      type: 'Operative',
      status: 'Scheduled',
      at: test.clock.iso(),
    })
    await chargePoint.answer(first.messageId, { status: 'Accepted' })
    expect(await availability()).toMatchObject({ type: 'Operative', askedAt: second.sentAt })
  })

  it('UnlockConnector and ClearCache: how they ended (§5.18, §5.4)', async () => {
    const chargePoint = await aChargePoint(test)
    await askAndAnswer(test, chargePoint, 'UnlockConnector', { connectorId: 2 }, { status: 'UnlockFailed' })
    await askAndAnswer(test, chargePoint, 'ClearCache', {}, { status: 'Rejected' })
    const at = test.clock.iso()
    expect(await factsOf(chargePoint)).toMatchObject({
      unlocks: { 2: { status: 'UnlockFailed', askedAt: at, at } },
      cache: { status: 'Rejected', askedAt: at, at },
    })
  })

  describe('Reset (§5.14)', () => {
    const callOf = ({ chargePointId }: TestChargePoint, messageId: string) =>
      test.store.getCall(chargePointId, messageId)

    it('accepted: the boot that follows belongs to it, and only that one', async () => {
      const chargePoint = await aChargePoint(test)
      const { messageId } = await askAndAnswer(
        test,
        chargePoint,
        'Reset',
        { type: 'Soft' },
        { status: 'Accepted' },
      )
      expect((await factsOf(chargePoint)).reset).toMatchObject({ type: 'Soft', messageId })
      expect((await factsOf(chargePoint)).reset).not.toHaveProperty('bootedAt')
      const bootedAt = test.clock.advance(20)
      await chargePoint.call('BootNotification', BOOT)
      test.clock.advance(20)
      await chargePoint.call('BootNotification', BOOT)
      expect(await callOf(chargePoint, messageId)).toMatchObject({ status: 'Answered', bootedAt })
      expect((await factsOf(chargePoint)).reset).toMatchObject({ messageId, bootedAt })
    })

    it('accepted: no boot from before it was sent belongs to it', async () => {
      const chargePoint = await aChargePoint(test)
      await chargePoint.call('BootNotification', BOOT)
      const call = await askAndAnswer(test, chargePoint, 'Reset', { type: 'Soft' }, { status: 'Accepted' })
      expect(await callOf(chargePoint, call.messageId)).not.toHaveProperty('bootedAt')
    })

    it('rejected: no boot belongs to it', async () => {
      const chargePoint = await aChargePoint(test)
      const { messageId } = await askAndAnswer(
        test,
        chargePoint,
        'Reset',
        { type: 'Hard' },
        { status: 'Rejected' },
      )
      await chargePoint.call('BootNotification', BOOT)
      expect(await callOf(chargePoint, messageId)).not.toHaveProperty('bootedAt')
      expect(await factsOf(chargePoint)).not.toHaveProperty('reset')
    })

    it.each(['in time', 'late'])('rejected %s, after a boot: no boot belongs to it', async (when) => {
      const chargePoint = await aChargePoint(test)
      const call = await ask(test, chargePoint, 'Reset', { type: 'Soft' })
      await chargePoint.call('BootNotification', BOOT)
      test.clock.advance(when === 'late' ? 90 : 1)
      await chargePoint.answer(call.messageId, { status: 'Rejected' })
      expect(await callOf(chargePoint, call.messageId)).not.toHaveProperty('bootedAt')
    })

    it('never answered: the boot is the one', async () => {
      const chargePoint = await aChargePoint(test)
      const call = await ask(test, chargePoint, 'Reset', { type: 'Hard' })
      const bootedAt = test.clock.advance(20)
      await chargePoint.call('BootNotification', BOOT)
      test.clock.advance(90)
      expect(await callOf(chargePoint, call.messageId)).toMatchObject({ bootedAt })
    })

    it('answered after the boot: that boot is the one', async () => {
      const chargePoint = await aChargePoint(test)
      await chargePoint.call('BootNotification', BOOT)
      const call = await ask(test, chargePoint, 'Reset', { type: 'Hard' })
      const bootedAt = test.clock.advance(90)
      await chargePoint.connect()
      await chargePoint.call('BootNotification', BOOT)
      test.clock.advance(5)
      await chargePoint.answer(call.messageId, { status: 'Accepted' })
      expect(await callOf(chargePoint, call.messageId)).toMatchObject({ bootedAt })
    })

    it('settled again after the boot changes nothing', async () => {
      const chargePoint = await aChargePoint(test)
      const call = await askAndAnswer(test, chargePoint, 'Reset', { type: 'Soft' }, { status: 'Accepted' })
      const bootedAt = test.clock.advance(20)
      await chargePoint.call('BootNotification', BOOT)
      test.clock.advance(60)
      await chargePoint.call('BootNotification', BOOT)
      await settleAgain(test, call, { status: 'Accepted' })
      expect((await factsOf(chargePoint)).reset).toMatchObject({ bootedAt })
      expect(await callOf(chargePoint, call.messageId)).toMatchObject({ bootedAt })
    })
  })
})
