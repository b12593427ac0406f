import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aChargePoint, anIdTag, type TestChargePoint } from '../support/system.ts'
import { pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
let one: TestChargePoint
let other: TestChargePoint
let tag: string
const ids: Record<string, number> = {}

async function start(
  chargePoint: TestChargePoint,
  connectorId: number,
  idTag: string,
  meterStart: number,
): Promise<number> {
  api.clock.advance(10)
  const { transactionId } = await chargePoint.call('StartTransaction', {
    connectorId,
    idTag,
    meterStart,
    timestamp: api.clock.iso(),
  })
  return transactionId
}

beforeAll(async () => {
  api = await startApi()
  one = await aChargePoint(api, { chargePointId: 'One/1' })
  other = await aChargePoint(api)
  tag = await anIdTag(api, { idTag: 'Driver', maxActiveTransactions: 5 })
  ids.stopped = await start(one, 1, tag, 1000)
  const meterValue = (timestamp: string, value: string) => [{ timestamp, sampledValue: [{ value }] }]
  await one.call('MeterValues', {
    connectorId: 1,
    transactionId: ids.stopped,
    meterValue: meterValue(api.clock.iso(), '1100'),
  })
  api.clock.advance(90)
  await one.call('StopTransaction', {
    transactionId: ids.stopped,
    meterStop: 3500,
    timestamp: api.clock.iso(),
    reason: 'EVDisconnected',
    idTag: tag,
    transactionData: meterValue(api.clock.iso(), '3500'),
  })
  ids.running = await start(one, 1, tag.toLowerCase(), 3500)
  ids.elsewhere = await start(other, 2, tag, 0)
  ids.refused = await start(other, 1, 'nobody', 70)
  api.clock.advance(1)
  await other.call('StopTransaction', {
    transactionId: ids.refused,
    meterStop: 60,
    timestamp: api.clock.iso(),
  })
  await other.call('StopTransaction', { transactionId: 0, meterStop: 5, timestamp: api.clock.iso() })
})
afterAll(() => api.stop())

const listed = async (query = '') =>
  (await api.get(`/transactions${query}`)).body.items.map(
    (each: { transactionId: number }) => each.transactionId,
  )

describe('GET /transactions', () => {
  test('lists all, newest first', async () => {
    const all = await listed()
    expect(all).toHaveLength(5)
    expect(all.slice(1)).toEqual([ids.refused, ids.elsewhere, ids.running, ids.stopped])
  })

  test('filters', async () => {
    expect(await listed('?chargePointId=One%2F1')).toEqual([ids.running, ids.stopped])
    expect(await listed('?idTag=DRIVER')).toEqual([ids.elsewhere, ids.running, ids.stopped])
    expect(await listed('?active=true')).toEqual([ids.elsewhere, ids.running])
    expect(await listed('?active=false&idTag=driver')).toEqual([ids.stopped])
    expect(await listed('?active=true&idTag=driver&chargePointId=One/1')).toEqual([ids.running])
    expect(await listed('?chargePointId=nobody')).toEqual([])
  })

  test('pages through a filter', async () => {
    const first = (await api.get('/transactions?active=false&limit=2')).body
    const second = (await api.get(`/transactions?active=false&limit=2&cursor=${first.cursor}`)).body
    expect([...first.items, ...second.items].map(({ active }) => active)).toEqual([false, false, false])
    expect(second).not.toHaveProperty('cursor')
    const mixed = await api.get(`/transactions?chargePointId=One/1&cursor=${first.cursor}`)
    expect(problemOf(mixed)).toEqual([400, 'invalid'])
  })

  test.each([
    ['active=yes', 'active'],
    ['chargePointId=', 'chargePointId'],
    ['since=2026', 'since'],
  ])('refuses ?%s', async (query, path) => {
    expect(pathsOf(await api.get(`/transactions?${query}`))).toEqual([path])
  })
})

describe('GET /transactions/{transactionId}', () => {
  test('tells energy and duration of one that has stopped', async () => {
    const { body, headers } = await api.get(`/transactions/${ids.stopped}`)
    expect(body).toMatchObject({
      transactionId: ids.stopped,
      chargePointId: 'One/1',
      connectorId: 1,
      idTag: 'Driver',
      meterStart: 1000,
      idTagInfo: { status: 'Accepted' },
      meterStop: 3500,
      reason: 'EVDisconnected',
      active: false,
      energyWh: 2500,
      durationSeconds: 90,
      flags: [],
    })
    const etag = headers.get('etag') ?? ''
    expect(
      (await api.get(`/transactions/${ids.stopped}`, { 'if-none-match': `"other", ${etag}` })).status,
    ).toBe(304)
  })

  test('tells neither of one that runs', async () => {
    const { body } = await api.get(`/transactions/${ids.running}`)
    expect(body.active).toBe(true)
    expect(body).not.toHaveProperty('energyWh')
    expect(body).not.toHaveProperty('durationSeconds')
  })

  test('shows the refused, the backward and the stray', async () => {
    const refused = (await api.get(`/transactions/${ids.refused}`)).body
    expect(refused).toMatchObject({
      energyWh: -10,
      flags: ['refused', 'meterBackwards'],
      idTagInfo: { status: 'Invalid' },
    })
    const [stray] = (await api.get('/transactions?limit=1')).body.items
    expect(stray).toMatchObject({ flags: ['orphanStop'], active: false, reportedTransactionId: 0 })
    expect(stray).not.toHaveProperty('energyWh')
  })

  test('knows what is not there, and what cannot be', async () => {
    expect(problemOf(await api.get('/transactions/1'))).toEqual([404, 'unknown'])
    for (const id of ['abc', '0', '-1', '1.5', '99999999999']) {
      expect(problemOf(await api.get(`/transactions/${id}`)), id).toEqual([400, 'invalid'])
    }
  })
})

describe('GET /transactions/{transactionId}/meter-values', () => {
  test('pages, oldest first', async () => {
    const path = `/transactions/${ids.stopped}/meter-values`
    const first = (await api.get(`${path}?limit=1`)).body
    const second = (await api.get(`${path}?limit=1&cursor=${first.cursor}`)).body
    expect(first.items[0]).toMatchObject({
      transactionId: ids.stopped,
      meterValue: [{ sampledValue: [{ value: '1100' }] }],
    })
    expect(second.items[0]).toMatchObject({
      flag: 'transactionData',
      meterValue: [{ sampledValue: [{ value: '3500' }] }],
    })
    expect(second).not.toHaveProperty('cursor')
  })

  test('are none of a transaction without, and unknown of none', async () => {
    expect((await api.get(`/transactions/${ids.elsewhere}/meter-values`)).body).toEqual({ items: [] })
    expect(problemOf(await api.get('/transactions/1/meter-values'))).toEqual([404, 'unknown'])
  })
})
