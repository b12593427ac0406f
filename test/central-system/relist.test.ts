import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endOverdueReservations } from '../../lib/central-system/relist.ts'
import { cancel, request } from '../../lib/central-system/request.ts'
import { reservationNow } from '../../lib/central-system/reservations.ts'
import type { Reservation } from '../../lib/store/port.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'

let test: TestSystem
beforeAll(async () => {
  test = await startSystem({ streams: true })
})
afterAll(() => test.stop())

const later = (minutes: number) => new Date(test.clock.now().getTime() + minutes * 60_000).toISOString()

async function asked(
  { chargePointId }: TestChargePoint,
  { reservationId = 1, minutes = 60 }: { reservationId?: number; minutes?: number } = {},
): Promise<Reservation> {
  const expiryDate = later(minutes)
  const call = await request(test.system, chargePointId, {
    action: 'ReserveNow',
    payload: { connectorId: 1, idTag: 'Tag', expiryDate, reservationId },
    whenOffline: 'queue',
    expiresAt: expiryDate,
  })
  if ('refused' in call) throw new Error(call.detail)
  const reservation = await test.store.getReservation(chargePointId, reservationId)
  if (!reservation) throw new Error('the reservation is not on record')
  return reservation
}

/** What a change changes is told in its turn. */
async function catchUp(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await test.catchUp()
}

async function standing({ chargePointId, reservationId, messageId }: Reservation) {
  const known = (await test.store.findReservations(reservationId)).find(
    (each) => each.chargePointId === chargePointId && each.messageId === messageId,
  )
  if (!known) throw new Error('the reservation is gone')
  expect(await reservationNow(test.system, known)).toEqual(known)
  const filter = { status: known.status, at: test.clock.iso() }
  const { items } = await test.store.listReservations(filter, { limit: 200 }, async (each) => each)
  expect(items).toContainEqual(known)
  return known
}

const open = async () => (await test.store.getFigures([])).figures['reservations.open'] ?? 0
const held = async ({ chargePointId }: TestChargePoint) =>
  Object.keys((await test.store.getLive(chargePointId))?.reservations ?? {})

const ENDINGS: [string, () => Promise<Reservation>, Partial<Reservation>][] = [
  [
    'was refused',
    async () => {
      const chargePoint = await aChargePoint(test)
      const reservation = await asked(chargePoint)
      await chargePoint.send(JSON.stringify([4, reservation.messageId, 'NotSupported', '', {}]))
      return reservation
    },
    { status: 'Rejected', reason: 'the charge point answered with an error' },
  ],
  [
    'did not reach the charge point',
    async () => {
      const chargePoint = await aChargePoint(test)
      const reservation = await asked(chargePoint)
      const end = { status: 'Undelivered', at: test.clock.iso() } as const
      await test.store.closeCall(chargePoint.chargePointId, reservation.messageId, end)
      return reservation
    },
    { status: 'Cancelled', reason: 'the request did not reach the charge point' },
  ],
  [
    'was taken back',
    async () => {
      const chargePoint = await aChargePoint(test, { connected: false })
      const reservation = await asked(chargePoint)
      await cancel(test.system, chargePoint.chargePointId, reservation.messageId)
      return reservation
    },
    { status: 'Cancelled', reason: 'the request was taken back' },
  ],
  [
    'waited for a charge point that is removed',
    async () => {
      const chargePoint = await aChargePoint(test, { connected: false })
      const reservation = await asked(chargePoint)
      await test.store.deleteChargePoint(chargePoint.chargePointId)
      return reservation
    },
    { status: 'Cancelled', reason: 'the request was taken back' },
  ],
]

describe('a reservation', () => {
  it.each(ENDINGS)('whose request %s ends on record, in lists and figures', async (_, end, expected) => {
    await catchUp()
    const before = await open()
    const reservation = await end()
    await catchUp()
    expect(await standing(reservation)).toMatchObject(expected)
    expect(await open()).toBe(before)
    expect((await test.store.getLive(reservation.chargePointId))?.reservations ?? {}).toEqual({})
  })

  it('waits on where its request was not answered, for it may be held', async () => {
    const chargePoint = await aChargePoint(test)
    const { messageId } = await asked(chargePoint)
    const end = { status: 'TimedOut', at: test.clock.iso() } as const
    await test.store.closeCall(chargePoint.chargePointId, messageId, end)
    await catchUp()
    expect(await test.store.getReservation(chargePoint.chargePointId, 1)).toMatchObject({ status: 'Waiting' })
    expect(await held(chargePoint)).toEqual(['1'])
  })

  it('that was not to be replaced keeps its connector', async () => {
    const chargePoint = await aChargePoint(test)
    const first = await asked(chargePoint)
    await chargePoint.answer(first.messageId, { status: 'Accepted' })
    test.clock.advance(1)
    const second = await asked(chargePoint, { minutes: 90 })
    await chargePoint.send(JSON.stringify([4, second.messageId, 'NotSupported', '', {}]))
    await catchUp()
    expect(await standing(first)).toMatchObject({ status: 'Accepted' })
    expect(await standing(second)).toMatchObject({ status: 'Rejected' })
    const live = await test.store.getLive(chargePoint.chargePointId)
    expect(live?.reservations[1]).toMatchObject({ expiryDate: first.expiryDate, held: true })
  })

  it('keeps its connector when an older one of the same id is written down as expired', async () => {
    const chargePoint = await aChargePoint(test)
    const first = await asked(chargePoint, { reservationId: 2, minutes: 5 })
    await chargePoint.answer(first.messageId, { status: 'Accepted' })
    test.clock.advance(6 * 60)
    const second = await asked(chargePoint, { reservationId: 2 })
    test.clock.advance(10 * 60)
    await catchUp()
    await endOverdueReservations(test.system)
    await catchUp()
    expect(await standing(first)).toMatchObject({ status: 'Expired' })
    expect(await test.store.getReservation(chargePoint.chargePointId, 2)).toEqual(second)
    expect(await held(chargePoint)).toEqual(['2'])
  })
})
