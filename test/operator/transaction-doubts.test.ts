import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aChargePoint, anIdTag, type TestChargePoint } from '../support/system.ts'
import { pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
let tag: string
beforeAll(async () => {
  api = await startApi()
  tag = await anIdTag(api, { maxActiveTransactions: 100 })
})
afterAll(() => api.stop())

async function start(chargePoint: TestChargePoint, connectorId = 1): Promise<number> {
  const timestamp = api.clock.advance(10)
  const request = { connectorId, idTag: tag, meterStart: 1000, timestamp }
  return (await chargePoint.call('StartTransaction', request)).transactionId
}

const stop = (chargePoint: TestChargePoint, transactionId: number, meterStop: number) =>
  chargePoint.call('StopTransaction', { transactionId, meterStop, timestamp: api.clock.iso() })

const read = async (transactionId: number) => (await api.get(`/transactions/${transactionId}`)).body

const close = (transactionId: number, body: object = {}) =>
  api.ask('POST', `/transactions/${transactionId}/close`, { body, claims: { sub: 's', username: 'ann' } })

const idsOf = ({ items }: { items: { transactionId: number }[] }) => items.map((each) => each.transactionId)

describe('a running transaction is in doubt', () => {
  test('when another one starts on its connector', async () => {
    const chargePoint = await aChargePoint(api)
    const left = await start(chargePoint)
    expect(await read(left)).not.toHaveProperty('doubt')
    const running = await start(chargePoint)
    expect(await read(left)).toMatchObject({ active: true, doubt: 'newTransaction', flags: ['zombie'] })
    expect(await read(running)).not.toHaveProperty('doubt')
    await stop(chargePoint, left, 2000)
    const stopped = await read(left)
    expect(stopped).toMatchObject({ active: false, energyWh: 1000, flags: [] })
    expect(stopped).not.toHaveProperty('doubt')
  })

  test('when its connector is free', async () => {
    const chargePoint = await aChargePoint(api)
    const transactionId = await start(chargePoint)
    const status = { status: 'Available', errorCode: 'NoError', timestamp: api.clock.advance(60) }
    await chargePoint.call('StatusNotification', { connectorId: 1, ...status })
    expect(await read(transactionId)).toMatchObject({ doubt: 'connectorAvailable' })
  })

  test('when its charge point is silent for long', async () => {
    const chargePoint = await aChargePoint(api)
    const transactionId = await start(chargePoint)
    api.clock.advance(24 * 3600 + 1)
    expect(await read(transactionId)).toMatchObject({ doubt: 'silent', flags: [] })
    await chargePoint.call('Heartbeat')
    expect(await read(transactionId)).not.toHaveProperty('doubt')
  })
})

describe('GET /transactions?doubtful=true', () => {
  test('finds those in doubt among many that run, page by page', async () => {
    const chargePoint = await aChargePoint(api)
    const doubtful = [await start(chargePoint, 1)]
    await start(chargePoint, 1)
    for (let connectorId = 2; connectorId < 9; connectorId++) await start(chargePoint, connectorId)
    doubtful.unshift(await start(chargePoint, 9))
    await start(chargePoint, 9)
    const filter = `chargePointId=${chargePoint.chargePointId}`
    expect(idsOf((await api.get(`/transactions?doubtful=true&${filter}`)).body)).toEqual(doubtful)
    const paged: number[] = []
    let cursor = ''
    for (let pages = 0; ; pages++) {
      const page = (await api.get(`/transactions?doubtful=true&${filter}&limit=2${cursor}`)).body
      expect(page.items.length).toBeLessThanOrEqual(2)
      paged.push(...idsOf(page))
      if (!page.cursor) break
      expect(pages).toBeLessThan(10)
      cursor = `&cursor=${page.cursor}`
    }
    expect(paged).toEqual(doubtful)
    const all = (await api.get(`/transactions?active=true&doubtful=true&idTag=${tag}&limit=200`)).body
    expect(idsOf(all)).toEqual(expect.arrayContaining(doubtful))
    for (const each of all.items) expect(each.doubt, each.transactionId).toBeDefined()
  })

  test.each([
    ['doubtful=true&active=false', 'doubtful'],
    ['doubtful=false', 'doubtful'],
    ['doubtful=true&cursor=nonsense', 'cursor'],
  ])('refuses ?%s', async (query, path) => {
    expect(pathsOf(await api.get(`/transactions?${query}`))).toEqual([path])
  })
})

describe('POST /transactions/{transactionId}/close', () => {
  test('closes it with what is known, and says who did', async () => {
    const chargePoint = await aChargePoint(api)
    const transactionId = await start(chargePoint)
    const timestamp = api.clock.advance(60)
    await chargePoint.call('MeterValues', {
      connectorId: 1,
      transactionId,
      meterValue: [{ timestamp, sampledValue: [{ value: '1.8', unit: 'kWh' }] }],
    })
    api.clock.advance(60)
    const closed = await close(transactionId)
    expect(closed.status).toBe(200)
    expect(closed.body).toMatchObject({
      transactionId,
      active: false,
      stoppedAt: timestamp,
      meterStop: 1800,
      energyWh: 800,
      closedBy: 'ann',
      flags: ['guessedStop'],
    })
    expect(await read(transactionId)).toEqual(closed.body)
    const at = api.clock.iso()
    api.clock.advance(1)
    expect(problemOf(await close(transactionId))).toEqual([409, 'stopped'])
    const [entry] = (await api.get('/audit?limit=1')).body.items
    expect(entry).toMatchObject({
      at,
      by: 'ann',
      operation: 'closeTransaction',
      target: `/transactions/${transactionId}/close`,
      before: { transactionId, active: true },
      after: { transactionId, active: false, meterStop: 1800 },
    })
  })

  test('takes the operator’s word, until the charge point’s own comes', async () => {
    const chargePoint = await aChargePoint(api)
    const transactionId = await start(chargePoint)
    api.clock.advance(60)
    const timestamp = api.clock.iso()
    const word = { meterStop: 1500, timestamp: timestamp.replace('.000Z', '+00:00'), reason: 'PowerLoss' }
    const closed = (await close(transactionId, word)).body
    expect(closed).toMatchObject({ meterStop: 1500, stoppedAt: timestamp, reason: 'PowerLoss' })
    api.clock.advance(60)
    await stop(chargePoint, transactionId, 1700)
    const stopped = await read(transactionId)
    expect(stopped).toMatchObject({
      meterStop: 1700,
      stoppedAt: api.clock.iso(),
      guessedStop: { timestamp, meterStop: 1500, by: 'ann' },
      flags: [],
    })
    expect(stopped).not.toHaveProperty('closedBy')
  })

  test.each([
    [{ meterStop: -1 }, 'meterStop'],
    [{ meterStop: 1.5 }, 'meterStop'],
    [{ timestamp: '2020-01-01T00:00:00Z' }, 'timestamp'],
    [{ timestamp: '2099-01-01T00:00:00Z' }, 'timestamp'],
    [{ reason: '' }, 'reason'],
    [{ by: 'me' }, 'by'],
  ])('refuses %j', async (body, path) => {
    const transactionId = await start(await aChargePoint(api))
    const refused = await close(transactionId, body)
    expect(problemOf(refused)).toEqual([400, 'invalid'])
    expect(pathsOf(refused)).toEqual([path])
  })

  test('knows what is not there, and what has stopped', async () => {
    expect(problemOf(await close(1))).toEqual([404, 'unknown'])
    const chargePoint = await aChargePoint(api)
    const transactionId = await start(chargePoint)
    await stop(chargePoint, transactionId, 1000)
    expect(problemOf(await close(transactionId))).toEqual([409, 'stopped'])
  })
})

test('GET /audit pages, newest first', async () => {
  const chargePoint = await aChargePoint(api)
  const closed: string[] = []
  for (const connectorId of [1, 2, 3]) {
    const transactionId = await start(chargePoint, connectorId)
    await close(transactionId)
    closed.unshift(`/transactions/${transactionId}/close`)
  }
  const first = (await api.get('/audit?limit=2')).body
  const second = (await api.get(`/audit?limit=1&cursor=${first.cursor}`)).body
  expect([...first.items, ...second.items].map(({ target }) => target)).toEqual(closed)
  expect(problemOf(await api.get('/audit?cursor=nonsense'))).toEqual([400, 'invalid'])
})
