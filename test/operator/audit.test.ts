import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BASE_PATH, createOperatorApi } from '../../lib/operator/api.ts'
import { ENDPOINTS } from '../../lib/operator/endpoints.ts'
import type { AuditEntry, Store } from '../../lib/store/port.ts'
import { aChargePoint } from '../support/system.ts'
import { doings, SECRET } from './doings.ts'
import { callsOf, docs, pathOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
let doing: ReturnType<typeof doings>
let failing = false
beforeAll(async () => {
  api = await startApi({
    store: (store): Store => ({
      ...store,
      async recordAudit(entry, days) {
        if (failing) throw new Error('the store is away')
        return store.recordAudit(entry, days)
      },
    }),
  })
  doing = doings(api)
})
afterAll(() => api.stop())

const CHANGING = ENDPOINTS.filter(({ spec }) => spec.method !== 'get').map(({ spec }) => spec.operationId)

const newest = async (query = ''): Promise<AuditEntry> =>
  (await api.get(`/audit?limit=1${query}`)).body.items[0]

describe('every change and every command is on record', () => {
  test.each(CHANGING)('%s', async (operation) => {
    const perform = doing[operation]
    if (!perform) throw new Error(`say in doings.ts how ${operation} is done`)
    api.clock.advance(60)
    const { told, target, before, given } = await perform()
    expect(told.status, told.text).toBeLessThan(300)
    const entry = await newest(`&operation=${operation}`)
    const location = told.headers.get('location')?.replace(BASE_PATH, '').replace(/\?.*/, '')
    expect(entry).toMatchObject({
      operation,
      status: told.status,
      target: target ?? location,
      at: api.clock.iso(),
    })
    if (before) expect(entry.before).toMatchObject(before)
    if (given) expect(entry.given).toEqual(given)
    const { method } = ENDPOINTS.find(({ spec }) => spec.operationId === operation)?.spec ?? {}
    if (method === 'patch' || method === 'delete') expect(entry.before, 'before').toBeDefined()
    if (told.text !== '') expect(told.body).toMatchObject(entry.after as object)
    const { body } = await api.get(`/audit/${entry.auditId}`)
    expect(body).toEqual(entry)
  })

  test('without a secret, wherever one was given or made', async () => {
    const { items } = (await api.get('/audit?limit=200')).body
    const text = JSON.stringify(items)
    expect(text).not.toContain(SECRET)
    expect(text).not.toMatch(/scrypt\$|whsec_|X-Amz-Signature|depot\.test/)
    const shown = api.told.flatMap((each) => /"password":"([^"]+)"/.exec(each)?.[1] ?? [])
    for (const password of shown) expect(text).not.toContain(password)
  })
})

test('what was refused, and what was read, leaves no entry', async () => {
  api.clock.advance(60)
  const before = await newest()
  expect((await api.post('/id-tags', { idTag: 'new tag' })).status).toBe(409)
  expect((await api.patch('/id-tags/nobody', { note: 'x' })).status).toBe(404)
  expect((await api.post('/id-tags', {})).status).toBe(400)
  await api.get('/id-tags')
  expect(await newest()).toEqual(before)
})

test('a request that is repeated by its key is done, and recorded, once', async () => {
  api.clock.advance(60)
  const at = api.clock.iso()
  for (let time = 0; time < 3; time++)
    await api.post('/id-tags', { idTag: 'keyed' }, { 'idempotency-key': 'audit' })
  const { items } = (await api.get(`/audit?from=${at}`)).body
  expect(items).toHaveLength(1)
})

test('who asked, and in which role, is told', async () => {
  const app = createOperatorApi(api.system, { docs, callerRequired: true })
  const claims = { sub: 's', username: 'ann', 'cognito:groups': '[operator]', token_use: 'access' }
  const { chargePointId } = await aChargePoint(api, { connected: false })
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'ClearCache', whenOffline: 'queue' }),
  }
  const path = `${BASE_PATH}${callsOf({ chargePointId })}`
  expect(
    (await app.request(path, init, { requestContext: { authorizer: { jwt: { claims } } } })).status,
  ).toBe(202)
  expect(await newest('&by=ann')).toMatchObject({ by: 'ann', role: 'operator', operation: 'createCall' })
})

test('a change that cannot be put on record is answered, and the entry is in the log', async () => {
  failing = true
  const { status } = await api.post('/id-tags', { idTag: 'unrecorded' })
  failing = false
  expect(status).toBe(201)
  expect(api.logged.at(-1)).toMatchObject({
    level: 'error',
    message: 'a change is missing from the audit log',
    facts: { entry: { operation: 'createIdTag', target: '/id-tags/unrecorded' } },
  })
})

