import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Reservation, ReservationFilter } from '../../lib/store/port.ts'
import { aChargePoint, startSystem, type TestSystem } from '../support/system.ts'
import { readThrough } from './pages.ts'

describe('reservations', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  let serial = 0
  const aReservation = async (more: Partial<Reservation> = {}): Promise<Reservation> => {
    const createdAt = test.clock.advance(1)
    const reservation: Reservation = {
      reservationId: ++serial,
      chargePointId: `CP${serial}`,
      connectorId: 1,
      idTag: `Tag${serial}`,
      expiryDate: '2026-03-02T08:00:00.000Z',
      status: 'Waiting',
      messageId: v7({ msecs: Date.parse(createdAt) }),
      createdAt,
      updatedAt: createdAt,
      ...more,
    }
    await test.store.createReservation(reservation)
    return reservation
  }
  const list = (filter: Omit<ReservationFilter, 'at'>) =>
    readThrough((page) =>
      test.store.listReservations({ ...filter, at: test.clock.iso() }, page, async (each) => each),
    ).then(({ items }) => items)
  const expiryDate = '2026-03-02T08:00:00.000Z'

  it('are kept as they were created, the first time', async () => {
    const reservation = await aReservation({ parentIdTag: 'Group', origin: 'me' })
    const { chargePointId, reservationId } = reservation
    await test.store.createReservation({ ...reservation, status: 'Accepted' })
    expect(await test.store.getReservation(chargePointId, reservationId)).toEqual(reservation)
    expect(await test.store.getReservation(chargePointId, 4711)).toBeUndefined()
    expect(await test.store.getReservation('CPX', reservationId)).toBeUndefined()
  })

  it('of one id are told apart by charge point and by the ReserveNow that asked for them', async () => {
    const first = await aReservation({ reservationId: -5, chargePointId: 'A' })
    const second = await aReservation({ reservationId: -5, chargePointId: 'A' })
    const elsewhere = await aReservation({ reservationId: -5, chargePointId: 'A#B' })
    expect(await test.store.getReservation('A', -5)).toEqual(second)
    expect(await test.store.getReservation('A#B', -5)).toEqual(elsewhere)
    const found = await test.store.findReservations(-5)
    expect(found).toHaveLength(3)
    expect(found.filter(({ chargePointId }) => chargePointId === 'A')).toEqual([second, first])
    expect(await test.store.findReservations(5555)).toEqual([])
  })

  it('move on from the states that are allowed, and tell how they stand', async () => {
    const reservation = await aReservation()
    const accepted = { status: 'Accepted', at: '2026-03-01T09:00:00.000Z' } as const
    expect(await test.store.moveReservation(reservation, ['Waiting'], accepted)).toEqual({
      moved: true,
      reservation: { ...reservation, status: 'Accepted', updatedAt: accepted.at },
    })
    const again = await test.store.moveReservation(reservation, ['Waiting'], accepted)
    expect(again).toMatchObject({ moved: false, reservation: { status: 'Accepted' } })
    const used = { status: 'Used', at: '2026-03-01T10:00:00.000Z', transactionId: 12 } as const
    expect(await test.store.moveReservation(reservation, ['Waiting', 'Accepted'], used)).toEqual({
      moved: true,
      reservation: { ...reservation, status: 'Used', updatedAt: used.at, transactionId: 12 },
    })
    const expired = { status: 'Expired', at: '2026-03-01T11:00:00.000Z', reason: 'late' } as const
    const late = await test.store.moveReservation(reservation, ['Waiting', 'Accepted'], expired)
    expect(late).toMatchObject({ moved: false, reservation: { status: 'Used', transactionId: 12 } })
    expect(late.reservation).not.toHaveProperty('reason')
    expect(await test.store.moveReservation({ ...reservation, messageId: v7() }, ['Used'], accepted)).toEqual(
      {
        moved: false,
      },
    )
  })

  it('are listed by charge point, tag and activity, newest first, page by page', async () => {
    const of = (chargePointId: string, idTag: string) => aReservation({ chargePointId, idTag })
    const all = [
      await of('L1', 'Red'),
      await of('L1', 'RED'),
      await of('L1', 'Blue'),
      await of('L2', 'red'),
      await of('L2', 'Blue'),
      await of('L1', 'Red'),
    ].reverse()
    const over = all[0] as Reservation
    const end = { status: 'Cancelled', at: test.clock.iso(), reason: 'why not' } as const
    await test.store.moveReservation(over, ['Waiting'], end)
    const ids = (found: Reservation[]) => found.map(({ messageId }) => messageId)
    const those = (filter: (reservation: Reservation) => boolean) => ids(all.filter(filter))
    const isRed = ({ idTag }: Reservation) => idTag.toLowerCase() === 'red'
    const isL1 = ({ chargePointId }: Reservation) => chargePointId === 'L1'
    const isActive = (reservation: Reservation) => reservation !== over

    expect(ids(await list({ chargePointId: 'L1' }))).toEqual(those(isL1))
    expect(ids(await list({ chargePointId: 'L1', active: true }))).toEqual(
      those((one) => isL1(one) && isActive(one)),
    )
    expect(ids(await list({ idTag: 'rEd' }))).toEqual(those(isRed))
    expect(ids(await list({ idTag: 'red', active: true }))).toEqual(
      those((one) => isRed(one) && isActive(one)),
    )
    expect(ids(await list({ idTag: 'red', chargePointId: 'L1' }))).toEqual(
      those((one) => isRed(one) && isL1(one)),
    )
    expect(ids(await list({ idTag: 'red', chargePointId: 'L1', active: true }))).toEqual(
      those((one) => isRed(one) && isL1(one) && isActive(one)),
    )
    const everything = await list({})
    expect(ids(everything).slice(0, all.length)).toEqual(ids(all))
    expect(ids(await list({ active: true }))).toEqual(
      ids(everything.filter(({ status }) => status === 'Waiting' || status === 'Accepted')),
    )
  })

  it('are noted in the live record until they are released', async () => {
    const { chargePointId } = await aChargePoint(test)
    const noted = async () => (await test.store.getLive(chargePointId))?.reservations
    expect(await noted()).toEqual({})
    for (const _ of [1, 2]) {
      const hold = { reservationId: 7, connectorId: 1, expiryDate }
      expect(await test.store.holdConnector(chargePointId, hold)).toBe(true)
    }
    await test.store.holdConnector(chargePointId, { reservationId: -7, connectorId: 0, expiryDate })
    expect(await noted()).toEqual({
      7: { connectorId: 1, expiryDate },
      '-7': { connectorId: 0, expiryDate },
    })
    await test.store.releaseConnector(chargePointId, -7)
    await test.store.releaseConnector(chargePointId, -7)
    expect(await noted()).toEqual({ 7: { connectorId: 1, expiryDate } })
    expect(await test.store.holdConnector('Nowhere', { reservationId: 1, connectorId: 1, expiryDate })).toBe(
      false,
    )
    expect(
      await test.store.holdConnector('Nowhere', { reservationId: 1, connectorId: 1, expiryDate }, []),
    ).toBe(false)
  })

  it('hold a connector only among the reservations they were checked against', async () => {
    const { chargePointId } = await aChargePoint(test)
    const hold = (reservationId: number, among: number[]) =>
      test.store.holdConnector(chargePointId, { reservationId, connectorId: 1, expiryDate }, among)
    expect(await hold(1, [])).toBe(true)
    expect(await hold(1, [])).toBe(true)
    expect(await hold(2, [])).toBe(false)
    expect(await hold(2, [1, 3])).toBe(false)
    expect(await hold(2, [1])).toBe(true)
    await test.store.releaseConnector(chargePointId, 1)
    expect(await hold(3, [1, 2])).toBe(false)
    expect(await hold(3, [2])).toBe(true)
  })

  it('let one of many in that were checked against the same', async () => {
    const { chargePointId } = await aChargePoint(test)
    const held = await Promise.all(
      Array.from({ length: 8 }, (_, reservationId) =>
        test.store.holdConnector(chargePointId, { reservationId, connectorId: 1, expiryDate }, []),
      ),
    )
    expect(held.filter((ours) => ours)).toHaveLength(1)
    const noted = Object.keys((await test.store.getLive(chargePointId))?.reservations ?? {})
    expect(noted).toEqual([String(held.indexOf(true))])
  })
})
