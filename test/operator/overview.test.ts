import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { meter } from '../../bench/meter.ts'
import { endOverdueReservations } from '../../lib/central-system/relist.ts'
import { takeStep } from '../../lib/central-system/steps.ts'
import { importRow } from '../../lib/operator/import-rows.ts'
import { aChargePoint, anIdTag } from '../support/system.ts'
import { startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi({ streams: true })
})
afterAll(() => api.stop())

const overview = async () => {
  await api.catchUp()
  return (await api.get('/overview')).body
}

describe('the overview', () => {
  it('is all zeros in the beginning', async () => {
    const body = await overview()
    expect(body.chargePoints).toEqual({
      total: 0,
      registrationStatus: { Accepted: 0, Pending: 0, Rejected: 0 },
      online: 0,
      stale: 0,
      offline: 0,
    })
    expect(body).not.toHaveProperty('rebuild')
  })

  it('counts what there is, by the days of UTC', async () => {
    const idTag = await anIdTag(api)
    await anIdTag(api, { blocked: true })
    await api.post('/users', { name: 'Ann' })
    await api.post('/sites', { siteId: 's1', name: 'Here' })
    const charging = await aChargePoint(api)
    const early = await aChargePoint(api)
    await aChargePoint(api, { connected: false, status: 'Rejected' })
    for (const connectorId of [0, 1, 2])
      await charging.call('StatusNotification', {
        connectorId,
        errorCode: 'NoError',
        status: connectorId === 2 ? 'Charging' : 'Available',
        timestamp: api.clock.iso(),
      })
    const start = { connectorId: 1, idTag, meterStart: 1000, timestamp: api.clock.iso() }
    const { transactionId } = await charging.call('StartTransaction', start)
    api.clock.advance(24 * 3600)
    await charging.call('Heartbeat')
    expect(await overview()).toMatchObject({
      users: 1,
      sites: 1,
      idTags: { total: 2, blocked: 1 },
      chargePoints: {
        total: 3,
        registrationStatus: { Accepted: 2, Pending: 0, Rejected: 1 },
        online: 2,
        offline: 1,
      },
      connectors: { Available: 1, Charging: 1, Faulted: 0 },
      heard: { today: 1, yesterday: 1, earlier: 0, never: 1 },
      transactions: { active: 1, doubtful: 0, startedToday: 0, startedYesterday: 1 },
      energyWh: { today: 0, yesterday: 0 },
    })
    const stop = { transactionId, idTag, meterStop: 8500, timestamp: api.clock.iso() }
    await charging.call('StopTransaction', stop)
    await api.store.disconnect(early.chargePointId, early.connectionId)
    api.clock.advance(24 * 3600)
    expect(await overview()).toMatchObject({
      chargePoints: { online: 1, offline: 2 },
      heard: { today: 0, yesterday: 1, earlier: 1, never: 1 },
      transactions: { active: 0, startedYesterday: 0 },
      energyWh: { today: 0, yesterday: 7500 },
    })
  })

  it('counts reservations until they expire, whether or not anybody writes it down', async () => {
    const { chargePointId } = await aChargePoint(api)
    const active = async () => (await overview()).reservations.active
    for (const [reservationId, minutes] of [
      [1, 5],
      [2, 60],
    ] as const) {
      const at = api.clock.iso()
      const expiryDate = new Date(api.clock.now().getTime() + minutes * 60_000).toISOString()
      const common = { chargePointId, connectorId: reservationId, createdAt: at, updatedAt: at, idTag: 'T' }
      const reservation = { ...common, reservationId, expiryDate, messageId: `m${reservationId}` }
      await api.store.createReservation({ ...reservation, status: 'Accepted' })
    }
    expect(await active()).toBe(2)
    api.clock.advance(6 * 60)
    expect(await active()).toBe(1)
    api.clock.advance(10 * 60)
    await endOverdueReservations(api.system)
    expect(await active()).toBe(1)
    const first = await api.store.getReservation(chargePointId, 1)
    expect(first).toMatchObject({ status: 'Expired', updatedAt: first?.expiryDate })
    expect(
      (await api.get(`/reservations?status=Expired&chargePointId=${chargePointId}`)).body.items,
    ).toHaveLength(1)
    await endOverdueReservations(api.system)
    expect(await active()).toBe(1)
  })

  it('counts no energy that no meter can have told', async () => {
    const chargePoint = await aChargePoint(api)
    const idTag = await anIdTag(api)
    const before = (await overview()).energyWh.today
    for (const [meterStart, meterStop, shown] of [
      [-1, 2 ** 64, undefined],
      [0, 2 ** 40, 2 ** 40],
      [0, 500, 500],
    ] as const) {
      const start = { connectorId: 1, idTag, meterStart, timestamp: api.clock.advance(1) }
      const { transactionId } = await chargePoint.call('StartTransaction', start)
      await chargePoint.call('StopTransaction', { transactionId, meterStop, timestamp: api.clock.advance(1) })
      expect((await api.get(`/transactions/${transactionId}`)).body.energyWh).toBe(shown)
    }
    expect((await overview()).energyWh.today).toBe(before + 500)
  })

  it('has an ETag, and costs the same however much there is', async () => {
    const first = await api.get('/overview')
    const etag = first.headers.get('etag') ?? ''
    expect((await api.get('/overview', { 'if-none-match': etag })).status).toBe(304)
    const { take } = meter(api.client)
    await api.get('/overview')
    const before = take()
    for (let n = 0; n < 30; n++) await anIdTag(api)
    await api.catchUp()
    take()
    await api.get('/overview')
    expect(take()).toEqual(before)
    expect(before.requests).toBeLessThanOrEqual(3)
  })

  it('is rebuilt on request, and tells how far that is', async () => {
    const { status, body, headers } = await api.post('/overview/rebuild', {})
    expect(status).toBe(202)
    expect(headers.get('location')).toBe('/api/overview')
    expect((await api.post('/overview/rebuild', {})).body).toEqual(body)
    const [step, ...others] = api.steps.filter((each) => 'rebuild' in each)
    expect(others).toEqual([])
    expect(step?.afterSeconds).toBe(60)
    expect((await overview()).rebuild).toMatchObject({ startedAt: body.startedAt })
    const { rebuild: _, ...before } = await overview()
    if (step) await takeStep(api.system, step, importRow)
    await api.takeSteps()
    const { rebuild, ...after } = await overview()
    expect(after).toEqual(before)
    expect(rebuild).toMatchObject({ endedAt: api.clock.iso(), done: { chargePoints: 5, users: 1 } })
  })

  it('goes on with a rebuild that has lost its next piece, when it is asked for again', async () => {
    api.steps.length = 0
    const { body } = await api.post('/overview/rebuild', {})
    const lost = api.steps.splice(0)
    expect(lost).toHaveLength(1)
    api.clock.advance(4 * 60)
    expect((await api.post('/overview/rebuild', {})).body).toEqual(body)
    expect(api.steps).toEqual([])
    api.clock.advance(2 * 60)
    for (const _ of [1, 2]) expect((await api.post('/overview/rebuild', {})).body).toEqual(body)
    expect(api.steps).toEqual([{ ...lost[0], afterSeconds: 0 }])
    await api.takeSteps()
    expect((await overview()).rebuild).toMatchObject({
      ...body,
      endedAt: api.clock.iso(),
      done: { users: 1 },
    })
  })
})
