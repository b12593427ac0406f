import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeStep } from '../../lib/central-system/steps.ts'
import { importRow } from '../../lib/operator/import-rows.ts'
import { aChargePoint, anIdTag } from '../support/system.ts'
import { pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi({ streams: true })
  await fill()
  await api.catchUp()
  await takeStep(api.system, { find: 'stale' }, importRow)
  await api.catchUp()
})
afterAll(() => api.stop())

const COUNT = 60

/** Hundreds of requests each. */
const SLOW = 120_000
const VENDORS = ['ABB', 'a/b', 'a#b', 'ABB/x']
const STATUSES = ['Available', 'Charging', 'Faulted', 'Unavailable']

/** Charge points that differ in everything that can be asked for, each in steps of its own. */
async function fill(): Promise<void> {
  for (let n = 0; n < COUNT; n++) {
    const chargePoint = await aChargePoint(api, {
      chargePointId: `${n % 2 ? 'east' : 'west'}/#${String(n).padStart(2, '0')}`,
      connected: false,
      status: n % 7 === 0 ? 'Pending' : 'Accepted',
      ...(n % 3 === 0 ? { siteId: `site${n % 2}` } : {}),
      ...(n % 4 === 0 ? { tags: ['fast', `t${n % 5}`] } : {}),
    })
    if (n % 6 === 5) continue
    await chargePoint.connect()
    const boot = { chargePointModel: `M${n % 3}`, firmwareVersion: `1.${n % 5}` }
    await chargePoint.call('BootNotification', { chargePointVendor: VENDORS[n % VENDORS.length], ...boot })
    for (const connectorId of [1, 2])
      await chargePoint.call('StatusNotification', {
        connectorId,
        errorCode: 'NoError',
        status: STATUSES[(n * connectorId) % STATUSES.length],
        timestamp: api.clock.iso(),
      })
    if (n % 4 === 1) await api.store.disconnect(chargePoint.chargePointId, chargePoint.connectionId)
    api.clock.advance(60)
  }
  api.clock.advance(5 * 60)
}

type Item = Record<string, any>

async function through(path: string, query: Record<string, string>, limit = 20) {
  const items: Item[] = []
  let cursor: string | undefined
  do {
    const given = new URLSearchParams({ ...query, limit: String(limit), ...(cursor ? { cursor } : {}) })
    const { status, body } = await api.get(`${path}?${given}`)
    expect(status, JSON.stringify(body)).toBe(200)
    items.push(...body.items)
    cursor = body.cursor
  } while (cursor !== undefined)
  return items
}

const heardSince = (seconds: number) => new Date(api.clock.now().getTime() - seconds * 1000).toISOString()

/** What each filter means, by what the API shows of a charge point. */
const CHARGE_POINT_FILTERS: Record<string, [string, (shown: Item) => boolean]> = {
  prefix: ['west/#', ({ chargePointId }) => chargePointId.startsWith('west/#')],
  registrationStatus: ['Accepted', ({ registrationStatus }) => registrationStatus === 'Accepted'],
  pending: ['Pending', ({ registrationStatus }) => registrationStatus === 'Pending'],
  online: ['online', ({ connectionState }) => connectionState === 'online'],
  stale: ['stale', ({ connectionState }) => connectionState === 'stale'],
  offline: ['offline', ({ connectionState }) => connectionState === 'offline'],
  heardWithin: ['1200', ({ lastSeenAt }) => (lastSeenAt ?? '') >= heardSince(1200)],
  vendor: ['a/b', ({ boot }) => boot?.chargePointVendor === 'a/b'],
  model: ['M1', ({ boot }) => boot?.chargePointModel === 'M1'],
  firmwareVersion: ['1.2', ({ boot }) => boot?.firmwareVersion === '1.2'],
  siteId: ['site1', ({ siteId }) => siteId === 'site1'],
  tag: ['fast', ({ tags }) => tags?.includes('fast') ?? false],
  connectorStatus: ['Faulted', ({ connectors }) => connectors.some((one: Item) => one.status === 'Faulted')],
  available: ['Available', ({ connectors }) => connectors.some((one: Item) => one.status === 'Available')],
}
const PARAMETERS: Record<string, string> = {
  pending: 'registrationStatus',
  online: 'connectionState',
  stale: 'connectionState',
  offline: 'connectionState',
  available: 'connectorStatus',
}
const parameter = (name: string) => PARAMETERS[name] ?? name

const ids = (items: Item[]) => items.map(({ chargePointId }) => chargePointId)

