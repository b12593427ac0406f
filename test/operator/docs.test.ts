import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOperatorApi } from '../../lib/operator/api.ts'
import { docs, document, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const fetch = (path: string, headers: Record<string, string> = {}) =>
  api.app.request(`/api${path}`, { headers })

test('the document is served', async () => {
  expect((await api.get('/openapi.json')).body).toEqual(document)
})

test('the page loads only what is served beside it, and nothing inline', async () => {
  const response = await fetch('/docs')
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const html = await response.text()
  const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)]
    .map(([, url]) => url ?? '')
    .filter((url) => !url.startsWith('data:'))
  expect(links).toHaveLength(3)
  for (const link of links) {
    const linked = await api.app.request(link)
    expect(linked.status, link).toBe(200)
    expect(linked.headers.get('content-type'), link).toMatch(/^text\/(css|javascript)/)
  }
  expect(html).not.toMatch(/<script>|<style>| on\w+=/)
})

test.each(['/docs', '/docs/start.js', '/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js', '/openapi.json'])(
  '%s may be kept, is asked for again cheaply, and trusts nobody',
  async (path) => {
    const response = await fetch(path)
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(bytes.length).toBeGreaterThan(0)
    expect(response.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toContain('unsafe')
    expect(policy).toContain("frame-ancestors 'none'")
    const etag = response.headers.get('etag') ?? ''
    expect((await fetch(path, { 'if-none-match': etag })).status).toBe(304)
    const zipped = await fetch(path, { 'accept-encoding': 'br, gzip;q=0.8' })
    expect(zipped.headers.get('content-encoding')).toBe('gzip')
    expect(gunzipSync(await zipped.arrayBuffer()).equals(bytes)).toBe(true)
    expect((await fetch(path, { 'accept-encoding': 'gzip;q=0' })).headers.has('content-encoding')).toBe(false)
  },
)

test('a slash too many leads to the page', async () => {
  const response = await fetch('/docs/')
  expect([response.status, response.headers.get('location')]).toEqual([308, '/api/docs'])
})

test('a file that cannot be read is an error of ours, and is tried again', async () => {
  let broken = true
  const app = createOperatorApi(api.system, {
    docs: async (file) => {
      if (broken) throw new Error('no such file')
      return docs(file)
    },
  })
  expect((await app.request('/api/docs/swagger-ui.css')).status).toBe(500)
  broken = false
  expect((await app.request('/api/docs/swagger-ui.css')).status).toBe(200)
})
