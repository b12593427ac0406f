import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Template } from '../../lib/local/assembly.ts'
import { silent } from '../../lib/local/log.ts'
import { type Local, startLocal } from '../../lib/local/runtime.ts'
import { writeFixture } from './fixture/fixture.ts'

const CONSOLE = 'https://console.example'

const withProperties =
  (id: string, properties: object) =>
  (template: Template): Template => {
    Object.assign(template.Resources[id]?.Properties ?? {}, properties)
    return template
  }

describe('an HTTP API and pages from elsewhere', () => {
  const fixture = writeFixture()
  let local: Local
  beforeAll(async () => {
    const CorsConfiguration = {
      AllowOrigins: [CONSOLE, 'http://*'],
      AllowMethods: ['GET', 'POST'],
      AllowHeaders: ['authorization', 'if-match'],
      ExposeHeaders: ['etag'],
      MaxAge: 600,
    }
    const edit = (template: Template) => {
      withProperties('Http', { CorsConfiguration })(template)
      withProperties('ApiRoute', { RouteKey: 'GET /api/{proxy+}' })(template)
      return withProperties('AdminRoute', { RouteKey: 'ANY /api/admin' })(template)
    }
    local = await startLocal({ cdkOut: fixture.cdkOut, dataDir: 'memory', edit, log: silent })
  })
  afterAll(async () => {
    await local?.stop()
    fixture.remove()
  })

  const ask = async (path: string, headers: Record<string, string>, method = 'GET') => {
    const response = await fetch(`${local.url}${path}`, { method, headers })
    const cors = [...response.headers].filter(([name]) => name.startsWith('access-control-'))
    return { status: response.status, cors: Object.fromEntries(cors) }
  }
  const preflight = (origin: string, path = '/api/anything') =>
    ask(path, { origin, 'access-control-request-method': 'POST' }, 'OPTIONS')

  it('answers a preflight itself where no route takes it: no token, no function', async () => {
    const granted = {
      status: 204,
      cors: {
        'access-control-allow-origin': CONSOLE,
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'authorization,if-match',
        'access-control-max-age': '600',
      },
    }
    expect(await preflight(CONSOLE)).toEqual(granted)
    expect(await preflight(CONSOLE, '/api/open/too/deep')).toEqual(granted)
  })

  it('has a route that takes OPTIONS take preflights, and its authorizer refuse them', async () => {
    expect((await preflight(CONSOLE, '/api/admin')).status).toBe(401)
  })

  it('grants nothing to other origins', async () => {
    expect(await preflight('https://elsewhere.example')).toEqual({ status: 204, cors: {} })
    const answer = await ask('/api/open/x', { origin: 'https://elsewhere.example' })
    expect(answer).toEqual({ status: 200, cors: {} })
  })

  it('says with every answer who may read it, its own refusals included', async () => {
    const cors = { 'access-control-allow-origin': CONSOLE, 'access-control-expose-headers': 'etag' }
    expect(await ask('/api/open/x', { origin: CONSOLE })).toEqual({ status: 200, cors })
    expect(await ask('/api/x', { origin: CONSOLE })).toEqual({ status: 401, cors })
    expect(await ask('/api/open/x/y', { origin: CONSOLE }, 'PUT')).toMatchObject({ cors })
    expect(await ask('/api/open/x', {})).toEqual({ status: 200, cors: {} })
  })

  it('takes a wildcard for every host of a scheme', async () => {
    const { cors } = await ask('/api/open/x', { origin: 'http://localhost:5173' })
    expect(cors).toMatchObject({ 'access-control-allow-origin': 'http://localhost:5173' })
  })
})

describe('an HTTP API without CORS, and with a limit', () => {
  const fixture = writeFixture()
  let local: Local
  beforeAll(async () => {
    const edit = withProperties('HttpStage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 4 },
    })
    local = await startLocal({ cdkOut: fixture.cdkOut, dataDir: 'memory', edit, log: silent })
  })
  afterAll(async () => {
    await local?.stop()
    fixture.remove()
  })

  it('answers what is too much with 429, and a preflight like anything else', async () => {
    const headers = { origin: CONSOLE, 'access-control-request-method': 'GET' }
    const refused = await fetch(`${local.url}/api/x`, { method: 'OPTIONS', headers })
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, null])
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const response = await fetch(`${local.url}/api/open/x`)
        return response.status === 429 ? response.json() : response.status
      }),
    )
    const passed = answers.filter((answer) => answer === 200).length
    expect(passed).toBeGreaterThanOrEqual(3)
    expect(passed).toBeLessThanOrEqual(5)
    expect(answers).toContainEqual({ message: 'Too Many Requests' })
  })
})
