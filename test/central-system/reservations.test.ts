import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cancel } from '../../lib/central-system/request.ts'
import {
  cancelReservation,
  type ReservationWish,
  reservationNow,
  reserve,
} from '../../lib/central-system/reservations.ts'
import type { Reservation } from '../../lib/store/port.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'

describe('a reservation', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const inAnHour = () => new Date(test.clock.now().getTime() + 3_600_000).toISOString()
  const ask = ({ chargePointId }: TestChargePoint, wish: Partial<ReservationWish> = {}) =>
    reserve(test.system, { chargePointId, connectorId: 1, idTag: 'Tag', expiryDate: inAnHour(), ...wish })
  const asked = async (chargePoint: TestChargePoint, wish: Partial<ReservationWish> = {}) => {
    const result = await ask(chargePoint, wish)
    if ('refused' in result) throw new Error(result.detail)
    return result.reservation
  }
  const now = async ({ chargePointId, reservationId }: Reservation) => {
    const known = await test.store.getReservation(chargePointId, reservationId)
    return known && (await reservationNow(test.system, known)).status
  }
  const held = async (chargePoint: TestChargePoint, wish: Partial<ReservationWish> = {}) => {
    const reservation = await asked(chargePoint, wish)
    await chargePoint.answer(reservation.messageId, { status: 'Accepted' })
    return reservation
  }

  it('waits, and is what the charge point says it is', async () => {
    for (const status of ['Accepted', 'Faulted', 'Occupied', 'Rejected', 'Unavailable']) {
      const chargePoint = await aChargePoint(test)
      const reservation = await asked(chargePoint)
      expect(reservation).toMatchObject({ status: 'Waiting', connectorId: 1 })
      await chargePoint.answer(reservation.messageId, { status })
      expect(await now(reservation)).toBe(status)
      const again = await ask(chargePoint)
      if (status === 'Accepted') expect(again).toMatchObject({ refused: 'reserved' })
      else expect(again).toHaveProperty('reservation')
    }
  })

  it('ends with the call that could not ask for it, and waits on where it may be held', async () => {
    const refusing = await aChargePoint(test)
    const refused = await asked(refusing)
    await refusing.send(JSON.stringify([4, refused.messageId, 'NotSupported', '', {}]))
    expect(await now(refused)).toBe('Rejected')
    const away = await aChargePoint(test, { connected: false })
    const waiting = await asked(away, { whenOffline: 'queue' })
    expect(await now(waiting)).toBe('Waiting')
    await cancel(test.system, away.chargePointId, waiting.messageId)
    expect(await now(waiting)).toBe('Cancelled')
    expect(await ask(away)).toMatchObject({ refused: 'offline' })
    expect(await ask(away, { whenOffline: 'queue' })).toHaveProperty('reservation')
    const silent = await aChargePoint(test)
    const unsure = await asked(silent)
    test.clock.advance(60)
    expect(await now(unsure)).toBe('Waiting')
    await silent.answer(unsure.messageId, { status: 'Accepted' })
    expect(await now(unsure)).toBe('Accepted')
  })

  it('expires without anybody, and its connector can be reserved again', async () => {
    const chargePoint = await aChargePoint(test)
    const reservation = await held(chargePoint)
    expect(await ask(chargePoint)).toMatchObject({ refused: 'reserved' })
    test.clock.advance(3601)
    expect(await now(reservation)).toBe('Expired')
    await held(chargePoint)
  })

  it('of two that come together for one connector, one is refused', async () => {
    const chargePoint = await aChargePoint(test)
    const results = await Promise.all([1, 2, 3, 4].map(() => ask(chargePoint)))
    expect(results.filter((each) => 'reservation' in each)).toHaveLength(1)
    expect(results.filter((each) => 'refused' in each && each.refused === 'reserved')).toHaveLength(3)
  })

  it('of any connector counts against those there are', async () => {
    const chargePoint = await aChargePoint(test)
    for (const connectorId of [0, 1, 2])
      await chargePoint.call('StatusNotification', { connectorId, errorCode: 'NoError', status: 'Available' })
    await held(chargePoint, { connectorId: 0 })
    await held(chargePoint, { connectorId: 2 })
    expect(await ask(chargePoint, { connectorId: 1 })).toMatchObject({ refused: 'reserved' })
    expect(await ask(chargePoint, { connectorId: 0 })).toMatchObject({ refused: 'reserved' })
  })

  it('of a connector that nothing is known of yet is asked for', async () => {
    const chargePoint = await aChargePoint(test)
    const status = { connectorId: 1, errorCode: 'NoError', status: 'Available' }
    await chargePoint.call('StatusNotification', status)
    await held(chargePoint, { connectorId: 1 })
    await held(chargePoint, { connectorId: 2 })
    expect(await ask(chargePoint, { connectorId: 2 })).toMatchObject({ refused: 'reserved' })
  })

  it('tells why it waits although its call has ended', async () => {
    const chargePoint = await aChargePoint(test)
    const reservation = await asked(chargePoint)
    await chargePoint.answer(reservation.messageId, { status: 'Nonsense' })
    const known = await test.store.getReservation(chargePoint.chargePointId, reservation.reservationId)
    if (!known) throw new Error('no reservation')
    expect(await reservationNow(test.system, known)).toMatchObject({
      status: 'Waiting',
      reason: 'the answer of the charge point cannot be read',
    })
  })

  it('is cancelled by the charge point, or before it was asked; not when it has ended', async () => {
    const chargePoint = await aChargePoint(test)
    const reservation = await held(chargePoint)
    const result = await cancelReservation(test.system, reservation)
    if ('refused' in result || !result.call) throw new Error('not asked')
    expect(result.call).toMatchObject({
      action: 'CancelReservation',
      payload: { reservationId: reservation.reservationId },
    })
    await chargePoint.answer(result.call.messageId, { status: 'Accepted' })
    expect(await now(reservation)).toBe('Cancelled')
    expect(await cancelReservation(test.system, reservation)).toMatchObject({ refused: 'ended' })
    const away = await aChargePoint(test, { connected: false })
    const waiting = await asked(away, { whenOffline: 'queue' })
    const taken = await cancelReservation(test.system, waiting)
    expect(taken).toMatchObject({ reservation: { status: 'Cancelled' } })
    expect(taken).not.toHaveProperty('call')
  })

  it('that the charge point does not give up stays', async () => {
    const chargePoint = await aChargePoint(test)
    const reservation = await held(chargePoint)
    const result = await cancelReservation(test.system, reservation)
    if ('refused' in result || !result.call) throw new Error('not asked')
    await chargePoint.answer(result.call.messageId, { status: 'Rejected' })
    expect(await now(reservation)).toBe('Accepted')
  })

  it('of nobody’s charge point is refused', async () => {
    const refusal = await reserve(test.system, {
      chargePointId: 'nobody',
      connectorId: 1,
      idTag: 'Tag',
      expiryDate: inAnHour(),
    })
    expect(refusal).toMatchObject({ refused: 'unknown' })
  })
})
