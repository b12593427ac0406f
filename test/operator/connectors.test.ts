import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aChargePoint, type TestChargePoint } from '../support/system.ts'
import { callAndAnswer, pathOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const connectorsOf = async (chargePoint: TestChargePoint) => {
  const { items } = (await api.get(`${pathOf(chargePoint)}/connectors`)).body
  expect((await api.get(pathOf(chargePoint))).body.connectors).toEqual(items)
  return items
}

const connectorOf = async (chargePoint: TestChargePoint, connectorId: number) =>
  (await connectorsOf(chargePoint)).find((each: any) => each.connectorId === connectorId)

const report = (chargePoint: TestChargePoint, connectorId: number, status: string) =>
  chargePoint.call('StatusNotification', {
    connectorId,
    status,
    errorCode: 'NoError',
    timestamp: api.clock.iso(),
  })

async function change(chargePoint: TestChargePoint, connectorId: number, type: string, status = 'Accepted') {
  api.clock.advance(1)
  await callAndAnswer(
    api,
    chargePoint,
    { action: 'ChangeAvailability', payload: { connectorId, type } },
    { status },
  )
  return api.clock.iso()
}

describe('the availability of a connector', () => {
  test('is pending until its status shows it', async () => {
    const chargePoint = await aChargePoint(api)
    await report(chargePoint, 1, 'Charging')
    expect(await connectorOf(chargePoint, 1)).not.toHaveProperty('availability')
    const at = await change(chargePoint, 1, 'Inoperative', 'Scheduled')
    const availability = { type: 'Inoperative', status: 'Scheduled', pending: true, at }
    expect((await connectorOf(chargePoint, 1)).availability).toEqual(availability)
    api.clock.advance(60)
    await report(chargePoint, 1, 'Finishing')
    expect((await connectorOf(chargePoint, 1)).availability).toEqual(availability)
    await report(chargePoint, 1, 'Unavailable')
    expect((await connectorOf(chargePoint, 1)).availability).toEqual({ ...availability, pending: false })
    await change(chargePoint, 1, 'Operative')
    expect((await connectorOf(chargePoint, 1)).availability).toMatchObject({
      type: 'Operative',
      pending: true,
    })
    await report(chargePoint, 1, 'Preparing')
    expect((await connectorOf(chargePoint, 1)).availability).toMatchObject({ pending: false })
  })

  test('is not pending where it is so already, and no refusal changes it', async () => {
    const chargePoint = await aChargePoint(api)
    await report(chargePoint, 1, 'Available')
    const at = await change(chargePoint, 1, 'Operative')
    await change(chargePoint, 1, 'Inoperative', 'Rejected')
    expect((await connectorOf(chargePoint, 1)).availability).toEqual({
      type: 'Operative',
      status: 'Accepted',
      pending: false,
      at,
    })
  })

  test('follows that of the whole charge point, unless it is changed by itself later', async () => {
    const chargePoint = await aChargePoint(api)
    for (const connectorId of [0, 1, 2]) await report(chargePoint, connectorId, 'Available')
    await change(chargePoint, 1, 'Operative')
    await change(chargePoint, 0, 'Inoperative')
    await change(chargePoint, 2, 'Operative')
    const types = (await connectorsOf(chargePoint)).map((each: any) => [
      each.connectorId,
      each.availability.type,
      each.availability.pending,
    ])
    expect(types).toEqual([
      [0, 'Inoperative', true],
      [1, 'Inoperative', true],
      [2, 'Operative', false],
    ])
  })
})

test('a connector shows how its latest unlocking ended, before it has told of itself', async () => {
  const chargePoint = await aChargePoint(api)
  const unlock = { action: 'UnlockConnector', payload: { connectorId: 2 } }
  await callAndAnswer(api, chargePoint, unlock, { status: 'UnlockFailed' })
  api.clock.advance(1)
  await callAndAnswer(api, chargePoint, unlock, { status: 'Unlocked' })
  expect(await connectorsOf(chargePoint)).toEqual([
    { connectorId: 2, unlock: { status: 'Unlocked', at: api.clock.iso() } },
  ])
})

test('a connector shows the reservation that keeps it, until that expires', async () => {
  const chargePoint = await aChargePoint(api)
  const { chargePointId } = chargePoint
  await report(chargePoint, 1, 'Available')
  await report(chargePoint, 2, 'Available')
  const reserve = async (connectorId: number, minutes: number) => {
    const expiryDate = new Date(api.clock.now().getTime() + minutes * 60_000).toISOString()
    const wish = { chargePointId, connectorId, idTag: 'Guest', expiryDate }
    const { reservationId, messageId } = (await api.post('/reservations', wish)).body
    await chargePoint.answer(messageId, { status: 'Accepted' })
    return reservationId
  }
  const anyConnector = await reserve(0, 60)
  const first = await reserve(1, 30)
  const shown = async () =>
    (await connectorsOf(chargePoint)).map((each: any) => [each.connectorId, each.reservationId])
  expect(await shown()).toEqual([
    [0, anyConnector],
    [1, first],
    [2, undefined],
  ])
  const listed = (await api.get('/charge-points?limit=200')).body.items
  const { connectors } = listed.find((each: any) => each.chargePointId === chargePointId)
  expect(connectors).toMatchObject([{ reservationId: anyConnector }, { reservationId: first }, {}])
  api.clock.advance(1800)
  expect(await shown()).toEqual([
    [0, anyConnector],
    [1, undefined],
    [2, undefined],
  ])
})
