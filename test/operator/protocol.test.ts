import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOperatorApi } from '../../lib/operator/api.ts'
import { ENDPOINTS } from '../../lib/operator/endpoints.ts'
import { aChargePoint } from '../support/system.ts'
import { docs, pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
let breaking = false
beforeAll(async () => {
  api = await startApi({
    store: (store) => ({
      ...store,
      listIdTags: async (filter, page) => {
        if (breaking) throw new Error('the password is hunter2')
        return store.listIdTags(filter, page)
      },
    }),
  })
})
afterAll(() => api.stop())

describe('what is not there', () => {
  test.each([
    '/',
    '/nothing',
    '/charge-points/',
    '/charge-points/a/b',
    '/charge-points//calls',
    '/Charge-Points',
  ])('GET %s is 404', async (path) => {
    expect(problemOf(await api.get(path))).toEqual([404, 'no-route'])
  })

  test('a path that is not percent-encoded UTF-8 is refused', async () => {
    for (const path of ['/charge-points/%E4', '/charge-points/%zz', '/id-tags/100%']) {
      expect(problemOf(await api.get(path)), path).toEqual([400, 'invalid'])
    }
  })
})

describe('methods', () => {
  test.each([
    ['PUT', '/charge-points', 'GET, HEAD, POST'],
    ['PUT', '/charge-points/CP1', 'GET, HEAD, PATCH, DELETE'],
    ['POST', '/transactions/1', 'GET, HEAD'],
    ['GET', '/unknown-id-tags/x', 'DELETE'],
    ['HEAD', '/unknown-id-tags/x', 'DELETE'],
    ['DELETE', '/openapi.json', 'GET, HEAD'],
  ])('%s %s is 405, and tells what would do', async (method, path, allow) => {
    const refused = await api.ask(method, path)
    expect(refused.status).toBe(405)
    expect(refused.headers.get('allow')).toBe(allow)
    if (method !== 'HEAD') expect(problemOf(refused)).toEqual([405, 'method-not-allowed'])
  })

  test('HEAD tells what GET would, without the body', async () => {
    const { chargePointId } = await aChargePoint(api)
    const path = `/charge-points/${chargePointId}`
    const [get, head] = [await api.get(path), await api.ask('HEAD', path)]
    expect(head.status).toBe(200)
    expect(head.text).toBe('')
    expect(head.headers.get('etag')).toBe(get.headers.get('etag'))
    expect(
      (await api.ask('HEAD', path, { headers: { 'if-none-match': get.headers.get('etag') ?? '' } })).status,
    ).toBe(304)
    expect((await api.ask('HEAD', '/charge-points/nobody')).status).toBe(404)
  })
})

describe('bodies', () => {
  const post = (asking: Parameters<TestApi['ask']>[2]) => api.ask('POST', '/id-tags', asking)

  test.each(['{', '', '{"idTag": "a",}', 'idTag=a'])('%j is not JSON', async (text) => {
    expect(problemOf(await post({ text }))).toEqual([400, 'malformed'])
  })

  test('are UTF-8', async () => {
    const text = new Uint8Array([0x7b, 0x22, 0x61, 0xff, 0x22, 0x3a, 0x31, 0x7d])
    expect(problemOf(await post({ text }))).toEqual([400, 'malformed'])
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/merge-patch+json',
    'application/jsonx',
    '',
  ])('of type %j are refused', async (type) => {
    const refused = await post({ text: '{"idTag":"a"}', headers: { 'content-type': type } })
    expect(problemOf(refused)).toEqual([415, 'unsupported-media-type'])
    expect(refused.body.detail).toContain('application/json')
  })

  test('may say their charset', async () => {
    const headers = { 'content-type': 'Application/JSON; charset=UTF-8' }
    expect((await post({ text: '{"idTag":"charset"}', headers })).status).toBe(201)
  })

  test('in another charset, or compressed, are refused', async () => {
    for (const headers of [
      { 'content-type': 'application/json; charset=windows-1252' },
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    ]) {
      const refused = await post({ text: '{"idTag":"foreign"}', headers })
      expect(problemOf(refused)).toEqual([415, 'unsupported-media-type'])
    }
    const headers = {
      'content-type': 'application/json;charset="utf-8"',
      'content-encoding': 'identity',
    }
    expect((await post({ text: '{"idTag":"familiar"}', headers })).status).toBe(201)
  })

  test('in which a gateway has replaced what was no UTF-8 are refused', async () => {
    const refused = await post({ text: '{"idTag":"caf\uFFFD"}' })
    expect(problemOf(refused)).toEqual([400, 'malformed'])
    expect(refused.body.detail).toBe('the body is not UTF-8')
    expect((await post({ text: '{"idTag":"meant","note":"\\ufffd"}' })).status).toBe(201)
    const csv = { text: 'idTag,note\nA,caf\uFFFD\n', headers: { 'content-type': 'text/csv' } }
    expect(problemOf(await api.ask('POST', '/imports?kind=id-tags', csv))).toEqual([400, 'malformed'])
  })

  test('with half of a surrogate pair in a text are refused, wherever it is', async () => {
    const csv = {
      text: 'chargePointId,wantedConfiguration\nA,"{""a"":""\\ud800""}"',
      headers: { 'content-type': 'text/csv' },
    }
    for (const refused of [
      await post({ text: '{"idTag":"half","note":"a\\ud83d"}' }),
      await post({ text: '{"idTag":"half","allowedSites":["\\ude00"]}' }),
      await api.ask('POST', '/charge-points', {
        text: '{"chargePointId":"half","wantedConfiguration":{"\\ud83d":"1"}}',
      }),
      await api.ask('POST', '/imports', {
        text: '{"kind":"id-tags","rows":[{"idTag":"half","note":"\\ud83d"}]}',
      }),
      await api.ask('POST', '/imports?kind=charge-points', csv),
    ]) {
      expect(problemOf(refused)).toEqual([400, 'malformed'])
      expect(refused.body.detail).toContain('surrogate')
    }
    const whole = await post({ text: '{"idTag":"whole","note":"\\ud83d\\ude00"}' })
    expect([whole.status, whole.body.note]).toEqual([201, '😀'])
  })

  test('that are nested without end are refused', async () => {
    const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
    const rows = (levels: number) => `{"kind":"id-tags","rows":[{"idTag":"deep","note":${deep(levels)}}]}`
    for (const levels of [100, 100_000]) {
      expect(problemOf(await api.ask('POST', '/imports', { text: rows(levels) }))).toEqual([400, 'malformed'])
      expect(problemOf(await post({ text: deep(levels + 2) }))).toEqual([400, 'malformed'])
    }
    expect((await api.ask('POST', '/imports', { text: rows(90) })).status).toBe(202)
  })

  test('may be left out where all of it may be', async () => {
    await api.store.rememberUnknown('charge-point', 'BODYLESS', api.clock.iso())
    expect((await api.ask('POST', '/unknown-charge-points/BODYLESS/accept')).status).toBe(201)
    await api.store.rememberUnknown('id-tag', 'BODYLESS', api.clock.iso())
    expect((await api.ask('POST', '/unknown-id-tags/BODYLESS/accept')).status).toBe(201)
    const { chargePointId } = await aChargePoint(api)
    expect((await api.ask('POST', `/charge-points/${chargePointId}/password-rotation`)).status).toBe(202)
    expect(problemOf(await api.ask('POST', '/id-tags'))).toEqual([415, 'unsupported-media-type'])
  })

  test('are at most 256 KB', async () => {
    const text = (bytes: number) => `{"idTag":"${'x'.repeat(bytes - 12)}"}`
    expect(problemOf(await post({ text: text(256 * 1024) }))).toEqual([400, 'invalid'])
    expect(problemOf(await post({ text: text(256 * 1024 + 1) }))).toEqual([413, 'too-large'])
    const headers = { 'content-type': 'application/json', 'content-length': '999999' }
    expect(problemOf(await post({ text: '{}', headers }))).toEqual([413, 'too-large'])
  })

  test('with very much wrong in them are told the first of it', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`x${index}`, 1]))
    const { status, body } = await api.post('/id-tags', { idTag: 'A', ...unknown })
    expect(status).toBe(400)
    expect(body.issues).toHaveLength(100)
    expect(body.detail).toMatch(/^x0: .*; x9: [^;]*; and 140 more$/)
  })

  test('that try to reach the prototype reach nothing', async () => {
    const { status } = await post({ text: '{"idTag":"proto","__proto__":{"blocked":true}}' })
    expect([201, 400]).toContain(status)
    expect((await api.get('/id-tags/proto')).body?.blocked).not.toBe(true)
  })
})

