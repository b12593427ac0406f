import type { IncomingMessage, ServerResponse } from 'node:http'
import { createLocalJWKSet, type JSONWebKeySet, type JWK, jwtVerify } from 'jose'
import type { Provider } from 'oidc-provider'
import type { Clock } from './clock.ts'
import { type Credentials, type Person, peopleOf } from './credentials.ts'
import { respondJson } from './http.ts'
import type { Clients } from './issuer-clients.ts'
import { ALGORITHM, publicKeys } from './issuer-keys.ts'
import { createProvider, endSession, ROUTES, SIGN_IN_PATH } from './issuer-provider.ts'
import { type Log, UserError } from './log.ts'
import { SignIn } from './sign-in.ts'
import { sendNotice } from './sign-in-page.ts'
import { SignInStore } from './sign-in-store.ts'

export interface IssuerOptions {
  /** Of tokens, and where the issuer is. */
  url: string
  key: JWK
  credentials: Credentials
  clients: Clients
  /** Where sign-ins are kept; without it a restart forgets them. */
  file?: string | undefined
  clock: Clock
  log: Log
}

const DISCOVERY = '/.well-known/openid-configuration'

/** What each path takes, as far as the library does not say so itself. */
const METHODS: Record<string, string[]> = {
  [ROUTES.token]: ['POST', 'OPTIONS'],
  [ROUTES.revocation]: ['POST', 'OPTIONS'],
  [ROUTES.authorization]: ['GET'],
  [ROUTES.jwks]: ['GET', 'HEAD', 'OPTIONS'],
  [DISCOVERY]: ['GET', 'HEAD', 'OPTIONS'],
  [ROUTES.userinfo]: ['GET', 'OPTIONS'],
  [ROUTES.end_session]: ['GET'],
}

/**
 * Stands in for the Cognito user pool and its sign-in pages: tokens for machines and for people, shaped like Cognito's
 * access tokens, so that the JWT authorizer of the template accepts them as it will accept those. The library behind it
 * is loaded when it is first asked for.
 */
export class Issuer {
  readonly url: string
  readonly keys: JSONWebKeySet
  private readonly options: IssuerOptions
  private readonly people: Person[]
  private readonly signIn: SignIn
  private provider: Promise<Provider> | undefined

  constructor(options: IssuerOptions) {
    const { url, key, credentials, clients, log } = options
    this.url = url
    this.keys = publicKeys(key)
    this.options = options
    this.people = peopleOf(credentials)
    this.signIn = new SignIn(url, this.people, clients.web?.redirectUris ?? [], log)
    for (const { name, role } of credentials.people ?? []) {
      if (clients.groups.includes(role)) continue
      const roles = clients.groups.join(', ')
      throw new UserError(
        `The role of "${name}" in credentials.json is "${role}"; it must be one of ${roles}`,
      )
    }
  }

  /** True if the request was one for the issuer. */
  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    const { machine, web } = this.options.clients
    const resumes = path.startsWith(`${ROUTES.authorization}/`)
    const signsIn = path.startsWith(SIGN_IN_PATH)
    if (!(machine || web) || !(resumes || signsIn || Object.hasOwn(METHODS, path))) return false
    if (!this.takes(request, response, path)) return true
    if ((signsIn || path === ROUTES.authorization) && this.leadHome(request, response)) return true
    if (path === ROUTES.jwks) respondJson(response, 200, this.keys, OPEN)
    else if (path === ROUTES.userinfo) await this.userInfo(request, response)
    else await this.delegate(request, response, path)
    return true
  }

  private takes(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    const methods = METHODS[path]
    if (!methods || methods.includes(request.method ?? '')) return true
    const body = { error: 'invalid_request', error_description: `${path} takes ${methods[0]}` }
    respondJson(response, 405, body, { allow: methods.join(', '), 'cache-control': 'no-store' })
    return false
  }

  /** Cookies belong to the name that the issuer has: whoever came by another one of this machine goes on there. */
  private leadHome(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.headers.host === new URL(this.url).host) return false
    response.writeHead(307, { location: `${this.url}${request.url}`, 'content-length': 0 }).end()
    return true
  }

  private async delegate(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const provider = await this.load()
    // The library makes its addresses of it.
    request.headers.host = new URL(this.url).host
    if (path.startsWith(SIGN_IN_PATH)) return this.signIn.handle(provider, request, response)
    if (path === ROUTES.end_session) return this.signOut(provider, request, response)
    await provider.callback()(request, response)
  }

  private load(): Promise<Provider> {
    const { url, key, credentials, clients, clock, file, log } = this.options
    const store = () => new SignInStore(file, this.people)
    const parts = { url, key, credentials, people: this.people, clients, clock }
    this.provider ??= createProvider({ ...parts, store: store() }).then((provider) => {
      provider.on('server_error', (_, error) => log(`issuer: ${error.stack ?? error}`))
      return provider
    })
    return this.provider
  }

  /** As Cognito's: `client_id` and `logout_uri`. OpenID Connect's own name for the latter is understood as well. */
  private async signOut(
    provider: Provider,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const query = new URL(request.url ?? '', this.url).searchParams
    const uri = query.get('logout_uri') ?? query.get('post_logout_redirect_uri')
    const { web } = this.options.clients
    const clientId = query.get('client_id') ?? web?.clientId
    if (uri !== null && !(clientId === web?.clientId && web?.signedOutUris.includes(uri))) {
      return sendNotice(response, 400, 'This does not work', 'That address is not one to return to.')
    }
    await endSession(provider, this.url, request, response)
    if (uri === null) return sendNotice(response, 200, 'Signed out', 'You are signed out of Busbar.')
    const state = query.get('state')
    const target = new URL(uri)
    if (state !== null) target.searchParams.set('state', state)
    response.writeHead(302, { location: target.href, 'cache-control': 'no-store', 'content-length': 0 }).end()
  }

  private async userInfo(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'OPTIONS') {
      const allowed = {
        'access-control-allow-headers': 'authorization',
        'access-control-allow-methods': 'GET',
      }
      return void response.writeHead(204, { ...OPEN, ...allowed }).end()
    }
    const person = await this.personOf(request.headers.authorization)
    if (person) {
      const { name, role } = person
      const body = { sub: name, username: name, name, 'cognito:groups': [role] }
      return respondJson(response, 200, body, { ...OPEN, 'cache-control': 'no-store' })
    }
    const challenge = { 'www-authenticate': 'Bearer error="invalid_token"', 'cache-control': 'no-store' }
    respondJson(response, 401, { error: 'invalid_token' }, { ...OPEN, ...challenge })
  }

  private async personOf(authorization: string | undefined): Promise<Person | undefined> {
    const token = authorization?.replace(/^Bearer\s+/i, '') ?? ''
    const currentDate = new Date(this.options.clock.now())
    const checks = { issuer: this.url, algorithms: [ALGORITHM], currentDate, requiredClaims: ['exp'] }
    const verified = await jwtVerify(token, createLocalJWKSet(this.keys), checks).catch(() => undefined)
    const { username, token_use } = verified?.payload ?? {}
    return token_use === 'access' ? this.people.find(({ name }) => name === username) : undefined
  }
}

const OPEN = { 'access-control-allow-origin': '*' }