describe('the list of charge points', () => {
  it('gives what each filter means, alone and in pairs, in both orders', { timeout: SLOW }, async () => {
    const all = await through('/charge-points', {}, 200)
    expect(all).toHaveLength(COUNT)
    expect(ids(await through('/charge-points', { order: 'desc' }))).toEqual(ids(all).reverse())
    const names = Object.keys(CHARGE_POINT_FILTERS)
    for (const [position, one] of names.entries())
      for (const other of names.slice(position)) {
        if (one !== other && parameter(one) === parameter(other)) continue
        const [[value, holds], [more, holdsToo]] = [one, other].map(
          (name) => CHARGE_POINT_FILTERS[name] as [string, (shown: Item) => boolean],
        ) as [[string, (shown: Item) => boolean], [string, (shown: Item) => boolean]]
        const query = { [parameter(one)]: value, [parameter(other)]: more }
        const expected = all.filter((shown) => holds(shown) && holdsToo(shown))
        const alone = one === other
        const found = await through('/charge-points', query, alone ? 7 : 200)
        expect(ids(found).sort(), JSON.stringify(query)).toEqual(ids(expected).sort())
        if (!alone) continue
        const turned = await through('/charge-points', { ...query, order: 'desc' }, 20)
        expect(ids(turned).reverse(), JSON.stringify(query)).toEqual(ids(found))
      }
    expect(names.every((name) => all.some(CHARGE_POINT_FILTERS[name]?.[1] ?? (() => false)))).toBe(true)
  })

  it('is ordered by when they were heard of, where only that is asked for', async () => {
    const offline = await through('/charge-points', { connectionState: 'offline' })
    const times = offline.map(({ lastSeenAt }) => lastSeenAt ?? '')
    expect(times).toEqual([...times].sort())
    expect(times[0]).toBe('')
  })

  it('shows an edit at once, and one by a charge point with the stream', async () => {
    const { chargePointId } = await aChargePoint(api, { connected: false })
    const path = `/charge-points/${chargePointId}`
    const labelled = async () => ids(await through('/charge-points', { tag: 'new one' }))
    expect((await api.patch(path, { tags: ['new one'] })).status).toBe(200)
    expect(await labelled()).toEqual([chargePointId])
    await api.patch(path, { tags: null })
    expect(await labelled()).toEqual([])
    await api.patch(path, { tags: ['new one'] })
    expect((await api.delete(path)).status).toBe(204)
    expect(await labelled()).toEqual([])
  })

  it('stays stable under writes between its pages', async () => {
    const query = { vendor: 'ABB', limit: '5' }
    const before = ids(await through('/charge-points', { vendor: 'ABB' }))
    const first = (await api.get(`/charge-points?${new URLSearchParams(query)}`)).body
    await api.delete(`/charge-points/${encodeURIComponent(before[4])}`)
    const extra = await aChargePoint(api, { chargePointId: 'zzz' })
    const boot = { chargePointVendor: 'ABB', chargePointModel: 'M' }
    await extra.call('BootNotification', boot)
    await api.catchUp()
    const rest: string[] = []
    for (let cursor = first.cursor; cursor; ) {
      const { body } = await api.get(`/charge-points?${new URLSearchParams({ ...query, cursor })}`)
      rest.push(...ids(body.items))
      cursor = body.cursor
    }
    expect([...ids(first.items), ...rest]).toEqual([...before, 'zzz'])
    await api.delete('/charge-points/zzz')
  })

  it('goes on where the time it asks for has moved on', async () => {
    const query = { heardWithin: '1800', limit: '3' }
    const { body } = await api.get(`/charge-points?${new URLSearchParams(query)}`)
    api.clock.advance(1200)
    const rest = await api.get(`/charge-points?${new URLSearchParams({ ...query, cursor: body.cursor })}`)
    expect(rest.status).toBe(200)
    const other = await api.get(`/charge-points?vendor=ABB&cursor=${body.cursor}`)
    expect(problemOf(other)).toEqual([400, 'invalid'])
  })

  it('refuses what cannot be asked for', async () => {
    expect(pathsOf(await api.get('/charge-points?connectionState=away&heardWithin=0&order=up'))).toEqual(
      expect.arrayContaining(['connectionState', 'heardWithin', 'order']),
    )
  })
})

