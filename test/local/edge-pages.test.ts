import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silent } from '../../lib/local/log.ts'
import { type Local, startLocal } from '../../lib/local/runtime.ts'
import { synthesized } from '../support/synthesized.ts'

/** As a build leaves it: a page, and files with the hash of their content in their names. */
function buildOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-pages-'))
  mkdirSync(join(folder, 'assets'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return folder
}

describe('the pages at the edge', () => {
  let local: Local
  let stack: ReturnType<typeof synthesized>
  const folder = buildOf({
    'index.html': '<!doctype html><title>Pages</title>',
    'icon.svg': '<svg/>',
    'assets/index-1a2b.js': 'run()',
  })
  beforeAll(async () => {
    stack = synthesized({ consoleDirectory: folder })
    local = await startLocal({ cdkOut: stack.cdkOut, dataDir: 'memory', log: silent })
  }, 180_000)
  afterAll(async () => {
    await local?.stop()
    stack?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const get = (path: string, init: RequestInit = {}) =>
    fetch(`${local.url}${path}`, { redirect: 'manual', ...init })

  it.each([
    '/',
    '/charge-points',
    '/charge-points/CP.001',
    '/charge-points/a%2Fb',
    '/index.html',
    '/x?y=z.js',
  ])('are one page at %s', async (path) => {
    const response = await get(path)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(await response.text()).toContain('<title>Pages</title>')
    expect(response.headers.get('cache-control')).toBe('no-cache')
  })

  it('run nothing but their own files, in no frame', async () => {
    const { headers } = await get('/')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /)
    expect(policy).toMatch(
      /connect-src 'self' https:\/\/cognito-idp\.us-east-1\.amazonaws\.com https:\/\/\S+ https:\/\/\S+\.s3\.us-east-1\.amazonaws\.com;/,
    )
    expect(policy).toContain("frame-ancestors 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  })

  it('have files that are kept for good', async () => {
    const response = await get('/assets/index-1a2b.js')
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/javascript'])
    expect(response.headers.get('cache-control')).toMatch(/max-age=31536000.*immutable/)
    expect(await response.text()).toBe('run()')
    expect((await get('/icon.svg')).headers.get('cache-control')).toBe('no-cache')
  })

  it('are told where they are, by addresses of here', async () => {
    const response = await get('/config.json')
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual({
      issuer: local.url,
      clientId: expect.any(String),
      signInUrl: local.url,
      stationUrl: `${local.wsUrl}/ocpp/`,
    })
  })

  it.each([
    '/assets/gone.js',
    '/..%2f..%2fmanifest.json',
    '/assets/..%2f..%2f..%2fmanifest.json',
    '/gone.txt',
  ])('give nothing at %s', async (path) => {
    expect((await get(path)).status).toBe(403)
  })

  it('leave what is not theirs alone', async () => {
    expect((await get('/api/overview')).status).toBe(401)
    expect((await get('/api/docs')).status).toBe(200)
    expect((await get('/oauth2/token', { method: 'POST' })).status).toBe(401)
    expect((await get('/ocpp/CP1')).status).toBe(404)
    expect((await get('/', { method: 'POST' })).status).toBe(404)
    expect((await get('/', { method: 'HEAD' })).headers.get('content-length')).toBe('35')
  })

  it('are where people come back to when they have signed in', async () => {
    const { clientId } = (await (await get('/config.json')).json()) as { clientId: string }
    const query = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: `${local.url}/`,
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })
    const response = await get(`/oauth2/authorize?${query}`)
    expect(response.headers.get('location')).toMatch(/\/sign-in/)
  })
})
