import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CallRecord } from '../../lib/store/port.ts'
import {
  aChargePoint,
  anIdTag,
  startSystem,
  type TestChargePoint,
  type TestSystem,
} from '../support/system.ts'
import { ask, askAndAnswer, refusedFor, settleAgain } from './asking.ts'

describe('ReserveNow and CancelReservation (§5.13, §5.1)', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const inOneHour = () => new Date(test.clock.now().getTime() + 3_600_000).toISOString()
  const wish = (more: object = {}) => ({ connectorId: 1, idTag: 'TAG', expiryDate: inOneHour(), ...more })
  const reserve = (chargePoint: TestChargePoint, more: object = {}, status = 'Accepted') =>
    askAndAnswer(test, chargePoint, 'ReserveNow', wish(more), { status })
  const idOf = (call: CallRecord) => Number(call.payload.reservationId)
  const of = async ({ chargePointId }: TestChargePoint, call: CallRecord) =>
    (await test.store.findReservations(idOf(call))).find(
      (each) => each.chargePointId === chargePointId && each.messageId === call.messageId,
    )
  const held = async ({ chargePointId }: TestChargePoint) =>
    (await test.store.getLive(chargePointId))?.reservations
  const start = (chargePoint: TestChargePoint, more: object = {}) =>
    chargePoint.call('StartTransaction', {
      connectorId: 1,
      idTag: 'TAG',
      meterStart: 0,
      timestamp: test.clock.iso(),
      ...more,
    })
  const status = (chargePoint: TestChargePoint, word: string, connectorId = 1) =>
    chargePoint.call('StatusNotification', { connectorId, errorCode: 'NoError', status: word })

  it('makes the id, and refuses what cannot be reserved', async () => {
    const chargePoint = await aChargePoint(test)
    const call = await ask(test, chargePoint, 'ReserveNow', wish())
    expect(idOf(call)).toSatisfy((id: number) => Number.isInteger(id) && id > 0 && id < 2 ** 31)
    expect(call.composed).toBe(true)
    expect((await ask(test, chargePoint, 'ReserveNow', wish({ reservationId: 7 }))).payload).toMatchObject({
      reservationId: 7,
    })
    const refused = (more: object) => refusedFor(test, chargePoint, 'ReserveNow', wish(more))
    expect(await refused({ connectorId: -1 })).toEqual(['connectorId'])
    expect(await refused({ expiryDate: test.clock.iso() })).toEqual(['expiryDate'])
    expect(await refused({ expiryDate: 'tomorrow' })).toEqual(['expiryDate'])
    expect(await refused({ idTag: undefined })).toEqual(['idTag'])
  })

  it('waits for the answer, and holds its connector from the beginning', async () => {
    const chargePoint = await aChargePoint(test)
    const call = await ask(test, chargePoint, 'ReserveNow', wish({ parentIdTag: 'GROUP' }), { origin: 'me' })
    expect(await of(chargePoint, call)).toMatchObject({
      status: 'Waiting',
      connectorId: 1,
      parentIdTag: 'GROUP',
      origin: 'me',
      messageId: call.messageId,
    })
    expect(await held(chargePoint)).toEqual({
      [idOf(call)]: { connectorId: 1, expiryDate: call.payload.expiryDate },
    })
  })

  it.each(['Accepted', 'Faulted', 'Occupied', 'Rejected', 'Unavailable'])(
    'answered %s, once however often',
    async (word) => {
      const chargePoint = await aChargePoint(test)
      const call = await reserve(chargePoint, {}, word)
      const settled = await of(chargePoint, call)
      expect(settled).toMatchObject({ status: word })
      expect(Object.keys((await held(chargePoint)) ?? {})).toHaveLength(word === 'Accepted' ? 1 : 0)
      test.clock.advance(1)
      await settleAgain(test, call, { status: word })
      expect(await of(chargePoint, call)).toEqual(settled)
    },
  )

  it('a late answer counts; one that comes after the end does not', async () => {
    const chargePoint = await aChargePoint(test)
    const late = await ask(test, chargePoint, 'ReserveNow', wish())
    test.clock.advance(60)
    await chargePoint.answer(late.messageId, { status: 'Accepted' })
    expect(await of(chargePoint, late)).toMatchObject({ status: 'Accepted' })
    const tooLate = await ask(test, chargePoint, 'ReserveNow', wish({ connectorId: 2 }))
    test.clock.advance(60)
    await askAndAnswer(
      test,
      chargePoint,
      'CancelReservation',
      { reservationId: idOf(tooLate) },
      {
        status: 'Accepted',
      },
    )
    await chargePoint.answer(tooLate.messageId, { status: 'Accepted' })
    expect(await of(chargePoint, tooLate)).toMatchObject({ status: 'Cancelled' })
  })

  it('an id given anew replaces the reservation that had it, if it is accepted', async () => {
    const chargePoint = await aChargePoint(test)
    const first = await reserve(chargePoint, { reservationId: 4711 })
    const refused = await reserve(chargePoint, { reservationId: 4711, connectorId: 2 }, 'Occupied')
    expect(await of(chargePoint, first)).toMatchObject({ status: 'Accepted' })
    expect(await of(chargePoint, refused)).toMatchObject({ status: 'Occupied' })
    expect(await held(chargePoint)).toMatchObject({ 4711: { connectorId: 1 } })
    const second = await reserve(chargePoint, { reservationId: 4711, connectorId: 2 })
    expect(await of(chargePoint, first)).toMatchObject({ status: 'Cancelled', reason: 'replaced' })
    expect(await of(chargePoint, second)).toMatchObject({ status: 'Accepted' })
    expect(await held(chargePoint)).toMatchObject({ 4711: { connectorId: 2 } })
  })

  it('the late answer of the replaced one does not bring it back', async () => {
    const chargePoint = await aChargePoint(test)
    const first = await ask(test, chargePoint, 'ReserveNow', wish({ reservationId: 12 }))
    test.clock.advance(60)
    const second = await reserve(chargePoint, { reservationId: 12 })
    await chargePoint.answer(first.messageId, { status: 'Accepted' })
    expect(await of(chargePoint, first)).toMatchObject({ status: 'Cancelled', reason: 'replaced' })
    expect(await of(chargePoint, second)).toMatchObject({ status: 'Accepted' })
  })

  it('cancelled: it holds nothing; a refused cancellation changes nothing', async () => {
    const chargePoint = await aChargePoint(test)
    const call = await reserve(chargePoint)
    const cancel = (word: string) =>
      askAndAnswer(test, chargePoint, 'CancelReservation', { reservationId: idOf(call) }, { status: word })
    await cancel('Rejected')
    expect(await of(chargePoint, call)).toMatchObject({ status: 'Accepted' })
    const cancellation = await cancel('Accepted')
    expect(await of(chargePoint, call)).toMatchObject({ status: 'Cancelled' })
    expect(await held(chargePoint)).toEqual({})
    const before = await of(chargePoint, call)
    await settleAgain(test, cancellation, { status: 'Accepted' })
    expect(await of(chargePoint, call)).toEqual(before)
  })

  it('a cancellation is about what was reserved when it was sent', async () => {
    const chargePoint = await aChargePoint(test)
    await reserve(chargePoint, { reservationId: 13 })
    const cancellation = await ask(test, chargePoint, 'CancelReservation', { reservationId: 13 })
    test.clock.advance(60)
    const anew = await reserve(chargePoint, { reservationId: 13 })
    await chargePoint.answer(cancellation.messageId, { status: 'Accepted' })
    expect(await of(chargePoint, anew)).toMatchObject({ status: 'Accepted' })
    expect(await held(chargePoint)).toHaveProperty('13')
  })

  describe('is used by a transaction', () => {
    it('that names it', async () => {
      const chargePoint = await aChargePoint(test)
      const call = await reserve(chargePoint)
      const payload = { idTag: 'OTHER', reservationId: idOf(call), timestamp: test.clock.iso() }
      const { transactionId } = await start(chargePoint, payload)
      const used = await of(chargePoint, call)
      expect(used).toMatchObject({ status: 'Used', transactionId })
      expect(await held(chargePoint)).toEqual({})
      test.clock.advance(5)
      await start(chargePoint, payload)
      expect(await of(chargePoint, call)).toEqual(used)
    })

    it.each([
      ['on its connector, for its tag in another case', {}, { idTag: 'tag' }],
      ['on any connector, for connector 0', { connectorId: 0 }, { connectorId: 2 }],
      ['with the number of none', {}, { reservationId: 0 }],
      ['with a number nobody knows', {}, { reservationId: 99 }],
    ])('%s', async (_, reserved, started) => {
      const chargePoint = await aChargePoint(test)
      const call = await reserve(chargePoint, reserved)
      const { transactionId } = await start(chargePoint, started)
      expect(await of(chargePoint, call)).toMatchObject({ status: 'Used', transactionId })
    })

    it('for another tag of the group', async () => {
      const chargePoint = await aChargePoint(test)
      const idTag = await anIdTag(test, { parentIdTag: 'Group' })
      const call = await reserve(chargePoint, { parentIdTag: 'GROUP' })
      const { transactionId, idTagInfo } = await start(chargePoint, { idTag })
      expect(idTagInfo).toMatchObject({ status: 'Accepted', parentIdTag: 'Group' })
      expect(await of(chargePoint, call)).toMatchObject({ status: 'Used', transactionId })
    })

    it.each([
      ['for another tag', { idTag: 'OTHER' }],
      ['on another connector', { connectorId: 2 }],
      ['from before it was asked for', { timestamp: '2026-02-28T00:00:00Z' }],
    ])('but not %s', async (_, started) => {
      const chargePoint = await aChargePoint(test)
      const call = await reserve(chargePoint)
      await start(chargePoint, started)
      expect(await of(chargePoint, call)).toMatchObject({ status: 'Accepted' })
    })

    it('but not after its expiry, unless it is named: its clock is the charge point’s', async () => {
      const chargePoint = await aChargePoint(test)
      const call = await reserve(chargePoint)
      test.clock.advance(3601)
      await start(chargePoint)
      expect(await of(chargePoint, call)).toMatchObject({ status: 'Accepted' })
      await status(chargePoint, 'Available')
      expect(await of(chargePoint, call)).toMatchObject({
        status: 'Expired',
        updatedAt: call.payload.expiryDate,
      })
      expect(await held(chargePoint)).toEqual({})
      const { transactionId } = await start(chargePoint, { meterStart: 9, reservationId: idOf(call) })
      expect(await of(chargePoint, call)).toMatchObject({ status: 'Used', transactionId })
    })

    it('while its answer is not there, if it was sent', async () => {
      const chargePoint = await aChargePoint(test)
      const sent = await ask(test, chargePoint, 'ReserveNow', wish())
      const waiting = await ask(test, chargePoint, 'ReserveNow', wish({ connectorId: 2, idTag: 'LATER' }))
      expect(waiting.status).toBe('Queued')
      await start(chargePoint)
      await start(chargePoint, { connectorId: 2, idTag: 'LATER' })
      expect(await of(chargePoint, sent)).toMatchObject({ status: 'Used' })
      expect(await of(chargePoint, waiting)).toMatchObject({ status: 'Waiting' })
      await chargePoint.answer(sent.messageId, { status: 'Accepted' })
      expect(await of(chargePoint, sent)).toMatchObject({ status: 'Used' })
    })

    it.each(['by its tag', 'by its number'])(
      'but not %s once the request was answered with an error',
      async (how) => {
        const chargePoint = await aChargePoint(test)
        const call = await ask(test, chargePoint, 'ReserveNow', wish())
        await chargePoint.send(JSON.stringify([4, call.messageId, 'NotSupported', '', {}]))
        test.clock.advance(1)
        await start(chargePoint, how === 'by its tag' ? {} : { reservationId: idOf(call) })
        expect(await of(chargePoint, call)).toMatchObject({ status: 'Waiting' })
        await status(chargePoint, 'Charging')
        expect(await held(chargePoint)).toEqual({})
      },
    )

    it('that has the id that another one was refused with an error', async () => {
      const chargePoint = await aChargePoint(test)
      const first = await reserve(chargePoint, { reservationId: 31 })
      const refused = await ask(test, chargePoint, 'ReserveNow', wish({ reservationId: 31, connectorId: 2 }))
      await chargePoint.send(JSON.stringify([4, refused.messageId, 'GenericError', '', {}]))
      await start(chargePoint, { reservationId: 31 })
      expect(await of(chargePoint, first)).toMatchObject({ status: 'Used' })
      expect(await of(chargePoint, refused)).toMatchObject({ status: 'Waiting' })
    })

    it('and not by a resend, once its id is given anew', async () => {
      const chargePoint = await aChargePoint(test)
      await reserve(chargePoint, { reservationId: 21 })
      const payload = { reservationId: 21, timestamp: test.clock.iso() }
      await start(chargePoint, payload)
      test.clock.advance(60)
      const anew = await reserve(chargePoint, { reservationId: 21 })
      await start(chargePoint, payload)
      expect(await of(chargePoint, anew)).toMatchObject({ status: 'Accepted' })
    })
  })

  it('one that was asked for in vain is none to cancel, and holds nothing', async () => {
    const chargePoint = await aChargePoint(test)
    const call = await ask(test, chargePoint, 'ReserveNow', wish())
    await chargePoint.send(JSON.stringify([4, call.messageId, 'NotSupported', '', {}]))
    const payload = { reservationId: idOf(call) }
    await askAndAnswer(test, chargePoint, 'CancelReservation', payload, { status: 'Accepted' })
    expect(await of(chargePoint, call)).toMatchObject({ status: 'Waiting' })
    expect(await held(chargePoint)).toEqual({})
  })

  it.each(['Faulted', 'Unavailable'])('ends when its connector is %s', async (word) => {
    const chargePoint = await aChargePoint(test)
    const one = await reserve(chargePoint)
    const two = await reserve(chargePoint, { connectorId: 2 })
    const any = await reserve(chargePoint, { connectorId: 0 })
    const asked = await ask(test, chargePoint, 'ReserveNow', wish({ connectorId: 3 }))
    await status(chargePoint, 'Reserved')
    await status(chargePoint, word, 1)
    expect(await of(chargePoint, one)).toMatchObject({ status: 'Cancelled', reason: word })
    expect(await of(chargePoint, two)).toMatchObject({ status: 'Accepted' })
    await status(chargePoint, word, 0)
    expect(await of(chargePoint, two)).toMatchObject({ status: 'Cancelled', reason: word })
    expect(await of(chargePoint, any)).toMatchObject({ status: 'Cancelled', reason: word })
    expect(await of(chargePoint, asked)).toMatchObject({ status: 'Waiting' })
    expect(Object.keys((await held(chargePoint)) ?? {})).toEqual([String(idOf(asked))])
  })

  it('does not end by a status that is stale', async () => {
    const chargePoint = await aChargePoint(test)
    const call = await reserve(chargePoint)
    const before = test.clock.iso()
    test.clock.advance(5)
    await chargePoint.call('StatusNotification', {
      connectorId: 1,
      errorCode: 'NoError',
      status: 'Reserved',
      timestamp: test.clock.iso(),
    })
    test.clock.advance(5)
    await chargePoint.call('StatusNotification', {
      connectorId: 1,
      errorCode: 'NoError',
      status: 'Faulted',
      timestamp: before,
    })
    expect(await of(chargePoint, call)).toMatchObject({ status: 'Accepted' })
  })
})
