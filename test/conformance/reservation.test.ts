import { describe, expect, it } from 'vitest'
import { centralSystem } from './stage.ts'
import type { Station } from './station.ts'
import { authorizes, charges, inSeconds, reports, starts } from './steps.ts'

describe('Reservation', () => {
  const { api, station, idTag, command, connector, read } = centralSystem()

  const WAIT = { prefer: 'wait=25' }

  interface Wish {
    idTag: string
    connectorId?: number
    expiryDate?: string
  }

  /** Asks for a reservation, which the charge point answers; how it stands then. */
  async function reserve(
    cp: Station,
    { connectorId = 1, expiryDate = inSeconds(600), ...wish }: Wish,
    answer = 'Accepted',
  ) {
    cp.on('ReserveNow', { status: answer })
    const request = { chargePointId: cp.chargePointId, connectorId, expiryDate, ...wish }
    const { status, body } = await api('POST', '/reservations', request, WAIT)
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: answer, call: { status: 'Answered', response: { status: answer } } },
    })
    const { call, ...reservation } = body
    expect(cp.received('ReserveNow').at(-1)).toEqual({
      messageId: call.messageId,
      payload: {
        connectorId,
        expiryDate,
        idTag: wish.idTag,
        reservationId: reservation.reservationId,
        ...(reservation.parentIdTag ? { parentIdTag: reservation.parentIdTag } : {}),
      },
    })
    return reservation
  }

  const reservationNow = ({ reservationId }: { reservationId: number }) =>
    read(`/reservations/${reservationId}`)

  it.each([
    ['TC_046_CSMS Reservation of a connector', 1, 1],
    ['TC_049_CSMS Reservation of a charge point', 0, 2],
  ])('%s: the transaction that names it uses it', async (_, reserved, used) => {
    const cp = await station()
    const tag = await idTag()
    const reservation = await reserve(cp, { idTag: tag, connectorId: reserved })
    const { reservationId } = reservation
    expect(await reservationNow(reservation)).toMatchObject({ connectorId: reserved, idTag: tag })
    if (reserved > 0) await reports(cp, reserved, 'Reserved')
    expect(await connector(cp, reserved)).toMatchObject({ reservationId })

    await authorizes(cp, tag)
    const transactionId = await charges(cp, { idTag: tag, connectorId: used, reservationId })
    expect(await reservationNow(reservation)).toMatchObject({ status: 'Used', transactionId })
    expect(await read(`/transactions/${transactionId}`)).toMatchObject({ reservationId, active: true })
    expect((await connector(cp, reserved)).reservationId).toBeUndefined()
  })

  it('TC_046_CSMS Reservation of a connector by a call: the operator’s id goes out, and is used', async () => {
    const cp = await station()
    const tag = await idTag()
    cp.on('ReserveNow', { status: 'Accepted' })
    const payload = { connectorId: 1, expiryDate: inSeconds(600), idTag: tag, reservationId: 7 }
    const call = await command(cp, 'ReserveNow', payload)
    expect(cp.received('ReserveNow')).toEqual([{ messageId: call.messageId, payload }])
    const path = `/reservations/7?chargePointId=${cp.chargePointId}`
    expect(await read(path)).toMatchObject({ ...payload, status: 'Accepted', messageId: call.messageId })

    const transactionId = await charges(cp, { idTag: tag, reservationId: 7 })
    expect(await read(path)).toMatchObject({ status: 'Used', transactionId })
  })

  it('TC_047_CSMS Reservation, expired: it ends by itself, and the connector can be reserved again', async () => {
    const cp = await station()
    const tag = await idTag()
    const expiryDate = inSeconds(1.5)
    const reservation = await reserve(cp, { idTag: tag, expiryDate })
    await reports(cp, 1, 'Reserved')
    await new Promise((resolve) => setTimeout(resolve, Date.parse(expiryDate) + 1 - Date.now()))
    await reports(cp, 1, 'Available')
    expect(await reservationNow(reservation)).toMatchObject({ status: 'Expired', updatedAt: expiryDate })
    expect((await connector(cp, 1)).reservationId).toBeUndefined()

    const next = await reserve(cp, { idTag: tag })
    expect(next.reservationId).not.toBe(reservation.reservationId)
    expect(await connector(cp, 1)).toMatchObject({ reservationId: next.reservationId })
  })

  it.each([
    ['TC_048_1_CSMS Reservation, connector faulted', 'Faulted', 'Faulted'],
    ['TC_048_2_CSMS Reservation, connector occupied', 'Occupied', 'Preparing'],
    ['TC_048_4_CSMS Reservation rejected', 'Rejected', 'Available'],
  ])('%s: nothing is kept', async (_, answer, connectorStatus) => {
    const cp = await station()
    const errorCode = connectorStatus === 'Faulted' ? 'GroundFailure' : 'NoError'
    await reports(cp, 1, connectorStatus, { errorCode })
    const tag = await idTag()
    const reservation = await reserve(cp, { idTag: tag }, answer)
    expect(await reservationNow(reservation)).toMatchObject({ status: answer })
    const { status, reservationId } = await connector(cp, 1)
    expect({ status, reservationId }).toEqual({ status: connectorStatus })

    await reports(cp, 1, 'Available')
    await reserve(cp, { idTag: tag })
  })

  it('TC_048_3_CSMS Reservation, connector unavailable: taken out of service first, nothing is kept', async () => {
    const cp = await station()
    cp.on('ChangeAvailability', { status: 'Accepted' })
    const payload = { connectorId: 1, type: 'Inoperative' }
    const call = await command(cp, 'ChangeAvailability', payload)
    expect(cp.received('ChangeAvailability')).toEqual([{ messageId: call.messageId, payload }])
    const availability = { type: 'Inoperative', status: 'Accepted' }
    expect(await connector(cp, 1)).toMatchObject({ availability: { ...availability, pending: true } })
    await reports(cp, 1, 'Unavailable')
    expect(await connector(cp, 1)).toMatchObject({ availability: { ...availability, pending: false } })

    const reservation = await reserve(cp, { idTag: await idTag() }, 'Unavailable')
    expect(await reservationNow(reservation)).toMatchObject({ status: 'Unavailable' })
    expect((await connector(cp, 1)).reservationId).toBeUndefined()
  })

  it.each([
    [
      'by a call',
      (cp: Station, reservationId: number) => command(cp, 'CancelReservation', { reservationId }),
    ],
    [
      'by its own path',
      async (_: Station, reservationId: number) => {
        const { status, body } = await api('DELETE', `/reservations/${reservationId}`, undefined, WAIT)
        expect({ status, body }).toMatchObject({ status: 200, body: { status: 'Cancelled' } })
        return body.call
      },
    ],
  ])(
    'TC_051_CSMS Cancel reservation %s: the same id goes out, and the connector is free',
    async (_, cancel) => {
      const cp = await station()
      const reservation = await reserve(cp, { idTag: await idTag() })
      const { reservationId } = reservation
      await reports(cp, 1, 'Reserved')
      cp.on('CancelReservation', { status: 'Accepted' })
      const call = await cancel(cp, reservationId)
      expect(cp.received('CancelReservation')).toEqual([
        { messageId: call.messageId, payload: { reservationId } },
      ])
      expect(call).toMatchObject({ status: 'Answered', response: { status: 'Accepted' } })
      await reports(cp, 1, 'Available')
      expect(await reservationNow(reservation)).toMatchObject({ status: 'Cancelled' })
      expect((await connector(cp, 1)).reservationId).toBeUndefined()
    },
  )

  it('TC_052_CSMS Cancel reservation rejected: the reservation stands', async () => {
    const cp = await station()
    const reservation = await reserve(cp, { idTag: await idTag() })
    const { reservationId } = reservation
    cp.on('CancelReservation', { status: 'Rejected' })
    const { status, body } = await api('DELETE', `/reservations/${reservationId}`, undefined, WAIT)
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: 'Accepted', call: { status: 'Answered', response: { status: 'Rejected' } } },
    })
    expect(cp.received('CancelReservation')).toMatchObject([{ payload: { reservationId } }])
    expect(await reservationNow(reservation)).toMatchObject({ status: 'Accepted' })
    expect(await connector(cp, 1)).toMatchObject({ reservationId })

    const unknown = reservationId === 1 ? 2 : 1
    const call = await command(cp, 'CancelReservation', { reservationId: unknown })
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'Rejected' } })
  })

  it('TC_053_CSMS Reservation with parentIdTag: another tag of the group uses it', async () => {
    const cp = await station()
    const group = { parentIdTag: 'FLEET' }
    const [reserver, other] = [await idTag(group), await idTag(group)]
    const reservation = await reserve(cp, { idTag: reserver })
    expect(reservation).toMatchObject(group)
    await reports(cp, 1, 'Reserved')

    await authorizes(cp, other, group)
    const { reservationId } = reservation
    const { transactionId, idTagInfo } = await starts(cp, { idTag: other, reservationId })
    expect(idTagInfo).toEqual({ status: 'Accepted', ...group })
    expect(await reservationNow(reservation)).toMatchObject({
      status: 'Used',
      transactionId,
      idTag: reserver,
    })
    expect(await read(`/transactions/${transactionId}`)).toMatchObject({ idTag: other, reservationId })
  })
})
