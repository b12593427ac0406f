import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JWK } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Credentials } from '../../lib/local/credentials.ts'
import { listen } from '../../lib/local/http.ts'
import type { HttpRoute } from '../../lib/local/http-routes.ts'
import { Issuer } from '../../lib/local/issuer.ts'
import type { Clients } from '../../lib/local/issuer-clients.ts'
import { loadSigningKey } from '../../lib/local/issuer-keys.ts'
import { JwtVerifier } from '../../lib/local/jwt.ts'
import {
  askForTokens,
  authorizePath,
  Browser,
  claimsOf,
  codeFor,
  formOf,
  locationOf,
  pkce,
  signIn,
} from '../support/sign-in.ts'

const ann = { name: 'ann', password: 'a password of ann' }
const credentials: Credentials = {
  clientId: 'machine',
  clientSecret: 'secret',
  administrator: { name: 'administrator', password: 'a password of the first' },
  people: [{ ...ann, role: 'viewer' }],
}

const folder = mkdtempSync(join(tmpdir(), 'busbar-issuer-'))
const file = join(folder, 'sign-ins.json')
const clientId = 'web'
let key: JWK
let server: Server
let port: number
let url: string
let issuer: Issuer
const logged: string[] = []

function clients(): Clients {
  return {
    machine: { id: 'M', scopes: ['busbar/viewer', 'busbar/administrator'], lifetimeSeconds: 3600 },
    web: {
      id: 'W',
      clientId,
      scopes: ['openid', 'profile'],
      lifetimeSeconds: 900,
      redirectUris: [`${url}/`, 'http://localhost:5173/'],
      signedOutUris: [`${url}/`],
      refreshSeconds: 86_400,
    },
    groups: ['viewer', 'operator', 'administrator'],
  }
}

function restart(with_: Partial<Credentials> = {}): void {
  issuer = new Issuer({
    url,
    key,
    credentials: { ...credentials, ...with_ },
    clients: clients(),
    file,
    clock: { now: () => Date.now(), setTimeout, clearTimeout } as never,
    log: (line) => logged.push(line),
  })
}

beforeAll(async () => {
  key = await loadSigningKey(undefined)
  server = createServer(async (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (!(await issuer.handle(request, response, path))) response.writeHead(404).end()
  })
  port = await listen(server, 0, '127.0.0.1')
  url = `http://localhost:${port}`
  restart()
})
afterEach(() => restart())
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

const request = (challenge: string, more: Record<string, string> = {}) => ({
  clientId,
  redirectUri: `${url}/`,
  challenge,
  more,
})
const exchange = (code: string, verifier: string) =>
  askForTokens(url, {
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: `${url}/`,
    code,
    code_verifier: verifier,
  })
const refresh = (token: string) =>
  askForTokens(url, { grant_type: 'refresh_token', client_id: clientId, refresh_token: token })

async function openPage(browser: Browser) {
  const asked = await browser.go(authorizePath(request(pkce().challenge)))
  const page = await browser.go(locationOf(asked))
  return { page, html: await page.text() }
}

describe('a person who signs in', () => {
  it('is given an access token shaped like Cognito’s', async () => {
    const tokens = await signIn(url, { clientId }, ann)
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 900 })
    expect(claimsOf(tokens.access_token)).toMatchObject({
      iss: url,
      aud: clientId,
      client_id: clientId,
      sub: 'ann',
      username: 'ann',
      'cognito:groups': ['viewer'],
      token_use: 'access',
      scope: 'openid profile',
    })
    expect(claimsOf(tokens.id_token)).toMatchObject({ sub: 'ann', name: 'ann', token_use: 'id' })
  })

  it('need not do so again in the same browser', async () => {
    const browser = new Browser(url)
    await signIn(url, { clientId }, ann, browser)
    const again = await browser.go(authorizePath(request(pkce().challenge)))
    const target = new URL(locationOf(again))
    expect([target.origin, target.searchParams.get('state')]).toEqual([url, 'a state'])
    expect(target.searchParams.get('code')).toBeTruthy()
  })

  it('reads who he is from the user info', async () => {
    const { access_token, id_token } = await signIn(url, { clientId }, ann)
    const read = (token: string) =>
      fetch(`${url}/oauth2/userInfo`, { headers: { authorization: `Bearer ${token}` } })
    expect(await (await read(access_token)).json()).toMatchObject({ sub: 'ann', username: 'ann' })
    for (const other of [id_token, 'x']) expect((await read(other)).status).toBe(401)
  })

  it('is led to the name that the issuer has, if he came by another', async () => {
    const path = authorizePath(request(pkce().challenge))
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual' })
    expect([response.status, locationOf(response)]).toEqual([307, url + path])
  })
})

