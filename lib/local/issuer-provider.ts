import type { ServerResponse } from 'node:http'
import type { JWK } from 'jose'
import type { ClientMetadata, Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Clock } from './clock.ts'
import type { Credentials, Person } from './credentials.ts'
import type { Client, Clients } from './issuer-clients.ts'
import { ALGORITHM } from './issuer-keys.ts'
import { asObject } from './json.ts'
import { noticePage } from './sign-in-page.ts'
import type { SignInStore } from './sign-in-store.ts'

export const SIGN_IN_PATH = '/sign-in/'

/** Cognito's names. */
export const ROUTES = {
  authorization: '/oauth2/authorize',
  token: '/oauth2/token',
  jwks: '/oauth2/jwks',
  revocation: '/oauth2/revoke',
  userinfo: '/oauth2/userInfo',
  end_session: '/logout',
} as const

export interface ProviderParts {
  url: string
  key: JWK
  credentials: Credentials
  people: Person[]
  clients: Clients
  store: SignInStore
  clock: Clock
}

/** How long a browser that has signed in need not do so again. */
const SESSION_SECONDS = 30 * 86_400
const INTERACTION_SECONDS = 3_600
const CODE_SECONDS = 60

/** oidc-provider, set up to stand in for a Cognito user pool: its paths, and access tokens of its shape. */
export async function createProvider(parts: ProviderParts): Promise<Provider> {
  const { Provider } = await import('oidc-provider/lib/provider.js')
  const provider = new Provider(parts.url, configurationOf(parts))
  const { machine } = parts.clients
  if (machine) registerClientCredentials(provider, parts, machine)
  provider.use(refuseTheNameless)
  return provider
}

function configurationOf(parts: ProviderParts): Configuration {
  const { url, key, people, clients, store } = parts
  const { machine, web } = clients
  return {
    adapter: (model) => store.adapter(model),
    clients: clientMetadata(parts),
    jwks: { keys: [key as never] },
    scopes: [...new Set([...(machine?.scopes ?? []), ...(web?.scopes ?? []), 'openid'])],
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    routes: { ...ROUTES },
    pkce: { required: () => true },
    claims: { openid: ['sub', 'token_use', 'cognito:username', 'cognito:groups'], profile: ['name'] },
    discovery: { userinfo_endpoint: url + ROUTES.userinfo, end_session_endpoint: url + ROUTES.end_session },
    cookies: { names: cookieNames(url) },
    features: featuresOf(parts),
    formats: {
      customizers: { jwt: (_, token, jwt) => shapeLikeCognito(parts, token as IssuedToken, jwt.payload) },
    },
    ttl: {
      Session: web?.refreshSeconds ?? SESSION_SECONDS,
      Grant: web?.refreshSeconds ?? SESSION_SECONDS,
      Interaction: INTERACTION_SECONDS,
      AuthorizationCode: CODE_SECONDS,
      IdToken: web?.lifetimeSeconds ?? INTERACTION_SECONDS,
      RefreshToken: web?.refreshSeconds ?? SESSION_SECONDS,
      AccessToken: web?.lifetimeSeconds ?? INTERACTION_SECONDS,
      ClientCredentials: machine?.lifetimeSeconds ?? INTERACTION_SECONDS,
    },
    interactions: { url: (_, { uid }) => `${SIGN_IN_PATH}${uid}` },
    findAccount: (_, name) => accountOf(people, name),
    issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    loadExistingGrant: (ctx) => grantOf(parts, ctx),
    clientBasedCORS: (_, origin) => (web?.redirectUris ?? []).some((uri) => new URL(uri).origin === origin),
    renderError: (ctx, { error, error_description }) => {
      const { headers, body } = noticePage('This does not work', error_description ?? error)
      ctx.set(headers)
      ctx.body = body
    },
  }
}

function clientMetadata({ credentials, clients: { machine, web } }: ProviderParts): ClientMetadata[] {
  const ofMachine: ClientMetadata = {
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    scope: machine?.scopes.join(' ') ?? '',
  }
  const ofWeb: ClientMetadata[] = web
    ? [
        {
          client_id: web.clientId,
          token_endpoint_auth_method: 'none',
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          redirect_uris: web.redirectUris,
          scope: web.scopes.join(' '),
        },
      ]
    : []
  return machine ? [ofMachine, ...ofWeb] : ofWeb
}

/** There is one API that tokens are for. As with Cognito, their audience is the client that asked. */
function featuresOf({
  url,
  credentials,
  clients: { machine, web },
}: ProviderParts): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    userinfo: { enabled: false },
    clientCredentials: { enabled: true },
    revocation: {
      enabled: true,
      allowedPolicy: async (_, client, token) => token.clientId === client.clientId,
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: async () => `${url}/`,
      useGrantedResource: async () => true,
      getResourceServerInfo: async (_, __, { clientId }) => {
        const client = clientId === credentials.clientId ? machine : web
        return {
          audience: clientId,
          scope: client?.scopes.join(' ') ?? '',
          accessTokenFormat: 'jwt',
          accessTokenTTL: client?.lifetimeSeconds ?? INTERACTION_SECONDS,
          jwt: { sign: { alg: ALGORITHM } },
        }
      },
    },
  }
}

