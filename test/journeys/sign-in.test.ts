import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silent } from '../../lib/local/log.ts'
import { type Local, startLocal } from '../../lib/local/runtime.ts'
import { askForTokens, Browser, locationOf, signIn } from '../support/sign-in.ts'
import { CDK_OUT } from '../support/system.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'busbar-sign-in-'))
const administrator = { name: 'administrator', password: 'a password of the first' }
const olga = { name: 'Olga Ørsted', password: 'a password of hers' }
const victor = { name: 'victor', password: 'a password of his' }
writeFileSync(
  join(dataDir, 'credentials.json'),
  JSON.stringify({
    clientId: 'machine',
    clientSecret: 'secret of the machine',
    administrator,
    people: [
      { ...olga, role: 'operator' },
      { ...victor, role: 'viewer' },
    ],
  }),
)

let local: Local
let port = 0
let clientId: string
const start = async () => {
  local = await startLocal({ cdkOut: CDK_OUT, dataDir, port, log: silent })
  port = Number(new URL(local.url).port)
}

beforeAll(async () => {
  await start()
  const document = (await (await fetch(`${local.url}/api/openapi.json`)).json()) as any
  clientId = document.components.securitySchemes.signIn['x-client-id']
})
afterAll(async () => {
  await local?.stop()
  rmSync(dataDir, { recursive: true })
})

async function ask(token: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${local.url}/api${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text ? JSON.parse(text) : undefined }
}

const refresh = (refresh_token: string) =>
  askForTokens(local.url, { grant_type: 'refresh_token', client_id: clientId, refresh_token })

test('the document tells an application where people sign in, and as what', async () => {
  const document = (await (await fetch(`${local.url}/api/openapi.json`)).json()) as any
  const { authorizationCode } = document.components.securitySchemes.signIn.flows
  expect(authorizationCode).toMatchObject({
    authorizationUrl: `${local.url}/oauth2/authorize`,
    tokenUrl: `${local.url}/oauth2/token`,
  })
  expect(clientId).toMatch(/^\w{26}$/)
})

test('an administrator registers, an operator commands and a viewer looks on, each by name', async () => {
  const [first, hers, his] = [
    await signIn(local.url, { clientId }, administrator),
    await signIn(local.url, { clientId }, olga),
    await signIn(local.url, { clientId }, victor),
  ].map(({ access_token }) => access_token) as [string, string, string]
  expect((await ask(first, 'GET', '/me')).body).toEqual({
    name: 'administrator',
    role: 'administrator',
    clientId,
    scopes: ['openid', 'profile'],
  })
  expect((await ask(hers, 'GET', '/me')).body).toMatchObject({ name: olga.name, role: 'operator' })

  const chargePoint = { chargePointId: 'CP1' }
  expect((await ask(hers, 'POST', '/charge-points', chargePoint)).body).toMatchObject({
    type: '/problems/forbidden',
    detail: 'this needs the role administrator; you have operator',
  })
  expect((await ask(first, 'POST', '/charge-points', chargePoint)).status).toBe(201)

  const call = { action: 'ClearCache', whenOffline: 'queue' }
  expect((await ask(his, 'POST', '/charge-points/CP1/calls', call)).status).toBe(403)
  expect((await ask(hers, 'POST', '/charge-points/CP1/calls', call)).body).toMatchObject({
    origin: olga.name,
  })
  expect((await ask(his, 'GET', '/charge-points/CP1/calls')).body.items).toHaveLength(1)
})

test('the documentation’s Authorize button is let in by the same client', async () => {
  const redirectUri = `${local.url}/api/docs/oauth2-redirect.html`
  const { access_token } = await signIn(local.url, { clientId, redirectUri }, victor)
  expect((await ask(access_token, 'GET', '/charge-points')).status).toBe(200)
})

test('a sign-in outlives a restart; signing out ends it', async () => {
  const browser = new Browser(local.url)
  const { refresh_token } = await signIn(local.url, { clientId }, olga, browser)
  await local.stop()
  await start()
  const refreshed = await refresh(refresh_token)
  expect(refreshed.status).toBe(200)
  expect((await ask(refreshed.body.access_token, 'GET', '/me')).body.name).toBe(olga.name)

  const query = new URLSearchParams({ client_id: clientId, logout_uri: `${local.url}/` })
  const out = await browser.go(`/logout?${query}`)
  expect([out.status, locationOf(out)]).toEqual([302, `${local.url}/`])
  expect((await refresh(refreshed.body.refresh_token)).body.error).toBe('invalid_grant')
})
