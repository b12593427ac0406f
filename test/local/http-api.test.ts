import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, importJWK, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Template } from '../../lib/local/assembly.ts'
import { type HttpRoute, matchRoute } from '../../lib/local/http-routes.ts'
import { loadSigningKey } from '../../lib/local/issuer-keys.ts'
import { silent } from '../../lib/local/log.ts'
import { type Local, startLocal } from '../../lib/local/runtime.ts'
import { eventually } from './fixture/client.ts'
import { writeFixture } from './fixture/fixture.ts'

describe('the choice of a route', () => {
  const keys = [
    'ANY /api/{proxy+}',
    'GET /api/docs',
    'GET /api/docs/{proxy+}',
    'GET /api/{id}',
    'POST /api/{id}/calls',
    'ANY /api/docs',
    '$default',
  ]
  const routes = keys.map((routeKey) => ({ routeKey })) as HttpRoute[]
  it.each<[string, string, string, Record<string, string>]>([
    ['GET', '/api/docs', 'GET /api/docs', {}],
    ['POST', '/api/docs', 'ANY /api/docs', {}],
    ['GET', '/api/docs/a/b', 'GET /api/docs/{proxy+}', { proxy: 'a/b' }],
    ['POST', '/api/docs/a', 'ANY /api/{proxy+}', { proxy: 'docs/a' }],
    ['GET', '/api/x', 'GET /api/{id}', { id: 'x' }],
    ['POST', '/api/x/calls', 'POST /api/{id}/calls', { id: 'x' }],
    ['GET', '/api/x/calls', 'ANY /api/{proxy+}', { proxy: 'x/calls' }],
    ['GET', '/api', '$default', {}],
    ['GET', '/other', '$default', {}],
  ])('%s %s: %s', (method, path, routeKey, parameters) => {
    const match = matchRoute(routes, method, path)
    expect([match?.route.routeKey, match?.parameters]).toEqual([routeKey, parameters])
  })
})