describe('the sign-in page', () => {
  it('works without a script, loads nothing, and lets nobody frame it', async () => {
    const { page, html } = await openPage(new Browser(url))
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(policy).toContain("form-action 'self'")
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(html).not.toMatch(/<script| on\w+=|https?:/)
    for (const name of ['name', 'password']) expect(html).toContain(`<label for="${name}">`)
  })

  it('says that name or password are wrong, whichever it is, and keeps the name', async () => {
    const browser = new Browser(url)
    const { action, token } = formOf((await openPage(browser)).html)
    for (const name of ['ann', 'nobody', '"><b>']) {
      const body = new URLSearchParams({ token, name, password: 'not this one' })
      const response = await browser.go(action, { method: 'POST', body })
      const html = await response.text()
      expect([response.status, response.headers.getSetCookie()]).toEqual([400, []])
      expect(html).toContain('role="alert" id="error">Name or password are not right.')
      expect(html).not.toContain('not this one')
      expect(html).not.toContain('<b>')
    }
    expect(logged.join()).not.toContain('not this one')
  })

  it('slows guessing down, and lets the right password in again afterwards', async () => {
    const browser = new Browser(url)
    const { action, token } = formOf((await openPage(browser)).html)
    const submit = (password: string) =>
      browser.go(action, { method: 'POST', body: new URLSearchParams({ token, name: 'ann', password }) })
    for (let attempt = 0; attempt < 5; attempt++) expect((await submit('wrong')).status).toBe(400)
    const slowed = await submit(ann.password)
    expect([slowed.status, slowed.headers.get('retry-after')]).toEqual([429, '1'])
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    expect((await submit(ann.password)).status).toBe(303)
  })

  it('takes no form from elsewhere', async () => {
    const browser = new Browser(url)
    const { action, token } = formOf((await openPage(browser)).html)
    const submit = (given: string, headers: Record<string, string> = {}, by = browser) =>
      by.go(action, { method: 'POST', headers, body: new URLSearchParams({ token: given, ...ann }) })
    expect((await submit('')).status).toBe(403)
    expect((await submit(token, { origin: 'http://elsewhere.test' })).status).toBe(403)
    expect((await submit(token, { origin: 'null' })).status).toBe(403)
    expect((await submit(token, {}, new Browser(url))).status).toBe(400)
    expect((await submit(token, { origin: url })).status).toBe(303)
  })

  it('lets browsers say where its form is from', async () => {
    const { page } = await openPage(new Browser(url))
    expect(page.headers.get('referrer-policy')).toBe('same-origin')
  })

  it('of a sign-in that is over says so', async () => {
    const response = await new Browser(url).go('/sign-in/x')
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('This sign-in is over')
  })
})

