import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aChargePoint, anIdTag, type TestChargePoint } from '../support/system.ts'
import { answerNext, callAndAnswer, callsOf, pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const inOneHour = () => new Date(api.clock.now().getTime() + 3600_000).toISOString()

const wish = ({ chargePointId }: { chargePointId: string }, more: object = {}) => ({
  chargePointId,
  connectorId: 1,
  idTag: 'Guest',
  expiryDate: inOneHour(),
  ...more,
})

const at = (told: { headers: Headers }) => (told.headers.get('location') ?? '').replace('/api', '')

/** A reservation that the charge point has answered. */
async function reserved(chargePoint: TestChargePoint, more: object = {}, status = 'Accepted') {
  const asked = await api.post('/reservations', wish(chargePoint, more))
  expect(asked.status, asked.text).toBe(202)
  await chargePoint.answer(asked.body.messageId, { status })
  return { reservationId: asked.body.reservationId as number, path: at(asked) }
}

describe('POST /reservations', () => {
  test('takes an identity as long as any that is let in', async () => {
    const chargePoint = await aChargePoint(api, { chargePointId: 'é%#'.repeat(85) })
    const { reservationId, path } = await reserved(chargePoint)
    expect((await api.get(path)).body).toMatchObject({ reservationId, status: 'Accepted' })
    const tooLong = await api.post('/reservations', wish({ chargePointId: 'x'.repeat(256) }))
    expect(pathsOf(tooLong)).toEqual(['chargePointId'])
  })

  test('asks the charge point, and shows what it says', async () => {
    const chargePoint = await aChargePoint(api, { chargePointId: 'R 1/α' })
    const asked = await api.ask('POST', '/reservations', {
      body: wish(chargePoint, { connectorId: 2 }),
      claims: { sub: 's', username: 'ann' },
    })
    expect(asked.status).toBe(202)
    const { reservationId, messageId, call } = asked.body
    expect(at(asked)).toBe(`/reservations/${reservationId}?chargePointId=R%201%2F%CE%B1`)
    expect(asked.body).toMatchObject({
      chargePointId: 'R 1/α',
      connectorId: 2,
      idTag: 'Guest',
      expiryDate: inOneHour(),
      status: 'Waiting',
      origin: 'ann',
    })
    expect(call).toMatchObject({
      messageId,
      action: 'ReserveNow',
      status: 'Sent',
      payload: { reservationId },
    })
    expect(JSON.parse(api.pushed.at(-1)?.frame ?? '')).toEqual([
      2,
      messageId,
      'ReserveNow',
      { connectorId: 2, idTag: 'Guest', expiryDate: inOneHour(), reservationId },
    ])
    await chargePoint.answer(messageId, { status: 'Accepted' })
    const read = await api.get(at(asked))
    expect(read.body).toMatchObject({ reservationId, status: 'Accepted' })
    expect((await api.get(at(asked), { 'if-none-match': read.headers.get('etag') ?? '' })).status).toBe(304)
    expect((await api.get(`/reservations/${reservationId}`)).body).toEqual(read.body)
  })

  test.each(['Accepted', 'Faulted', 'Occupied', 'Rejected', 'Unavailable'])(
    'waits for the answer %s',
    async (status) => {
      const chargePoint = await aChargePoint(api)
      const [told] = await Promise.all([
        api.post('/reservations', wish(chargePoint), { prefer: 'wait=10' }),
        answerNext(api, chargePoint, 'ReserveNow', { status }),
      ])
      expect(told.status).toBe(200)
      expect(told.body).toMatchObject({ status, call: { status: 'Answered', response: { status } } })
    },
  )

  test('is for any connector and for the tag’s own group, unless told otherwise', async () => {
    await anIdTag(api, { idTag: 'Child', parentIdTag: 'Family' })
    const own = await aChargePoint(api)
    const { chargePointId } = own
    const plain = await api.post('/reservations', { chargePointId, idTag: 'child', expiryDate: inOneHour() })
    expect(plain.body).toMatchObject({ connectorId: 0, parentIdTag: 'Family' })
    const given = await api.post(
      '/reservations',
      wish(await aChargePoint(api), { idTag: 'Child', parentIdTag: 'P' }),
    )
    expect(given.body.parentIdTag).toBe('P')
    expect((await api.post('/reservations', wish(await aChargePoint(api)))).body).not.toHaveProperty(
      'parentIdTag',
    )
  })

  test('refuses what overlaps, until that is over', async () => {
    const chargePoint = await aChargePoint(api)
    const { path } = await reserved(chargePoint)
    const refused = await api.post('/reservations', wish(chargePoint, { idTag: 'Other' }))
    expect(problemOf(refused)).toEqual([409, 'reserved'])
    expect((await api.post('/reservations', wish(chargePoint, { connectorId: 2 }))).status).toBe(202)
    api.clock.advance(3601)
    expect((await api.get(path)).body.status).toBe('Expired')
    expect((await api.post('/reservations', wish(chargePoint))).status).toBe(202)
  })

  test('waits for a charge point that is away only if asked to', async () => {
    const away = await aChargePoint(api, { connected: false })
    expect(problemOf(await api.post('/reservations', wish(away)))).toEqual([409, 'offline'])
    const queued = await api.post('/reservations', wish(away, { whenOffline: 'queue' }))
    expect(queued.body).toMatchObject({ status: 'Waiting', call: { status: 'Queued' } })
    expect(problemOf(await api.post('/reservations', wish({ chargePointId: 'nobody' })))).toEqual([
      404,
      'unknown',
    ])
  })

  test('shows a refusal by CALLERROR as Rejected', async () => {
    const chargePoint = await aChargePoint(api)
    const asked = await api.post('/reservations', wish(chargePoint))
    await chargePoint.send(JSON.stringify([4, asked.body.messageId, 'NotSupported', '', {}]))
    expect((await api.get(at(asked))).body.status).toBe('Rejected')
  })

  test.each([
    [{ connectorId: -1 }, 'connectorId'],
    [{ idTag: 'x'.repeat(21) }, 'idTag'],
    [{ expiryDate: '2020-01-01T00:00:00Z' }, 'expiryDate'],
    [{ expiryDate: 'soon' }, 'expiryDate'],
    [{ chargePointId: '' }, 'chargePointId'],
    [{ reservationId: 7 }, 'reservationId'],
  ])('refuses %j', async (more, path) => {
    const refused = await api.post('/reservations', wish({ chargePointId: 'x' }, more))
    expect(problemOf(refused)).toEqual([400, 'invalid'])
    expect(pathsOf(refused)).toEqual([path])
  })
})

describe('GET /reservations', () => {
  test('filters and pages, newest first', async () => {
    const chargePoint = await aChargePoint(api)
    const { chargePointId } = chargePoint
    const ids: number[] = []
    for (const [connectorId, idTag] of [
      [1, 'Filter'],
      [2, 'FILTER'],
      [3, 'Other'],
    ] as const) {
      api.clock.advance(1)
      ids.push((await reserved(chargePoint, { connectorId, idTag })).reservationId)
    }
    const ofThis = `chargePointId=${chargePointId}`
    const listed = async (query: string) =>
      (await api.get(`/reservations?${query}`)).body.items.map((each: any) => each.reservationId)
    const newest = [...ids].reverse()
    expect(await listed(ofThis)).toEqual(newest)
    expect(await listed('idTag=filter')).toEqual(newest.slice(1))
    expect((await listed('limit=200')).slice(0, 3)).toEqual(newest)
    const first = (await api.get(`/reservations?${ofThis}&limit=2`)).body
    expect(await listed(`${ofThis}&limit=2&cursor=${first.cursor}`)).toEqual(newest.slice(2))
    await callAndAnswer(
      api,
      chargePoint,
      { action: 'CancelReservation', payload: { reservationId: ids[1] } },
      { status: 'Accepted' },
    )
    expect(await listed(`${ofThis}&active=true`)).toEqual([ids[2], ids[0]])
    api.clock.advance(3600)
    expect(await listed(`${ofThis}&active=true`)).toEqual([])
    const { items } = (await api.get(`/reservations?${ofThis}`)).body
    expect(items.map((each: any) => each.status)).toEqual(['Expired', 'Cancelled', 'Expired'])
    expect(pathsOf(await api.get('/reservations?active=false'))).toEqual(['active'])
  })

  test('names the transaction that used it', async () => {
    const chargePoint = await aChargePoint(api)
    await anIdTag(api, { idTag: 'User' })
    const { reservationId, path } = await reserved(chargePoint, { idTag: 'User' })
    const start = { connectorId: 1, idTag: 'User', meterStart: 0, timestamp: api.clock.iso(), reservationId }
    const { transactionId } = await chargePoint.call('StartTransaction', start)
    expect((await api.get(path)).body).toMatchObject({ status: 'Used', transactionId })
    expect((await api.get(`/transactions/${transactionId}`)).body).toMatchObject({ reservationId })
  })
})

describe('a reservation id that was given at several charge points', () => {
  test('needs the charge point to be told', async () => {
    const chargePoints = [await aChargePoint(api), await aChargePoint(api)]
    for (const chargePoint of chargePoints) {
      const payload = { connectorId: 1, idTag: 'Own', expiryDate: inOneHour(), reservationId: 77 }
      await callAndAnswer(api, chargePoint, { action: 'ReserveNow', payload }, { status: 'Accepted' })
    }
    const refused = await api.get('/reservations/77')
    expect(problemOf(refused)).toEqual([409, 'ambiguous'])
    expect(problemOf(await api.delete('/reservations/77'))).toEqual([409, 'ambiguous'])
    for (const { chargePointId } of chargePoints) {
      expect(refused.body.detail).toContain(chargePointId)
      const { body } = await api.get(`/reservations/77?chargePointId=${chargePointId}`)
      expect(body).toMatchObject({ chargePointId, reservationId: 77, status: 'Accepted' })
    }
  })

  test('is unknown elsewhere, or must be a number', async () => {
    expect(problemOf(await api.get('/reservations/77?chargePointId=nobody'))).toEqual([404, 'unknown'])
    expect(problemOf(await api.get('/reservations/78'))).toEqual([404, 'unknown'])
    expect(problemOf(await api.delete('/reservations/78'))).toEqual([404, 'unknown'])
    expect(pathsOf(await api.get('/reservations/first'))).toEqual(['reservationId'])
  })
})

describe('DELETE /reservations/{reservationId}', () => {
  test('asks the charge point, and waits for what it says', async () => {
    const chargePoint = await aChargePoint(api)
    const { path, reservationId } = await reserved(chargePoint)
    const open = await api.delete(path)
    expect(open.status).toBe(202)
    expect(at(open)).toBe(path)
    expect(open.body).toMatchObject({
      status: 'Accepted',
      call: { action: 'CancelReservation', status: 'Sent', payload: { reservationId } },
    })
    await chargePoint.answer(open.body.call.messageId, { status: 'Accepted' })
    expect((await api.get(path)).body.status).toBe('Cancelled')
    expect(problemOf(await api.delete(path))).toEqual([409, 'ended'])
  })

  test('shows that the charge point would not', async () => {
    const chargePoint = await aChargePoint(api)
    const { path } = await reserved(chargePoint)
    const [told] = await Promise.all([
      api.delete(path, { prefer: 'wait=10' }),
      answerNext(api, chargePoint, 'CancelReservation', { status: 'Rejected' }),
    ])
    expect(told.status).toBe(200)
    expect(told.body).toMatchObject({ status: 'Accepted', call: { response: { status: 'Rejected' } } })
  })

  test('takes back a request that waits', async () => {
    const away = await aChargePoint(api, { connected: false })
    const asked = await api.post('/reservations', wish(away, { whenOffline: 'queue' }))
    const told = await api.delete(at(asked))
    expect(told.status).toBe(200)
    expect(told.body.status).toBe('Cancelled')
    expect(told.body).not.toHaveProperty('call')
    expect((await api.get(`${callsOf(away)}/${asked.body.messageId}`)).body.status).toBe('Cancelled')
    expect((await api.post('/reservations', wish(away, { whenOffline: 'queue' }))).status).toBe(202)
  })
})