/** Cookies are of a host, whatever the port: two local issuers must not take each other's. */
function cookieNames(url: string) {
  const prefix = `busbar_${new URL(url).port || '80'}`
  return {
    session: `${prefix}_session`,
    interaction: `${prefix}_sign_in`,
    resume: `${prefix}_sign_in_resume`,
  }
}

interface IssuedToken {
  accountId?: string
  iat?: number
  exp?: number
}

/** The times are the clock's, which the gateway goes by too. */
function shapeLikeCognito(
  { people, clock }: ProviderParts,
  { accountId }: IssuedToken,
  payload: Record<string, unknown>,
): void {
  const now = Math.floor(clock.now() / 1000)
  const lifetime = Number(payload.exp) - Number(payload.iat)
  Object.assign(payload, {
    token_use: 'access',
    version: 2,
    auth_time: now,
    iat: now,
    exp: now + lifetime,
  })
  const person = people.find(({ name }) => name === accountId)
  if (person) Object.assign(payload, { username: person.name, 'cognito:groups': [person.role] })
}

function accountOf(people: Person[], accountId: string) {
  const person = people.find(({ name }) => name === accountId)
  if (!person) return undefined
  const { name, role } = person
  const claims = { sub: name, name, token_use: 'id', 'cognito:username': name, 'cognito:groups': [role] }
  return { accountId, claims: () => claims }
}

/** The console is ours: nobody is asked whether it may act for him. */
async function grantOf({ url, clients: { web } }: ProviderParts, { oidc }: KoaContextWithOIDC) {
  const { client, session, provider } = oidc
  if (!client || !session?.accountId) return undefined
  const grantId = session.grantIdFor(client.clientId)
  const existing = grantId ? await provider.Grant.find(grantId) : undefined
  if (existing) return existing
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  const scope = web?.scopes.join(' ') ?? ''
  grant.addOIDCScope(scope)
  grant.addResourceScope(`${url}/`, scope)
  await grant.save()
  return grant
}

/** As Cognito does it: a client that asks for no scope is given all of its own, and none that is not its own. */
function registerClientCredentials(provider: Provider, { url }: ProviderParts, machine: Client): void {
  const handle = async (ctx: KoaContextWithOIDC) => {
    const { client, params } = ctx.oidc
    if (!client) throw new Error('no client')
    const asked = String(params?.scope ?? '')
      .split(' ')
      .filter((scope) => scope !== '')
    const unknown = asked.filter((scope) => !machine.scopes.includes(scope))
    if (unknown.length > 0) {
      ctx.status = 400
      ctx.body = { error: 'invalid_scope', error_description: `Unknown scope: ${unknown.join(' ')}` }
      return
    }
    const scope = (asked.length > 0 ? asked : machine.scopes).join(' ')
    const token = new provider.ClientCredentials({ client, scope } as never)
    token.resourceServer = new provider.ResourceServer(`${url}/`, {
      audience: client.clientId,
      scope,
      accessTokenFormat: 'jwt',
      accessTokenTTL: machine.lifetimeSeconds,
      jwt: { sign: { alg: ALGORITHM } },
    } as never)
    const value = await token.save()
    ctx.body = { access_token: value, token_type: 'Bearer', expires_in: token.expiration, scope }
  }
  provider.registerGrantType('client_credentials', handle as never, ['scope'])
}

/** RFC 6749 §5.2: a client that does not say who it is has not authenticated. */
async function refuseTheNameless(
  ctx: Pick<KoaContextWithOIDC, 'path' | 'status' | 'body'>,
  next: () => Promise<unknown>,
) {
  await next()
  const { error_description } = asObject(ctx.body)
  if (ctx.path !== ROUTES.token || error_description !== 'no client authentication mechanism provided') return
  ctx.body = { error: 'invalid_client', error_description }
  ctx.status = 401
}

/** Ends the sign-in of the browser that asks, with every refresh token that came of it. */
export async function endSession(
  provider: Provider,
  url: string,
  ...[request, response]: Parameters<Provider['createContext']>
): Promise<void> {
  const session = await provider.Session.get(provider.createContext(request, response) as never)
  if (!session.accountId) return
  for (const { grantId } of Object.values(session.authorizations ?? {})) {
    if (!grantId) continue
    await provider.RefreshToken.revokeByGrantId(grantId)
    await provider.AuthorizationCode.revokeByGrantId(grantId)
    await (await provider.Grant.find(grantId))?.destroy()
  }
  await session.destroy()
  clearCookie(response, cookieNames(url).session)
}

function clearCookie(response: ServerResponse, name: string): void {
  response.setHeader('set-cookie', `${name}=; path=/; max-age=0; httponly; samesite=lax`)
}
