import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import { exportJWK, generateKeyPair, importJWK, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { loadSigningKey } from '../../lib/local/issuer-keys.ts'
import { silent } from '../../lib/local/log.ts'
import { type Local, startLocal } from '../../lib/local/runtime.ts'
import { BASE_PATH } from '../../lib/operator/api.ts'
import { type Bindings, roleOfCaller } from '../../lib/operator/caller.ts'
import { ENDPOINTS } from '../../lib/operator/endpoints.ts'
import { neededRole, ROLES, type Role, refusalOf, roleOf } from '../../lib/operator/roles.ts'
import { askForTokens, signIn } from '../support/sign-in.ts'
import { CDK_OUT } from '../support/system.ts'
import { document } from './support.ts'

describe('the role of a token', () => {
  const claim = 'cognito:groups'
  it.each<[Record<string, unknown>, Role | undefined]>([
    [{ [claim]: '[viewer]' }, 'viewer'],
    [{ [claim]: ['friends', 'administrator', 'viewer'] }, 'administrator'],
    [{ [claim]: '[friends administrator viewer]' }, undefined],
    [{ [claim]: ['Billing administrator'] }, undefined],
    [{ [claim]: 'Billing administrator' }, undefined],
    [{ [claim]: 'operator' }, 'operator'],
    [{ [claim]: ['viewer', 'operator'] }, 'operator'],
    [{ scope: 'busbar/viewer busbar/operator' }, 'operator'],
    [{ scp: '[busbar/administrator]' }, 'administrator'],
    [{ [claim]: '[viewer]', scope: 'openid busbar/operator' }, 'viewer'],
    [{ username: 'ann', scope: 'busbar/operator' }, undefined],
    [{ 'cognito:username': 'ann', scope: 'busbar/operator' }, undefined],
    [{ sub: 'ann', client_id: 'app', scope: 'busbar/operator' }, undefined],
    [{ sub: 'ann', azp: 'app', scp: '[busbar/operator]' }, undefined],
    [{ sub: 'machine', client_id: 'machine', scope: 'busbar/operator' }, 'operator'],
    [{ sub: 'machine', cid: 'machine', scp: ['busbar/operator'] }, 'operator'],
    [{ [claim]: '[administrators xadministrator Administrator]' }, undefined],
    [{ scope: 'administrator viewer busbar/ other/viewer' }, undefined],
    [{ [claim]: '' }, undefined],
    [{ [claim]: 7, scope: null }, undefined],
    [{ roles: 'administrator', groups: '[viewer]' }, undefined],
    [{}, undefined],
  ])('with %j is %s', (claims, role) => {
    expect(roleOf(claims, claim)).toBe(role)
  })

  it('is read from the claim that is set', () => {
    expect(roleOf({ roles: '[viewer]' }, 'roles')).toBe('viewer')
  })

  it('may do what smaller ones may', () => {
    const allowed = ROLES.map((mine) => ROLES.filter((needed) => !refusalOf(mine, needed)))
    expect(allowed).toEqual([['viewer'], ['viewer', 'operator'], [...ROLES]])
    expect(ROLES.filter((needed) => !refusalOf(undefined, needed))).toEqual([])
    expect(refusalOf('viewer', 'operator')?.detail).toBe('this needs the role operator; you have viewer')
  })
})

describe('the token of a request', () => {
  const person = { iss: 'https://issuer.test', sub: 's', username: 'ann', token_use: 'access' }
  const groups = (...names: string[]) => ({ 'cognito:groups': names })
  const tokenOf = (payload: unknown) =>
    `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`
  const roleBy = async (authorization: string, handedOn = '[Billing administrator viewer]') => {
    const app = new Hono<Bindings>().get('/', (c) => c.text(roleOfCaller(c, 'cognito:groups') ?? 'none'))
    const claims = { ...person, 'cognito:groups': handedOn }
    const env = { requestContext: { authorizer: { jwt: { claims } } } }
    return (await app.request('/', { headers: { authorization } }, env)).text()
  }

  it('says what is in a list, where names have spaces', async () => {
    const token = tokenOf({ ...person, ...groups('Billing administrator', 'viewer') })
    for (const authorization of [`Bearer ${token}`, `bearer  ${token}`, token]) {
      expect(await roleBy(authorization), authorization).toBe('viewer')
    }
    const other = tokenOf({ ...person, ...groups('Billing', 'administrator', 'viewer') })
    expect(await roleBy(`Bearer ${other}`)).toBe('administrator')
  })

  it('that cannot be read, or is not the one that was checked, says nothing', async () => {
    const admin = tokenOf({ ...person, ...groups('administrator') })
    const foreign = tokenOf({ ...person, sub: 'other', ...groups('administrator') })
    const illegible = [
      '',
      'Bearer',
      'Bearer a.b.c',
      `Bearer ${tokenOf(null)}`,
      `Bearer ${admin},Bearer ${admin}`,
    ]
    for (const authorization of [...illegible, `Bearer ${foreign}`]) {
      expect(await roleBy(authorization), authorization).toBe('none')
      expect(await roleBy(authorization, '[operator]'), authorization).toBe('operator')
    }
  })
})

const DAILY_WORK = [
  'createCall',
  'cancelCall',
  'createTask',
  'cancelTask',
  'createReservation',
  'cancelReservation',
  'applyConfiguration',
  'closeTransaction',
  'forgetRefusedChargePoint',
  'forgetUnknownChargePoint',
  'forgetUnknownIdTag',
]

test('reading is for viewers, daily work for operators, and what is registered for administrators', () => {
  const roleOfOperation = Object.fromEntries(
    ENDPOINTS.map(({ spec }) => [spec.operationId, neededRole(spec)]),
  )
  expect(DAILY_WORK.map((name) => roleOfOperation[name])).toEqual(DAILY_WORK.map(() => 'operator'))
  for (const { spec } of ENDPOINTS) {
    if (spec.method !== 'get') expect(neededRole(spec), spec.operationId).not.toBe('viewer')
  }
  for (const name of ['createChargePoint', 'changeChargePoint', 'createIdTag', 'createFile', 'deleteFile']) {
    expect(roleOfOperation[name], name).toBe('administrator')
  }
})

test('the document says of each operation which role it needs, and that it is refused otherwise', () => {
  for (const { spec } of ENDPOINTS) {
    const role = neededRole(spec)
    const operation = document.paths[spec.path][spec.method]
    expect(operation['x-role'], spec.operationId).toBe(role)
    expect(operation.description).toContain(`Role: ${role}.`)
    expect(operation.security).toEqual([
      { signIn: ['openid', 'profile'] },
      { oauth2: [`busbar/${role}`] },
      { bearer: [role] },
    ])
    expect(operation.responses[403], spec.operationId).toBeDefined()
  }
})

const CALLERS = [
  'no token',
  'expired',
  'wrong audience',
  'wrong issuer',
  'bad signature',
  'no role',
  'viewer',
  'operator',
  'administrator',
] as const
type CallerName = (typeof CALLERS)[number]

describe('every endpoint', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'busbar-roles-'))
  const tokens = {} as Record<CallerName, string>
  let local: Local

  beforeAll(async () => {
    local = await startLocal({ cdkOut: CDK_OUT, dataDir, log: silent })
    const { clientId, clientSecret } = local.credentials
    const grant = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
    for (const role of ROLES) {
      const { body } = await askForTokens(local.url, { ...grant, scope: `busbar/${role}` })
      tokens[role] = body.access_token
    }
    const key = await loadSigningKey(join(dataDir, 'signing-key.json'))
    const foreign = await exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey)
    const usual = { iss: local.url, aud: clientId, client_id: clientId, scope: 'busbar/administrator' }
    const forge = async (claims: JWTPayload, exp = '1h', signing = key) =>
      new SignJWT({ token_use: 'access', ...usual, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: key.kid ?? '' })
        .setIssuedAt()
        .setExpirationTime(exp)
        .sign(await importJWK(signing, 'RS256'))
    tokens['no token'] = ''
    tokens.expired = await forge({}, '-1s')
    tokens['wrong audience'] = await forge({ aud: 'somebody' })
    tokens['wrong issuer'] = await forge({ iss: 'http://elsewhere.test' })
    tokens['bad signature'] = await forge({}, '1h', foreign)
    tokens['no role'] = await forge({ scope: 'openid' })
  })
  afterAll(async () => {
    await local?.stop()
    rmSync(dataDir, { recursive: true })
  })

  /** Nothing comes of it where it is allowed: what it names is not there, and a body is missing. */
  async function ask(method: string, path: string, caller: CallerName) {
    const url = `${local.url}${BASE_PATH}${path.replaceAll(/\{\w+\}/g, 'x')}`
    const headers = tokens[caller] ? { authorization: `Bearer ${tokens[caller]}` } : {}
    const response = await fetch(url, { method: method.toUpperCase(), headers })
    const text = await response.text()
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : undefined }
  }

  function expected(caller: CallerName, needed: Role): 'unauthenticated' | 'forbidden' | 'allowed' {
    if (caller === 'no role') return 'forbidden'
    if (!(ROLES as readonly string[]).includes(caller)) return 'unauthenticated'
    return refusalOf(caller as Role, needed) ? 'forbidden' : 'allowed'
  }

  it('setting the password of a charge point is no command, whatever its letters', async () => {
    const url = `${local.url}${BASE_PATH}/charge-points/nobody/calls`
    const send = async (caller: CallerName, key: string) => {
      const body = { action: 'ChangeConfiguration', payload: { key, value: '0123456789abcdef0123' } }
      const headers = { authorization: `Bearer ${tokens[caller]}`, 'content-type': 'application/json' }
      return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status
    }
    expect(await send('operator', 'AuthorizationKey')).toBe(403)
    expect(await send('operator', 'authorizationkey')).toBe(403)
    expect(await send('operator', 'HeartbeatInterval')).toBe(404)
    expect(await send('administrator', 'AuthorizationKey')).toBe(404)
  })

  it.each(ENDPOINTS.map(({ spec }) => [spec.operationId, spec] as const))(
    '%s lets in whom it should, and nobody else',
    async (_, spec) => {
      const needed = neededRole(spec)
      for (const caller of CALLERS) {
        const { status, body } = await ask(spec.method, spec.path, caller)
        const outcome = status === 401 ? 'unauthenticated' : status === 403 ? 'forbidden' : 'allowed'
        const context = `${spec.method} ${spec.path} by ${caller}: ${status} ${JSON.stringify(body)}`
        expect(outcome, context).toBe(expected(caller, needed))
        expect(status, context).toBeLessThan(500)
        if (outcome === 'forbidden') {
          expect(body).toMatchObject({ type: '/problems/forbidden', status: 403 })
          expect(body.detail).toContain(`this needs the role ${needed}`)
        }
      }
    },
  )

  it('answers a HEAD as it does a GET, and knows no other way around a role', async () => {
    for (const [method, caller, status] of [
      ['HEAD', 'viewer', 200],
      ['HEAD', 'no role', 403],
      ['PUT', 'viewer', 404],
      ['PUT', 'no token', 404],
    ] as const) {
      expect([method, caller, (await ask(method, '/id-tags', caller)).status]).toEqual([
        method,
        caller,
        status,
      ])
    }
  })

  it('takes no id token for an access token', async () => {
    const clientId = local.stack.refOf(webClientOf(local))
    const { access_token, id_token } = await signIn(local.url, { clientId }, local.credentials.administrator)
    const read = async (token: string) =>
      (await fetch(`${local.url}/api/me`, { headers: { authorization: `Bearer ${token}` } })).status
    expect([await read(access_token), await read(id_token)]).toEqual([200, 401])
  })

  it('leaves the documentation to everybody', async () => {
    for (const path of ['/openapi.json', '/docs', '/docs/start.js', '/docs/oauth2-redirect.html']) {
      expect((await fetch(`${local.url}/api${path}`)).status, path).toBe(200)
    }
  })
})

const webClientOf = ({ stack }: Local): string =>
  stack
    .ids('AWS::Cognito::UserPoolClient')
    .find((id) => stack.read(id, 'AllowedOAuthFlows')?.toString() === 'code') ?? ''