describe('a request for a code', () => {
  const ask = (more: Record<string, string>) =>
    new Browser(url).go(authorizePath(request(pkce().challenge, more)))

  it.each(['http://elsewhere.test/', 'http://localhost:5173/other', 'http://localhost:5173.elsewhere.test/'])(
    'is not led to %s',
    async (redirect_uri) => {
      const response = await ask({ redirect_uri })
      expect([response.status, response.headers.get('location')]).toEqual([400, null])
      expect(await response.text()).not.toContain('<script')
    },
  )

  it.each<[string, Record<string, string>, string]>([
    ['without PKCE', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
    ['with the challenge as it is', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['for a scope of machines', { scope: 'openid busbar/administrator' }, 'invalid_scope'],
    ['for a token at once', { response_type: 'token' }, 'unsupported_response_type'],
    ['without a page, by somebody not signed in', { prompt: 'none' }, 'login_required'],
  ])('%s is refused', async (_, more, error) => {
    const response = await ask(more)
    const target = new URL(locationOf(response))
    expect([
      target.origin,
      target.searchParams.get('error') ?? new URLSearchParams(target.hash.slice(1)).get('error'),
    ]).toEqual([url, error])
  })

  it('of an unknown client is refused on the spot', async () => {
    expect((await ask({ client_id: 'somebody' })).status).toBe(400)
  })
})

describe('a code', () => {
  it('is good once, and what came of it ends when it is shown again', async () => {
    const { verifier, challenge } = pkce()
    const code = await codeFor(new Browser(url), request(challenge), ann)
    const first = await exchange(code, verifier)
    expect(first.status).toBe(200)
    const second = await exchange(code, verifier)
    expect([second.status, second.body.error]).toEqual([400, 'invalid_grant'])
    expect((await refresh(first.body.refresh_token)).body.error).toBe('invalid_grant')
  })

  it('is worth nothing without its verifier', async () => {
    const code = await codeFor(new Browser(url), request(pkce().challenge), ann)
    expect((await exchange(code, pkce().verifier)).body.error).toBe('invalid_grant')
  })
})

describe('a refresh token', () => {
  it('is replaced each time, and the whole sign-in ends when an old one is shown', async () => {
    const { refresh_token } = await signIn(url, { clientId }, ann)
    const second = await refresh(refresh_token)
    expect(second.status).toBe(200)
    expect(claimsOf(second.body.access_token)).toMatchObject({ username: 'ann' })
    expect(second.body.refresh_token).not.toBe(refresh_token)
    expect((await refresh(refresh_token)).body.error).toBe('invalid_grant')
    expect((await refresh(second.body.refresh_token)).body.error).toBe('invalid_grant')
  })

  it('outlives a restart, in a file of its owner’s', async () => {
    const { refresh_token } = await signIn(url, { clientId }, ann)
    restart()
    expect((await refresh(refresh_token)).status).toBe(200)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).not.toContain(ann.password)
  })

  it.each<[string, Partial<Credentials>]>([
    ['a new password', { people: [{ ...ann, password: 'another password', role: 'viewer' }] }],
    ['no place any more', { people: [] }],
  ])('ends with a restart that gives its owner %s', async (_, change) => {
    const { refresh_token } = await signIn(url, { clientId }, ann)
    restart(change)
    expect((await refresh(refresh_token)).body.error).toBe('invalid_grant')
  })

  it('gives the role that its owner has by now', async () => {
    const { refresh_token } = await signIn(url, { clientId }, ann)
    restart({ people: [{ ...ann, role: 'operator' }] })
    const { body } = await refresh(refresh_token)
    expect(claimsOf(body.access_token)).toMatchObject({ 'cognito:groups': ['operator'] })
  })

  it('can be revoked by its client', async () => {
    const { refresh_token } = await signIn(url, { clientId }, ann)
    const body = new URLSearchParams({ client_id: clientId, token: refresh_token })
    expect((await fetch(`${url}/oauth2/revoke`, { method: 'POST', body })).status).toBe(200)
    expect((await refresh(refresh_token)).body.error).toBe('invalid_grant')
  })

  it('is fetched across origins by registered ones alone', async () => {
    const { refresh_token } = await signIn(url, { clientId }, ann)
    const ask = (origin: string) =>
      fetch(`${url}/oauth2/token`, {
        method: 'POST',
        headers: { origin },
        body: new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, refresh_token }),
      })
    expect((await ask('http://elsewhere.test')).headers.get('access-control-allow-origin')).toBeNull()
    const allowed = await ask('http://localhost:5173')
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'http://localhost:5173',
    ])
  })
})