test.each([
  ['/charge-points?limit=0', 'limit', 'must be an integer from 1 to 200'],
  ['/charge-points?limit=201', 'limit', 'must be an integer from 1 to 200'],
  ['/charge-points?limit=99999999999999999999', 'limit', 'must be an integer from 1 to 200'],
  ['/charge-points?limit=many', 'limit', 'must be an integer from 1 to 200'],
  ['/charge-points?heardWithin=0', 'heardWithin', 'must be an integer from 1 to 31622400'],
  [
    '/transactions?chargePointId=a&connectorId=12345678901',
    'connectorId',
    'must be an integer from 0 to 2147483647',
  ],
  ['/reservations?chargePointId=a&connectorId=-1', 'connectorId', 'must be an integer from 0 to 2147483647'],
  ['/transactions/99999999999', 'transactionId', 'must be an integer from 1 to 2147483647'],
  ['/transactions/-1', 'transactionId', 'must be an integer from 1 to 2147483647'],
  ['/charging-profiles/0', 'chargingProfileId', 'must be an integer from 1 to 2147483647'],
  ['/reservations/x', 'reservationId', 'must be an integer from -2147483648 to 2147483647'],
])('GET %s says what %s may be', async (path, name, message) => {
  expect((await api.get(path)).body.issues).toEqual([{ path: name, message }])
})

