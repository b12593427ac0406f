import type { LambdaEvent } from 'hono/aws-lambda'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BASE_PATH, createOperatorApi } from '../../lib/operator/api.ts'
import { ENDPOINTS } from '../../lib/operator/endpoints.ts'
import { gatewayHandler, pathEncoder } from '../../lib/operator/gateway.ts'
import { docs, startApi, type TestApi } from './support.ts'

const PATHS = ENDPOINTS.map(({ spec }) => BASE_PATH + spec.path)

let api: TestApi
let handler: ReturnType<typeof gatewayHandler>
beforeAll(async () => {
  api = await startApi()
  handler = gatewayHandler(createOperatorApi(api.system, { docs, callerRequired: true }), PATHS)
})
afterAll(() => api.stop())

type GatewayEvent = Extract<LambdaEvent, { rawPath: string }>

/** As API Gateway hands on what is in a token. */
const ADMINISTRATOR = { sub: 's', username: 'ann', 'cognito:groups': '[administrator]' }

/** An event as an HTTP API makes it of this request: the path is decoded once, and cut at what is a `?` then. */
function eventOf(
  method: string,
  url: string,
  { body, claims = ADMINISTRATOR }: { body?: string; claims?: object | null } = {},
): GatewayEvent {
  const [path = '', rawQueryString = ''] = url.split('?')
  const rawPath = decodeURIComponent(path).split('?')[0] ?? ''
  return {
    version: '2.0',
    routeKey: `${method} /api/{proxy+}`,
    rawPath,
    rawQueryString,
    headers: { host: 'api.test', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body ?? null,
    isBase64Encoded: false,
    requestContext: {
      accountId: 'a',
      apiId: 'a',
      authentication: null,
      authorizer: claims ? { jwt: { claims, scopes: null } } : {},
      domainName: 'api.test',
      domainPrefix: 'api',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'r',
      routeKey: `${method} /api/{proxy+}`,
      stage: '$default',
      time: 't',
      timeEpoch: 0,
    } as unknown as GatewayEvent['requestContext'],
  }
}

async function ask(method: string, url: string, more?: Parameters<typeof eventOf>[2]) {
  const { statusCode, headers, body } = await handler(eventOf(method, url, more))
  return { status: statusCode, headers: headers as Record<string, string>, body: body && JSON.parse(body) }
}

const LISTS_BELOW = ['connectors', 'calls', 'meter-values', 'charging-profiles', 'jobs', 'files', 'messages']

const NOT_TOLD_YET = [
  ['configuration', 'no-configuration'],
  ['local-list', 'no-local-list'],
  ['onboarding', 'no-onboarding'],
] as const

describe('paths come decoded, and are read all the same', () => {
  test.each(['CP1', 'CP 1/α', '100%', 'a%2Fb', 'a#b', 'a\\b', 'a/b/c', '/a', 'a/', 'x/../y', '...'])(
    '%j',
    async (chargePointId) => {
      const created = await ask('POST', '/api/charge-points', { body: JSON.stringify({ chargePointId }) })
      expect(created.status).toBe(201)
      const location = created.headers.location ?? ''
      const read = await ask('GET', location)
      expect([read.status, read.body.chargePointId]).toEqual([200, chargePointId])
      for (const part of LISTS_BELOW) {
        expect((await ask('GET', `${location}/${part}`)).body, part).toEqual({ items: [] })
      }
      for (const [part, name] of NOT_TOLD_YET) {
        expect((await ask('GET', `${location}/${part}`)).body.type, part).toBe(`/problems/${name}`)
      }
      const nothing = await ask('GET', `${location}/jobs/x`)
      expect(nothing.body.detail).toBe(`charge point ${chargePointId} has no job x`)
      expect((await ask('POST', `${location}/configuration/apply`)).body).toEqual({ items: [] })
      const call = { action: 'ClearCache', whenOffline: 'queue' }
      const queued = await ask('POST', `${location}/calls`, { body: JSON.stringify(call) })
      expect(queued.status).toBe(202)
      expect(queued.body).toMatchObject({ chargePointId, origin: 'ann' })
      expect((await ask('GET', queued.headers.location ?? '')).body.messageId).toBe(queued.body.messageId)
      const page = await ask(
        'GET',
        `/api/transactions?chargePointId=${encodeURIComponent(chargePointId)}&limit=1`,
      )
      expect(page.body).toEqual({ items: [] })
      expect((await ask('DELETE', location)).status).toBe(204)
    },
  )
})

describe('nothing climbs out of the documentation, which needs no token', () => {
  test.each([
    '/api/docs/../charge-points',
    '/api/docs/..%2Fcharge-points',
    '/api/docs/%2e%2e/charge-points',
    '/api/docs/%252e%252e/charge-points',
    '/api/docs/..%5Ccharge-points',
    '/api/docs/x/..%2f..%2fcharge-points',
    '/api/docs%2F..%2Fcharge-points',
  ])('%s', async (url) => {
    expect((await ask('GET', url, { claims: null })).status).toBe(401)
    expect((await ask('GET', url)).status).toBe(404)
  })
})

describe('a decoded path', () => {
  const encode = pathEncoder(PATHS)
  test.each([
    ['/api/charge-points', '/api/charge-points'],
    ['/api/charge-points/CP 1/α', '/api/charge-points/CP%201%2F%CE%B1'],
    ['/api/charge-points/CP 1/α/calls', '/api/charge-points/CP%201%2F%CE%B1/calls'],
    ['/api/charge-points/a/calls/b', '/api/charge-points/a/calls/b'],
    ['/api/charge-points/a/calls/calls/b', '/api/charge-points/a%2Fcalls/calls/b'],
    ['/api/charge-points/a/b/jobs/c', '/api/charge-points/a%2Fb/jobs/c'],
    ['/api/charge-points/a/b/configuration/apply', '/api/charge-points/a%2Fb/configuration/apply'],
    ['/api/charge-points/a/b/configuration', '/api/charge-points/a%2Fb/configuration'],
    ['/api/charge-points/a/onboarding/files', '/api/charge-points/a%2Fonboarding/files'],
    ['/api/transactions/1/close', '/api/transactions/1/close'],
    ['/api/id-tags/a/b', '/api/id-tags/a%2Fb'],
    ['/api/transactions/1/meter-values', '/api/transactions/1/meter-values'],
    ['/api/charge-points/..', '/api/charge-points/%252E%252E'],
    ['/api/docs/swagger-ui.css', '/api/docs/swagger-ui.css'],
    ['/api/no such/thing', '/api/no%20such/thing'],
  ])('%s becomes %s', (decoded, encoded) => {
    expect(encode(decoded)).toBe(encoded)
  })
})

test('without claims there is nothing but the documentation', async () => {
  expect((await ask('GET', '/api/charge-points', { claims: null })).status).toBe(401)
  expect((await ask('GET', '/api/openapi.json', { claims: null })).body.openapi).toBe('3.1.0')
})

test('bodies in base64 are read', async () => {
  const event = eventOf('POST', '/api/id-tags', { body: Buffer.from('{"idTag":"b64"}').toString('base64') })
  const { statusCode } = await handler({ ...event, isBase64Encoded: true })
  expect(statusCode).toBe(201)
})

test('an Idempotency-Key that is not ASCII is refused', async () => {
  const event = eventOf('POST', '/api/id-tags', { body: '{"idTag":"keyed"}' })
  const headers = { ...event.headers, 'idempotency-key': 'clé' }
  expect((await handler({ ...event, headers })).statusCode).toBe(400)
  expect((await handler({ ...event, headers: { ...headers, 'idempotency-key': 'cle' } })).statusCode).toBe(
    201,
  )
})

test('what is zipped comes in base64', async () => {
  const event = eventOf('GET', '/api/docs/swagger-ui.css', { claims: null })
  const result = await handler({ ...event, headers: { ...event.headers, 'accept-encoding': 'gzip' } })
  expect(result).toMatchObject({ statusCode: 200, isBase64Encoded: true })
  expect(result.headers).toMatchObject({
    'content-encoding': 'gzip',
    'content-type': 'text/css; charset=utf-8',
  })
})
