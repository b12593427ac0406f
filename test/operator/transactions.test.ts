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
  api = await startApi({ streams: true })
  one = await aChargePoint(api, { chargePointId: 'One/1', siteId: 'utrecht' })
  other = await aChargePoint(api)
  tag = await anIdTag(api, { idTag: 'Driver', maxActiveTransactions: 5, userId: 'ann' })
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

  test('by state, as by active, and in both orders', async () => {
    expect(await listed('?state=active')).toEqual(await listed('?active=true'))
    expect(await listed('?state=stopped&active=false')).toEqual(await listed('?active=false'))
    expect(await listed('?order=asc')).toEqual([...(await listed('?order=desc'))].reverse())
    expect(await listed('?state=active&order=asc')).toEqual([ids.running, ids.elsewhere])
  })

  test('by connector, user, site, reason, flag and period', async () => {
    await api.catchUp()
    expect(await listed('?chargePointId=One/1&connectorId=1')).toEqual([ids.running, ids.stopped])
    expect(await listed('?chargePointId=One/1&connectorId=2')).toEqual([])
    expect(await listed('?userId=ann')).toEqual([ids.elsewhere, ids.running, ids.stopped])
    expect(await listed('?siteId=utrecht')).toEqual([ids.running, ids.stopped])
    expect(await listed('?siteId=utrecht&state=active')).toEqual([ids.running])
    expect(await listed('?reason=EVDisconnected')).toEqual([ids.stopped])
    expect(await listed('?flag=refused')).toEqual([ids.refused])
    expect(await listed('?flagged=true&idTag=nobody')).toEqual([ids.refused])
    const { startedAt } = (await api.get(`/transactions/${ids.elsewhere}`)).body
    const from = `?from=${encodeURIComponent(startedAt)}`
    expect(await listed(`${from}&idTag=driver`)).toEqual([ids.elsewhere])
    expect(await listed(`?to=${encodeURIComponent(startedAt)}`)).toEqual([ids.running, ids.stopped])
  })

  test.each([
    ['active=yes', 'active'],
    ['active=true&state=stopped', 'active'],
    ['active=false&doubtful=true', 'doubtful'],
    ['connectorId=1', 'connectorId'],
    ['chargePointId=A&connectorId=one', 'connectorId'],
    ['from=2026-03-02T00:00:00Z&to=2026-03-02T00:00:00Z', 'to'],
    ['from=yesterday', 'from'],
    ['flag=odd', 'flag'],
    ['order=random', 'order'],
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
      energyKwh: 2.5,
      durationSeconds: 90,
      averageKw: 100,
      peakKw: 96,
      userId: 'ann',
      siteId: 'utrecht',
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
    expect(body).not.toHaveProperty('meter')
  })

  test('tells the peak in lists, too, once the stop has been seen to', async () => {
    await api.catchUp()
    const { items } = (await api.get('/transactions')).body
    const byId = new Map(items.map((each: { transactionId: number }) => [each.transactionId, each]))
    expect(byId.get(ids.stopped)).toMatchObject({ peakKw: 96 })
    expect(byId.get(ids.refused)).not.toHaveProperty('peakKw')
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

  test('tells the meter of one that runs', async () => {
    const transactionId = await start(other, 3, tag, 5000)
    const timestamp = api.clock.advance(60)
    const sampledValue = [
      { value: '5.5', unit: 'kWh' },
      ...['L1', 'L2', 'L3'].map((phase) => ({ value: '3600', measurand: 'Power.Active.Import', phase })),
    ]
    const meterValue = [{ timestamp, sampledValue }]
    await other.call('MeterValues', { connectorId: 3, transactionId, meterValue })
    const meter = { timestamp, registerWh: 5500, energyWh: 500, powerKw: 10.8 }
    expect((await api.get(`/transactions/${transactionId}`)).body).toMatchObject({ meter, peakKw: 10.8 })
    const [listedOne] = (await api.get('/transactions?active=true&limit=1')).body.items
    expect(listedOne).toMatchObject({ transactionId, meter })
    await other.call('StopTransaction', { transactionId, meterStop: 5600, timestamp })
    const { body } = await api.get(`/transactions/${transactionId}`)
    expect(body).toMatchObject({ energyWh: 600, averageKw: 36, peakKw: 10.8 })
    expect(body).not.toHaveProperty('meter')
  })

  test('tells what is kept of one that has stopped, and does not look at its meter values again', async () => {
    const transactionId = await start(other, 3, tag, 5000)
    const timestamp = api.clock.advance(60)
    const sampledValue = [{ value: '3600', measurand: 'Power.Active.Import' }]
    await other.call('MeterValues', {
      connectorId: 3,
      transactionId,
      meterValue: [{ timestamp, sampledValue }],
    })
    await other.call('StopTransaction', { transactionId, meterStop: 5600, timestamp })
    const peak = async () => (await api.get(`/transactions/${transactionId}`)).body.peakKw
    expect(await peak()).toBe(3.6)
    await api.store.keepTransactionFigures(transactionId, { messages: 2 })
    expect(await peak()).toBeUndefined()
  })

  test('flags what an offline queue has kept for more than five minutes', async () => {
    const flags = async (startedAgo: number, stoppedAgo: number) => {
      const ago = (seconds: number) => new Date(api.clock.now().getTime() - seconds * 1000).toISOString()
      const { transactionId } = await other.call('StartTransaction', {
        connectorId: 4,
        idTag: 'nobody',
        meterStart: startedAgo,
        timestamp: ago(startedAgo),
      })
      await other.call('StopTransaction', { transactionId, meterStop: 9999, timestamp: ago(stoppedAgo) })
      return (await api.get(`/transactions/${transactionId}`)).body.flags
    }
    expect(await flags(300, 299)).toEqual(['refused'])
    expect(await flags(301, 10)).toEqual(['refused', 'late'])
    expect(await flags(-60, -70)).toEqual(['refused'])
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

  test('are those of a measurand, a phase and a context', async () => {
    const transactionId = await start(one, 5, tag, 0)
    const value = (measurand: string, more: object = {}) => ({ value: '1', measurand, ...more })
    const sampled = [
      [{ value: '7' }, value('Voltage', { phase: 'L1' })],
      [value('Voltage', { phase: 'L2', context: 'Trigger' })],
      [value('SoC')],
    ]
    for (const sampledValue of sampled) {
      const meterValue = [{ timestamp: api.clock.advance(1), sampledValue }]
      await one.call('MeterValues', { connectorId: 5, transactionId, meterValue })
    }
    const values = async (query: string) =>
      (await api.get(`/transactions/${transactionId}/meter-values?${query}`)).body.items.map(
        ({ meterValue }: { meterValue: { sampledValue: unknown[] }[] }) => meterValue[0]?.sampledValue,
      )
    expect(await values('')).toEqual(sampled)
    expect(await values('measurand=Voltage')).toEqual([[sampled[0]?.[1]], sampled[1]])
    expect(await values('measurand=Energy.Active.Import.Register')).toEqual([[{ value: '7' }]])
    expect(await values('phase=L2')).toEqual([sampled[1]])
    expect(await values('context=Trigger')).toEqual([sampled[1]])
    expect(await values('context=Sample.Periodic&measurand=Voltage')).toEqual([[sampled[0]?.[1]]])
    expect(await values('measurand=RPM')).toEqual([])
  })
})

describe('GET /transactions/{transactionId}/meter-values/series', () => {
  let path: string
  beforeAll(async () => {
    const transactionId = await start(one, 6, tag, 0)
    path = `/transactions/${transactionId}/meter-values/series`
    for (let second = 0; second < 30; second++) {
      const power = { value: String(second === 17 ? 22 : 11), measurand: 'Power.Active.Import', unit: 'kW' }
      const sampledValue = [{ value: String(second) }, power]
      const meterValue = [{ timestamp: api.clock.advance(60), sampledValue }]
      await one.call('MeterValues', { connectorId: 6, transactionId, meterValue })
    }
  })

  test('tells numbers in one unit, thinned without losing a peak', async () => {
    const { body } = await api.get(`${path}?measurand=Power.Active.Import&points=6`)
    const [series] = body.series
    expect(series).toMatchObject({ unit: 'W', location: 'Outlet', count: 30 })
    expect(series.points.length).toBeLessThanOrEqual(6)
    expect(Math.max(...series.points.map(({ value }: { value: number }) => value))).toBe(22_000)
    expect(body).toMatchObject({
      truncated: false,
      available: [
        { measurand: 'Energy.Active.Import.Register', count: 30 },
        { measurand: 'Power.Active.Import', count: 30 },
      ],
    })
  })

  test('is of the register of energy unless told otherwise', async () => {
    const { body } = await api.get(path)
    expect(body.series).toMatchObject([{ measurand: 'Energy.Active.Import.Register', unit: 'Wh' }])
    expect(body.series[0].points).toHaveLength(30)
  })

  test('refuses what cannot be plotted, and knows no other transactions', async () => {
    for (const query of ['points=3', 'points=1001', 'points=many'])
      expect(pathsOf(await api.get(`${path}?${query}`))).toEqual(['points'])
    expect(problemOf(await api.get('/transactions/1/meter-values/series'))).toEqual([404, 'unknown'])
    const without = await api.get(`/transactions/${ids.elsewhere}/meter-values/series`)
    expect(without.body).toEqual({ series: [], available: [], truncated: false })
  })
})