describe('signing out', () => {
  const path = (more: Record<string, string>) =>
    `/logout?${new URLSearchParams({ client_id: clientId, ...more })}`

  it('ends the sign-in and leads back', async () => {
    const browser = new Browser(url)
    const { refresh_token } = await signIn(url, { clientId }, ann, browser)
    const response = await browser.go(path({ logout_uri: `${url}/` }))
    expect([response.status, locationOf(response)]).toEqual([302, `${url}/`])
    expect((await refresh(refresh_token)).body.error).toBe('invalid_grant')
    const again = await browser.go(authorizePath(request(pkce().challenge)))
    expect(locationOf(again)).toMatch(/^\/sign-in\//)
  })

  it('leads nowhere else, and then ends nothing', async () => {
    const browser = new Browser(url)
    const { refresh_token } = await signIn(url, { clientId }, ann, browser)
    const response = await browser.go(path({ logout_uri: 'http://elsewhere.test/' }))
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
    expect((await refresh(refresh_token)).status).toBe(200)
  })

  it('is as well with nobody signed in', async () => {
    expect((await new Browser(url).go('/logout')).status).toBe(200)
  })
})

describe('a machine', () => {
  const grant = { grant_type: 'client_credentials', client_id: 'machine', client_secret: 'secret' }

  it('has the scopes that it asks for, and no group', async () => {
    const { body } = await askForTokens(url, { ...grant, scope: 'busbar/viewer' })
    const claims = claimsOf(body.access_token)
    expect(claims).toMatchObject({ scope: 'busbar/viewer', client_id: 'machine', aud: 'machine' })
    expect(claims['cognito:groups']).toBeUndefined()
  })

  it('encodes its secret as RFC 6749 says', async () => {
    restart({ clientSecret: 'a +%:&b' })
    const basic = Buffer.from(`machine:${encodeURIComponent('a +%:&b')}`).toString('base64')
    const response = await fetch(`${url}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    expect(response.status).toBe(200)
  })

  it('cannot ask for codes', async () => {
    const response = await new Browser(url).go(
      authorizePath({ ...request(pkce().challenge), clientId: 'machine' }),
    )
    expect(response.status).toBe(400)
  })
})

describe('the issuer', () => {
  it.each([
    ['GET', '/oauth2/token', 'POST, OPTIONS'],
    ['POST', '/oauth2/authorize', 'GET'],
    ['DELETE', '/logout', 'GET'],
  ])('answers 405 to %s %s', async (method, path, allow) => {
    const response = await fetch(url + path, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
  })

  it('tells where everything is, by its own name, whoever asks', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/.well-known/openid-configuration`)
    expect(await response.json()).toMatchObject({
      issuer: url,
      authorization_endpoint: `${url}/oauth2/authorize`,
      token_endpoint: `${url}/oauth2/token`,
      userinfo_endpoint: `${url}/oauth2/userInfo`,
      jwks_uri: `${url}/oauth2/jwks`,
      end_session_endpoint: `${url}/logout`,
      code_challenge_methods_supported: ['S256'],
    })
  })

  it('knows the roles of the template and no others', () => {
    expect(() => restart({ people: [{ ...ann, role: 'boss' }] })).toThrow(
      'The role of "ann" in credentials.json is "boss"; it must be one of viewer, operator, administrator',
    )
  })
})

describe('tokens of an issuer elsewhere', () => {
  it('are checked by the keys that it publishes, and refused while it does not answer', async () => {
    const verifier = new JwtVerifier({ url: 'http://nobody.test', keys: { keys: [] } }, {
      now: () => Date.now(),
    } as never)
    const { access_token } = await signIn(url, { clientId }, ann)
    const judge = async (issuer: string, audience: string) => {
      const route = { authorizer: { issuer, audience: [audience] }, scopes: [] } as unknown as HttpRoute
      return (await verifier.verify(route, `Bearer ${access_token}`)).kind
    }
    expect(await judge(url, clientId)).toBe('allowed')
    expect(await judge(url, 'another')).toBe('refused')
    expect(await judge('http://localhost:1', clientId)).toBe('refused')
  })
})