test('a request that failed halfway is on record as that', async () => {
  api.clock.advance(60)
  const own = api.system.store.createIdTag
  api.system.store.createIdTag = async () => {
    throw new Error('a fault')
  }
  expect((await api.post('/id-tags', { idTag: 'half' })).status).toBe(500)
  api.system.store.createIdTag = own
  expect(await newest()).toMatchObject({
    operation: 'createIdTag',
    target: '/id-tags',
    status: 500,
    given: ['idTag'],
  })
})

test('what is too large is cut, and named', async () => {
  const { chargePointId } = await aChargePoint(api, { connected: false })
  const wantedConfiguration = Object.fromEntries(
    Array.from({ length: 60 }, (_, key) => [`K${key}`, 'x'.repeat(400)]),
  )
  await api.patch(pathOf({ chargePointId }), { wantedConfiguration })
  const entry = await newest(`&target=${pathOf({ chargePointId })}`)
  expect(entry).toMatchObject({ cut: ['after.wantedConfiguration'], after: { chargePointId } })
  expect(entry.after).not.toHaveProperty('wantedConfiguration')
})

describe('the list', () => {
  const entries: AuditEntry[] = []
  beforeAll(async () => {
    const start = Date.parse('2030-01-01T00:00:00.000Z')
    for (let index = 0; index < 60; index++) {
      const entry: AuditEntry = {
        auditId: `list-${String(index).padStart(3, '0')}`,
        at: new Date(start + Math.floor(index / 2) * 1000).toISOString(),
        by: ['kim', 'lee'][index % 2] ?? '',
        operation: ['createCall', 'changeIdTag', 'createIdTag'][index % 3] ?? '',
        target:
          ['/id-tags/l1', '/id-tags/l10', '/charge-points/L%2F1', '/charge-points/L%2F1/calls/x'][
            index % 4
          ] ?? '',
        status: 200,
      }
      entries.push(entry)
      await api.store.recordAudit(entry, 400)
    }
  })

  const FILTERS: [string, (entry: AuditEntry) => boolean][] = [
    ['', () => true],
    ['&by=kim', ({ by }) => by === 'kim'],
    ['&operation=createIdTag', ({ operation }) => operation === 'createIdTag'],
    ['&target=/id-tags/L1', ({ target }) => target === '/id-tags/l1'],
    ['&target=/charge-points/L%252f1', ({ target }) => target.startsWith('/charge-points/')],
    ['&target=/api/charge-points/L%252F1/calls', ({ target }) => target.includes('/calls/')],
    ['&target=/charge-points', ({ target }) => target.startsWith('/charge-points/')],
    ['&by=lee&operation=createCall', ({ by, operation }) => by === 'lee' && operation === 'createCall'],
    ['&by=lee&target=/id-tags/l10', ({ by, target }) => by === 'lee' && target === '/id-tags/l10'],
    ['&by=nobody', () => false],
    [
      '&from=2030-01-01T00:00:05Z&to=2030-01-01T00:00:09Z',
      ({ at }) => at.slice(17, 19) >= '05' && at.slice(17, 19) < '09',
    ],
    ['&by=kim&from=2030-01-01T00:00:20Z', ({ by, at }) => by === 'kim' && at.slice(17, 19) >= '20'],
  ]

  test.each(FILTERS)('with %j tells what is meant, in both orders', async (filter, isMeant) => {
    const meant = entries.filter(isMeant).map(({ auditId }) => auditId)
    const range = filter.includes('from=') ? '' : '&from=2030-01-01T00:00:00Z'
    for (const [order, expected] of [
      ['asc', meant],
      ['desc', [...meant].reverse()],
    ] as const) {
      const found: string[] = []
      let path = `/audit?limit=7&order=${order}${filter}${range}`
      for (;;) {
        const { body, headers } = await api.get(path)
        found.push(...body.items.map(({ auditId }: AuditEntry) => auditId))
        const link = /^<\/api(.+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]
        expect(link !== undefined).toBe(body.cursor !== undefined)
        if (!link) break
        path = link
      }
      expect(found).toEqual(expected)
    }
  })

  test('refuses a cursor of another list', async () => {
    const { body } = await api.get('/audit?limit=1')
    const [entry] = body.items
    expect(problemOf(await api.get(`/audit?operation=${entry.operation}&cursor=${body.cursor}`))).toEqual([
      400,
      'invalid',
    ])
    expect(problemOf(await api.get('/audit?cursor=nonsense'))).toEqual([400, 'invalid'])
    const { body: earlier } = await api.get(`/audit?to=2000-01-01T00:00:00Z&cursor=${body.cursor}`)
    expect(earlier).toEqual({ items: [] })
    expect(problemOf(await api.get('/audit/nothing'))).toEqual([404, 'unknown'])
  })
})
