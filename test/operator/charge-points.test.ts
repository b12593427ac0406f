import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ENDPOINTS } from '../../lib/operator/endpoints.ts'
import { authorize } from '../support/authorize.ts'
import { basic, pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

let serial = 0
const anId = () => `New${++serial}`

describe('POST /charge-points', () => {
  test('registers one', async () => {
    const chargePointId = anId()
    const created = await api.post('/charge-points', { chargePointId })
    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toBe(`/api/charge-points/${chargePointId}`)
    expect(created.headers.get('etag')).toMatch(/^"1-/)
    expect(created.body).toMatchObject({
      chargePointId,
      registrationStatus: 'Accepted',
      securityProfile: 0,
      hasPassword: false,
      strict: false,
      connectionState: 'offline',
      connectors: [],
      violations: { count: 0 },
      calls: { queued: 0 },
      version: 1,
    })
    const read = await api.get(`/charge-points/${chargePointId}`)
    expect(read.body).toEqual(created.body)
    expect(read.headers.get('etag')).toBe(created.headers.get('etag'))
  })

  test('keeps all that is given', async () => {
    const facts = {
      chargePointId: anId(),
      registrationStatus: 'Pending',
      securityProfile: 2,
      description: 'Level 2',
      address: 'Utrecht',
      heartbeatInterval: 0,
      strict: true,
    }
    const { body } = await api.post('/charge-points', { ...facts, password: 'correct horse battery' })
    expect(body).toMatchObject({ ...facts, hasPassword: true })
    expect(body).not.toHaveProperty('password')
  })

  test.each([1, 2])(
    'makes a password for profile %i, shows it once, and lets it in',
    async (securityProfile) => {
      const chargePointId = anId()
      const { body, headers } = await api.post('/charge-points', { chargePointId, securityProfile })
      expect(body.password).toMatch(/^[0-9a-f]{40}$/)
      expect(headers.get('cache-control')).toBe('no-store')
      const read = await api.get(`/charge-points/${chargePointId}`)
      expect(read.body).toMatchObject({ hasPassword: true })
      expect(read.text).not.toContain(body.password)
      expect(read.headers.get('etag')).toBe(headers.get('etag'))
      const authorization = basic(chargePointId, Buffer.from(body.password, 'hex'))
      expect(await authorize(api.system, { chargePointId, authorization })).toBe('known')
    },
  )

  test('makes no password for profile 3, which has a certificate', async () => {
    const chargePointId = anId()
    const { status, body } = await api.post('/charge-points', { chargePointId, securityProfile: 3 })
    expect([status, body.hasPassword, body.password]).toEqual([201, false, undefined])
  })

  test('takes a password as profile 1, and never shows it or its hash', async () => {
    const chargePointId = anId()
    const password = 'sixteen-chars-ok'
    const { body } = await api.post('/charge-points', { chargePointId, password })
    expect(body.securityProfile).toBe(1)
    expect(
      await authorize(api.system, { chargePointId, authorization: basic(chargePointId, password) }),
    ).toBe('known')
    await api.get(`/charge-points/${chargePointId}`)
    await api.get('/charge-points')
    expect(api.told.join()).not.toContain(password)
    expect(api.told.join()).not.toContain('scrypt')
  })

  test('is refused for one that exists', async () => {
    const chargePointId = anId()
    await api.post('/charge-points', { chargePointId })
    const again = await api.post('/charge-points', { chargePointId })
    expect(problemOf(again)).toEqual([409, 'exists'])
    expect(again.body.detail).toContain(chargePointId)
  })

  test('takes it out of the inbox', async () => {
    const chargePointId = anId()
    await api.store.rememberUnknown('charge-point', chargePointId, api.clock.iso(), '192.0.2.1')
    await api.post('/charge-points', { chargePointId })
    expect((await api.get('/unknown-charge-points')).text).not.toContain(chargePointId)
  })

  test.each([
    [{}, ['chargePointId']],
    [{ chargePointId: '' }, ['chargePointId']],
    [{ chargePointId: 'x'.repeat(49) }, ['chargePointId']],
    [{ chargePointId: 'a:b', securityProfile: 1 }, ['securityProfile']],
    [{ chargePointId: 'a\nb' }, ['chargePointId']],
    [{ chargePointId: '..' }, ['chargePointId']],
    [{ chargePointId: 'a?b' }, ['chargePointId']],
    [{ chargePointId: 7 }, ['chargePointId']],
    [{ chargePointId: 'a', registrationStatus: 'Maybe' }, ['registrationStatus']],
    [{ chargePointId: 'a', securityProfile: 4 }, ['securityProfile']],
    [{ chargePointId: 'a', password: 'short' }, ['password']],
    [{ chargePointId: 'a', password: 'x'.repeat(41) }, ['password']],
    [{ chargePointId: 'a', password: 'sixteen-chars-öö' }, ['password']],
    [{ chargePointId: 'a', heartbeatInterval: 9 }, ['heartbeatInterval']],
    [{ chargePointId: 'a', heartbeatInterval: 86_401 }, ['heartbeatInterval']],
    [{ chargePointId: 'a', heartbeatInterval: 30.5 }, ['heartbeatInterval']],
    [{ chargePointId: 'a', description: null }, ['description']],
    [{ chargePointId: 'a', passwordHash: 'x', version: 3 }, ['passwordHash', 'version']],
    [[], ['']],
    ['CP1', ['']],
    [null, ['']],
  ])('refuses %j', async (body, paths) => {
    const refused = await api.post('/charge-points', body)
    expect(problemOf(refused)).toEqual([400, 'invalid'])
    expect(pathsOf(refused)).toEqual(paths)
  })

  test('does not repeat a refused password', async () => {
    const refused = await api.post('/charge-points', { chargePointId: 'a', password: 'hush' })
    expect(refused.text).not.toContain('hush')
    expect(refused.body.detail).toContain('8 to 40')
  })
})

describe.each([
  'CP 1/α',
  '100%',
  'a%2Fb',
  'a+b&c=d',
  "it's #1",
  '東京 🚗',
  '/leading',
  'trailing/',
  'a\\b',
  '...',
])('the identity %j', (chargePointId) => {
  test('can be all that an identity can be', async () => {
    const created = await api.post('/charge-points', { chargePointId })
    expect(created.status).toBe(201)
    const path = created.headers.get('location')?.replace('/api', '') ?? ''
    expect((await api.get(path)).body.chargePointId).toBe(chargePointId)
    expect((await api.get(`${path}/connectors`)).status).toBe(200)
    expect((await api.patch(path, { description: 'odd' })).body).toMatchObject({
      chargePointId,
      description: 'odd',
    })
    expect((await api.get('/charge-points?limit=200')).body.items).toContainEqual(
      expect.objectContaining({ chargePointId }),
    )
    expect((await api.delete(path)).status).toBe(204)
    expect(problemOf(await api.get(path))).toEqual([404, 'unknown'])
  })
})

describe('GET /charge-points', () => {
  test('pages in the order of identities, stable while others come and go', async () => {
    const names = ['~P1', '~P2', '~P3', '~P4', '~P5']
    for (const chargePointId of names) await api.post('/charge-points', { chargePointId })
    const all = (await api.get('/charge-points?limit=200')).body.items.map(idOf)
    expect(all).toEqual([...all].sort())
    const seen: string[] = []
    let cursor = ''
    do {
      const page = await api.get(`/charge-points?limit=3${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.body.items.map(idOf))
      cursor = page.body.cursor ?? ''
      if (seen.length === 3) {
        await api.post('/charge-points', { chargePointId: '!before' })
        await api.delete(`/charge-points/${encodeURIComponent(seen[2] ?? '')}`)
      }
    } while (cursor)
    expect(seen).toEqual(all)
  })

  test.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=abc', 'limit'],
    ['limit=', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['cursor=', 'cursor'],
    ['cursor=nonsense', 'cursor'],
    ['page=2', 'page'],
  ])('refuses ?%s', async (query, path) => {
    const refused = await api.get(`/charge-points?${query}`)
    expect(problemOf(refused)).toEqual([400, 'invalid'])
    expect(pathsOf(refused)).toEqual([path])
  })

  test('refuses the cursor of another list', async () => {
    for (const idTag of ['c1', 'c2']) await api.post('/id-tags', { idTag })
    const { cursor } = (await api.get('/id-tags?limit=1')).body
    expect(problemOf(await api.get(`/charge-points?cursor=${cursor}`))).toEqual([400, 'invalid'])
  })
})

const idOf = ({ chargePointId }: { chargePointId: string }) => chargePointId

test('GET /charge-points gives as many as may be asked for', async () => {
  for (let count = 0; count < 120; count++)
    await api.post('/charge-points', { chargePointId: `Many${count}` })
  const { status, body } = await api.get('/charge-points?limit=200')
  expect(status).toBe(200)
  expect(body.items.filter((each: any) => each.chargePointId.startsWith('Many'))).toHaveLength(120)
})

test('POST /charge-points refuses an identity that ends like a path of the API', async () => {
  const base = '/charge-points/{chargePointId}/'
  const ends = ENDPOINTS.map(({ spec }) => spec.path).filter((path) => path.startsWith(base))
  expect(ends.length).toBeGreaterThan(10)
  for (const end of new Set(ends)) {
    const chargePointId = `X/${end.slice(base.length).replaceAll(/\{\w+\}/g, 'y')}`
    const refused = await api.post('/charge-points', { chargePointId })
    expect(problemOf(refused), chargePointId).toEqual([400, 'invalid'])
  }
  expect((await api.post('/charge-points', { chargePointId: 'X/callsign' })).status).toBe(201)
})