describe('the list of id tags', () => {
  it('gives what each filter means, alone and in pairs, in both orders', { timeout: SLOW }, async () => {
    const soon = new Date(api.clock.now().getTime() + 3600_000).toISOString()
    const past = new Date(api.clock.now().getTime() - 3600_000).toISOString()
    const chargePoint = await aChargePoint(api)
    for (let n = 0; n < 24; n++) {
      const idTag = await anIdTag(api, {
        idTag: `${n % 2 ? 'Red' : 'BLUE'}#${String(n).padStart(2, '0')}`,
        blocked: n % 5 === 0,
        ...(n % 3 === 0 ? { parentIdTag: n % 2 ? 'Group' : 'group' } : {}),
        ...(n % 4 === 0 ? { userId: 'u/1' } : {}),
        ...(n % 7 < 4 ? { expiryDate: n % 7 < 2 ? soon : past } : {}),
      })
      if (n % 6 === 1) {
        const start = { connectorId: 1, idTag, meterStart: n, timestamp: api.clock.iso() }
        await chargePoint.call('StartTransaction', start)
      }
    }
    const shown = await through('/id-tags', {}, 200)
    const details = new Map<string, Item>()
    for (const { idTag } of shown)
      details.set(idTag, (await api.get(`/id-tags/${encodeURIComponent(idTag)}`)).body)
    const now = api.clock.iso()
    const filters: [string, string, (shown: Item) => boolean][] = [
      ['prefix', 'red#', ({ idTag }) => idTag.startsWith('Red#')],
      ['parentIdTag', 'GROUP', ({ parentIdTag }) => parentIdTag?.toLowerCase() === 'group'],
      ['userId', 'u/1', ({ userId }) => userId === 'u/1'],
      ['blocked', 'true', ({ blocked }) => blocked],
      ['blocked', 'false', ({ blocked }) => !blocked],
      ['expired', 'true', ({ expiryDate }) => expiryDate !== undefined && expiryDate <= now],
      ['expired', 'false', ({ expiryDate }) => expiryDate === undefined || expiryDate > now],
      ['inTransaction', 'true', ({ idTag }) => details.get(idTag)?.activeTransactions.length > 0],
      ['inTransaction', 'false', ({ idTag }) => details.get(idTag)?.activeTransactions.length === 0],
    ]
    const tags = (items: Item[]) => items.map(({ idTag }) => idTag)
    for (const [name, value, holds] of filters)
      for (const [other, more, holdsToo] of filters) {
        if (name === other && value !== more) continue
        const query = { [name]: value, [other]: more }
        const found = await through('/id-tags', query, name === other ? 4 : 50)
        const expected = shown.filter((one) => holds(one) && holdsToo(one))
        expect(tags(found).sort(), JSON.stringify(query)).toEqual(tags(expected).sort())
        if (name !== other) continue
        const turned = await through('/id-tags', { ...query, order: 'desc' }, 50)
        expect(tags(turned), JSON.stringify(query)).toEqual(
          tags(await through('/id-tags', query, 50)).reverse(),
        )
      }
    expect(filters.every(([, , holds]) => shown.some(holds))).toBe(true)
  })

  it('lets a tag go when its last transaction is over', async () => {
    const chargePoint = await aChargePoint(api)
    const idTag = await anIdTag(api, { maxActiveTransactions: 2 })
    const started: number[] = []
    for (const connectorId of [1, 2]) {
      const start = { connectorId, idTag, meterStart: 0, timestamp: api.clock.iso() }
      started.push((await chargePoint.call('StartTransaction', start)).transactionId)
    }
    const busy = async () => (await through('/id-tags', { inTransaction: 'true', prefix: idTag })).length
    for (const [stopped, transactionId] of started.entries()) {
      expect(await busy()).toBe(stopped === 2 ? 0 : 1)
      const stop = { transactionId, meterStop: 1, timestamp: api.clock.iso(), idTag }
      await chargePoint.call('StopTransaction', stop)
    }
    expect(await busy()).toBe(0)
  })
})