test('an id tag of blanks is none, and no more is a name', async () => {
  for (const idTag of [' ', '   ']) expect(pathsOf(await api.post('/id-tags', { idTag }))).toEqual(['idTag'])
  for (const path of ['/users', '/sites'])
    expect(pathsOf(await api.post(path, { name: ' \u00a0' }))).toEqual(['name'])
})

test('what is looked for may be of any characters, cut in a pair or as long as may be', async () => {
  for (const text of [`a${'😀'.repeat(200)}`, '😀'.repeat(400)]) {
    const sought = encodeURIComponent(text)
    for (const path of [
      'charge-points?vendor=',
      'charge-points?siteId=',
      'tasks?origin=',
      'transactions?userId=',
    ])
      expect((await api.get(`/${path}${sought}`)).body.items, path).toEqual([])
    expect((await api.get(`/charge-points/${sought}`)).status).toBe(404)
  }
})

test('every endpoint refuses query parameters it does not know', async () => {
  for (const { spec } of ENDPOINTS) {
    const path = `${spec.path.replace('{transactionId}', '1').replaceAll(/\{\w+\}/g, 'x')}?surplus=1&__proto__=1`
    const body = spec.body ? {} : undefined
    const refused = await api.ask(spec.method.toUpperCase(), path, { body })
    expect(problemOf(refused), path).toEqual([400, 'invalid'])
    expect(pathsOf(refused), path).toEqual(expect.arrayContaining(['surplus', '__proto__']))
  }
})

test('an error of our own tells nothing but where to look in the log', async () => {
  breaking = true
  const failed = await api.get('/id-tags')
  breaking = false
  expect(problemOf(failed)).toEqual([500, 'internal'])
  const { errorId } = failed.body
  expect(failed.body).toEqual({
    type: '/problems/internal',
    title: expect.any(String),
    status: 500,
    instance: `urn:uuid:${errorId}`,
    errorId,
  })
  const [entry] = api.logged.filter(({ level }) => level === 'error')
  expect(entry?.facts).toMatchObject({ errorId, method: 'GET', path: '/api/id-tags' })
  expect(entry?.facts.error).toBeInstanceOf(Error)
})

test('answers are not to be kept by anyone between', async () => {
  const { headers } = await api.get('/charge-points')
  expect(headers.get('cache-control')).toBe('private, no-cache')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

describe('where a caller is required', () => {
  const app = () => createOperatorApi(api.system, { docs, callerRequired: true })

  test.each(['/charge-points', '/nothing', '/docs/../charge-points', '/docs/%2e%2e/charge-points'])(
    'nobody reads %s without claims',
    async (path) => {
      const response = await app().request(`/api${path}`)
      expect(response.status).toBe(401)
      expect(await response.json()).toMatchObject({ type: '/problems/unauthenticated' })
    },
  )

  test('claims let one in, and the documentation needs none', async () => {
    const claims = { sub: 'me', client_id: 'me', scope: 'busbar/viewer' }
    const env = { requestContext: { authorizer: { jwt: { claims } } } }
    expect((await app().request('/api/charge-points', {}, env)).status).toBe(200)
    expect((await app().request('/api/docs')).status).toBe(200)
    expect((await app().request('/api/openapi.json')).status).toBe(200)
  })
})