describe('the HTTP API', () => {
  const fixture = writeFixture()
  const dataDir = mkdtempSync(join(tmpdir(), 'busbar-http-'))
  let local: Local
  let token: string

  const tokenOf = async (body: Record<string, string>, headers: Record<string, string> = {}) => {
    const response = await fetch(`${local.url}/oauth2/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(body),
    })
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, string>,
    }
  }
  const get = (path: string, bearer = token, init: RequestInit = {}) =>
    fetch(`${local.url}${path}`, { ...init, headers: { authorization: `Bearer ${bearer}`, ...init.headers } })
  const basic = () => {
    const { clientId, clientSecret } = local.credentials
    return { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` }
  }
  const grant = { grant_type: 'client_credentials' }

  beforeAll(async () => {
    const edit = (template: Template): Template => {
      const { HttpIntegration } = template.Resources
      if (HttpIntegration?.Properties) HttpIntegration.Properties.TimeoutInMillis = 1_500
      return template
    }
    local = await startLocal({ cdkOut: fixture.cdkOut, dataDir, edit, log: silent })
    token = (await tokenOf(grant, basic())).body.access_token ?? ''
    // The limit on an integration counts its cold start too.
    await eventually(async () => ((await fetch(`${local.url}/api/open/warm`)).ok ? true : null), 20_000)
  })
  afterAll(async () => {
    await local?.stop()
    fixture.remove()
    rmSync(dataDir, { recursive: true })
  })

  it('says of a HEAD no length that the body of a GET would not have', async () => {
    const head = await get('/api/things', token, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBeNull()
    expect(await head.text()).toBe('')
    expect(Number((await get('/api/things')).headers.get('content-length'))).toBeGreaterThan(0)
  })

  describe('its tokens', () => {
    it('are shaped like those of Cognito', async () => {
      const { status, headers, body } = await tokenOf({ ...grant, scope: 'fixture/read' }, basic())
      expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
      expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 })
      const claims = JSON.parse(atob(body.access_token?.split('.')[1] ?? ''))
      const { clientId } = local.credentials
      expect(claims).toMatchObject({
        iss: local.url,
        sub: clientId,
        client_id: clientId,
        token_use: 'access',
        scope: 'fixture/read',
      })
      expect(claims.exp - claims.iat).toBe(3600)
      expect(claims.aud).toBe(clientId)
    })

    it('come with all scopes when none is asked for, and by credentials in the form too', async () => {
      const { clientId, clientSecret } = local.credentials
      const { status, body } = await tokenOf({ ...grant, client_id: clientId, client_secret: clientSecret })
      expect([status, body.scope]).toEqual([200, 'fixture/read fixture/admin'])
    })

    it.each<[string, Record<string, string>, 'good' | 'bad' | 'none', number, string]>([
      ['a wrong secret', grant, 'bad', 401, 'invalid_client'],
      ['no credentials', grant, 'none', 401, 'invalid_client'],
      ['an unknown scope', { ...grant, scope: 'fixture/none' }, 'good', 400, 'invalid_scope'],
      ['another grant', { grant_type: 'password' }, 'good', 400, 'unsupported_grant_type'],
      ['no grant', {}, 'good', 400, 'invalid_request'],
    ])('are refused for %s', async (_, body, credentials, status, error) => {
      const headers = { good: basic(), bad: { authorization: `Basic ${btoa('a:b')}` }, none: {} }[credentials]
      const outcome = await tokenOf(body, headers as Record<string, string>)
      expect([outcome.status, outcome.body.error]).toEqual([status, error])
    })

    it('can be checked by the published keys alone', async () => {
      const discovery = (await (
        await fetch(`${local.url}/.well-known/openid-configuration`)
      ).json()) as Record<string, string>
      expect(discovery).toMatchObject({ issuer: local.url, token_endpoint: `${local.url}/oauth2/token` })
      const { keys } = (await (await fetch(discovery.jwks_uri ?? '')).json()) as {
        keys: Record<string, string>[]
      }
      expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
    })
  })

  describe('its authorizer', () => {
    it('lets a good token through, with its claims as texts', async () => {
      const event = (await (await get('/api/x')).json()) as any
      const { claims, scopes } = event.requestContext.authorizer.jwt
      expect(claims).toMatchObject({
        client_id: local.credentials.clientId,
        version: '2',
        exp: expect.any(String),
      })
      expect(scopes).toBeNull()
      expect(event.routeKey).toBe('ANY /api/{proxy+}')
    })

    it('answers 401 to no token', async () => {
      const response = await fetch(`${local.url}/api/x`)
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
      expect(await response.json()).toEqual({ message: 'Unauthorized' })
    })

    const forge = async (claims: JWTPayload, exp = '1h', foreign = false) => {
      const key = await loadSigningKey(join(dataDir, 'signing-key.json'))
      const signing = foreign
        ? {
            ...(await exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey)),
            kid: key.kid ?? '',
          }
        : key
      const payload = { iss: local.url, client_id: local.credentials.clientId, ...claims }
      return new SignJWT(payload)
        .setProtectedHeader({ alg: 'RS256', kid: signing.kid ?? '' })
        .setIssuedAt()
        .setExpirationTime(exp)
        .sign(await importJWK(signing, 'RS256'))
    }

    it.each<[string, () => Promise<string>, number]>([
      ['a token of the right kind', () => forge({}), 200],
      [
        'an audience among those asked for',
        () => forge({ aud: local.credentials.clientId, client_id: 'x' }),
        200,
      ],
      ['an expired token', () => forge({}, '-1s'), 401],
      ['another client', () => forge({ client_id: 'somebody' }), 401],
      ['another audience', () => forge({ aud: 'somebody' }), 401],
      ['another issuer', () => forge({ iss: 'http://elsewhere' }), 401],
      ['a foreign signature', () => forge({}, '1h', true), 401],
      ['a token not valid yet', () => forge({ nbf: Math.floor(Date.now() / 1000) + 60 }), 401],
      ['something else', async () => 'abc', 401],
      ['no signature', async () => `${btoa('{"alg":"none"}')}.${token.split('.')[1]}.`, 401],
    ])('judges %s', async (_, make, status) => {
      expect((await get('/api/x', await make())).status).toBe(status)
    })

    it('answers 403 where the scope of the route is missing', async () => {
      const reader = (await tokenOf({ ...grant, scope: 'fixture/read' }, basic())).body.access_token ?? ''
      const refused = await get('/api/admin', reader)
      expect([refused.status, await refused.json()]).toEqual([403, { message: 'Forbidden' }])
      const event = (await (await get('/api/admin')).json()) as any
      expect(event.requestContext.authorizer.jwt.scopes).toEqual(['fixture/admin'])
    })

    it('is not asked on a route without it', async () => {
      expect((await fetch(`${local.url}/api/open/x`)).status).toBe(200)
    })
  })

  describe('its events', () => {
    it('are of payload format 2.0', async () => {
      const response = await fetch(`${local.url}/api/open/a%20b?x=1&x=2&y=%C3%A9+&constructor=c`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          Cookie: 'a=1; b=2',
          'X-Twice': 'one',
          'x-forwarded-for': '9.9.9.9',
        },
        body: '{"a":1}',
      })
      const event = (await response.json()) as any
      expect(event).toMatchObject({
        version: '2.0',
        routeKey: 'POST /api/open/{name}',
        rawPath: '/api/open/a b',
        rawQueryString: 'x=1&x=2&y=%C3%A9+&constructor=c',
        queryStringParameters: { x: '1,2', y: 'é ', constructor: 'c' },
        pathParameters: { name: 'a b' },
        cookies: ['a=1', 'b=2'],
        body: '{"a":1}',
        isBase64Encoded: false,
        requestContext: {
          stage: '$default',
          http: { method: 'POST', path: '/api/open/a b', sourceIp: '127.0.0.1' },
        },
      })
      expect(event.headers).toMatchObject({
        'x-twice': 'one',
        'x-forwarded-for': '9.9.9.9, 127.0.0.1, 127.0.0.1',
      })
      expect(event.headers.cookie).toBeUndefined()
    })

    it('carry what is not text as base64', async () => {
      const post = (contentType: string, body: string) =>
        fetch(`${local.url}/api/open/x`, { method: 'POST', headers: { 'content-type': contentType }, body })
      expect(await (await post('application/x-www-form-urlencoded', 'a=1')).json()).toMatchObject({
        body: btoa('a=1'),
        isBase64Encoded: true,
      })
      expect(await (await post('application/merge-patch+json', '{}')).json()).toMatchObject({
        body: '{}',
        isBase64Encoded: false,
      })
    })

    it('have a path that was decoded before the route was chosen, as HTTP APIs do', async () => {
      expect(await (await get('/api/a%2Fb%23c')).json()).toMatchObject({ rawPath: '/api/a/b#c' })
      expect(await (await get('/api/a%3Fb')).json()).toMatchObject({ rawPath: '/api/a' })
      expect((await get('/api/%zz')).status).toBe(400)
    })
  })

  describe('its answers', () => {
    it('are those of the function', async () => {
      const full = await get('/api/full')
      expect([full.status, await full.text(), full.headers.get('x-one')]).toEqual([201, 'made', '1'])
      expect(full.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
      const text = await get('/api/text')
      expect([text.status, await text.text()]).toEqual([200, 'plain'])
      expect(await (await get('/api/object')).json()).toEqual({ a: 1 })
      const binary = await get('/api/binary')
      expect([...new Uint8Array(await binary.arrayBuffer())]).toEqual([0, 1, 2, 255])
    })

    it.each([
      ['/api/throws', 500, { message: 'Internal Server Error' }],
      ['/api/malformed', 500, { message: 'Internal Server Error' }],
      ['/api/slow', 503, { message: 'Service Unavailable' }],
    ])('to %s are %i', async (path, status, body) => {
      const response = await get(path)
      expect([response.status, await response.json()]).toEqual([status, body])
    })

    it('are 404 where there is no route, and 413 where there is too much', async () => {
      const missing = await get('/api/open/x', token, { method: 'DELETE' })
      expect(missing.status).toBe(200)
      const nowhere = await get('/api')
      expect([nowhere.status, await nowhere.json()]).toEqual([404, { message: 'Not Found' }])
      const large = await get('/api/x', token, { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) })
      expect(large.status).toBe(413)
    })
  })

  describe('what stands around it', () => {
    it('leads from / to the documentation and answers anything else with a problem', async () => {
      const home = await fetch(`${local.url}/`, { redirect: 'manual' })
      expect([home.status, home.headers.get('location')]).toEqual([302, '/api/docs'])
      const other = await fetch(`${local.url}/nowhere`)
      expect([other.status, other.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
      expect(await other.json()).toMatchObject({ status: 404, title: 'Not Found' })
    })
  })
})