describe('the list of reservations', () => {
  it('gives what each filter means, as of now', { timeout: SLOW }, async () => {
    const all: Item[] = []
    for (let n = 0; n < 24; n++) {
      const status = (['Waiting', 'Accepted', 'Used', 'Cancelled', 'Expired', 'Accepted'] as const)[n % 6]
      const createdAt = api.clock.advance(60)
      const reservation = {
        reservationId: 1000 + n,
        chargePointId: n % 2 ? 'R#1' : 'R/2',
        connectorId: n % 3,
        idTag: n % 4 ? 'Tag' : 'Other',
        status: status ?? 'Waiting',
        messageId: `m${n}`,
        createdAt,
        updatedAt: createdAt,
        expiryDate: new Date(Date.parse(createdAt) + (n % 6 > 3 ? 30_000 : 3 * 3600_000)).toISOString(),
      }
      await api.store.createReservation(reservation)
      all.push(reservation)
    }
    api.clock.advance(60)
    await api.catchUp()
    const now = api.clock.iso()
    const statusOf = ({ status, expiryDate }: Item) =>
      (status === 'Waiting' || status === 'Accepted') && expiryDate <= now ? 'Expired' : status
    const isActive = (one: Item) => ['Waiting', 'Accepted'].includes(statusOf(one))
    const middle = all[12]?.createdAt
    const soon = all[15]?.expiryDate
    const filters: [Record<string, string>, (one: Item) => boolean][] = [
      [{ status: 'Waiting' }, (one) => statusOf(one) === 'Waiting'],
      [{ status: 'Accepted' }, (one) => statusOf(one) === 'Accepted'],
      [{ status: 'Expired' }, (one) => statusOf(one) === 'Expired'],
      [{ status: 'Used' }, (one) => statusOf(one) === 'Used'],
      [{ active: 'true' }, isActive],
      [{ chargePointId: 'R#1' }, ({ chargePointId }) => chargePointId === 'R#1'],
      [
        { chargePointId: 'R/2', connectorId: '2' },
        (one) => one.chargePointId === 'R/2' && one.connectorId === 2,
      ],
      [{ idTag: 'tag' }, ({ idTag }) => idTag === 'Tag'],
      [{ from: middle }, ({ createdAt }) => createdAt >= middle],
      [{ to: middle }, ({ createdAt }) => createdAt < middle],
      [{ expiresBefore: soon }, (one) => isActive(one) && one.expiryDate < soon],
    ]
    const names = (items: Item[]) => items.map(({ messageId }) => messageId)
    for (const [one, holds] of filters)
      for (const [other, holdsToo] of filters) {
        const query = { ...one, ...other }
        const shared = Object.keys(one).filter((name) => name in other && one[name] !== other[name])
        if (shared.length > 0 || ('from' in query && 'to' in query)) continue
        const expected = all.filter((each) => holds(each) && holdsToo(each))
        const found = await through('/reservations', query, one === other ? 3 : 50)
        expect(names(found).sort(), JSON.stringify(query)).toEqual(names(expected).sort())
        if (one !== other) continue
        const turned = await through('/reservations', { ...query, order: 'asc' }, 50)
        expect(names(turned).reverse(), JSON.stringify(query)).toEqual(
          names(await through('/reservations', query, 50)),
        )
      }
    const byTime = await through('/reservations', { order: 'asc' }, 5)
    expect(names(byTime)).toEqual(names(all))
  })
})

describe('the list of tasks', () => {
  it('gives what each filter means', { timeout: SLOW }, async () => {
    const at = api.clock.now().getTime()
    const all: Item[] = []
    for (let n = 0; n < 12; n++) {
      const createdAt = api.clock.advance(60)
      const taskId = api.system.newMessageId()
      const task = {
        taskId,
        action: n % 2 ? 'Reset' : 'ClearCache',
        payload: n % 2 ? { type: 'Soft' } : {},
        ...(n % 3 ? { origin: 'a#b' } : {}),
        createdAt,
        timeoutSeconds: 60,
        whenOffline: 'queue' as const,
        expiresAt: new Date(at + 86_400_000).toISOString(),
        deadline: new Date(at + 86_400_000).toISOString(),
        batches: 0,
        targets: 0,
        gathered: true,
      }
      await api.store.createTask(task)
      const counts = { Answered: 0, Refused: 0, TimedOut: 0, Undelivered: 0, Expired: 0, Cancelled: 0 }
      if (n % 4 === 0) await api.store.endTask(taskId, { endedAt: api.clock.iso(), counts })
      all.push({ ...task, ended: n % 4 === 0 })
    }
    await api.catchUp()
    const middle = all[6]?.createdAt
    const filters: [Record<string, string>, (one: Item) => boolean][] = [
      [{}, () => true],
      [{ action: 'Reset' }, ({ action }) => action === 'Reset'],
      [{ origin: 'a#b' }, ({ origin }) => origin === 'a#b'],
      [{ status: 'running' }, ({ ended }) => !ended],
      [{ status: 'ended' }, ({ ended }) => ended],
      [{ from: middle }, ({ createdAt }) => createdAt >= middle],
      [{ to: middle }, ({ createdAt }) => createdAt < middle],
    ]
    const names = (items: Item[]) => items.map(({ taskId }) => taskId)
    for (const [one, holds] of filters)
      for (const [other, holdsToo] of filters) {
        const query = { ...one, ...other }
        if ({ ...other, ...one }.status !== query.status) continue
        const impossible = 'from' in query && 'to' in query
        if (impossible) continue
        const expected = names(all.filter((each) => holds(each) && holdsToo(each)))
        expect(names(await through('/tasks', { ...query, order: 'asc' }, 5)), JSON.stringify(query)).toEqual(
          expected,
        )
        expect(names(await through('/tasks', query, 50)), JSON.stringify(query)).toEqual(
          [...expected].reverse(),
        )
      }
    expect(pathsOf(await api.get(`/tasks?from=${middle}&to=${middle}`))).toEqual(['to'])
  })
})

describe('a period of which nothing is kept', () => {
  it.each([
    '/reservations?expiresBefore=2020-01-01T00:00:00Z',
    '/events?until=2020-01-01T00:00:00Z',
    '/audit?to=2020-01-01T00:00:00Z',
  ])('holds nothing: %s', async (path) => {
    const { status, body } = await api.get(path)
    expect({ status, body }).toEqual({ status: 200, body: { items: [] } })
  })
})
