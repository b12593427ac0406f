import { ErrorResponse, type User, UserManager, WebStorageStateStore } from 'oidc-client-ts'
import type { Config } from './config.ts'

/** A token is renewed when it is valid for less than this. */
const RENEW_SECONDS = 60
const LOCK = 'busbar-tokens'
const STORAGE_PREFIX = 'busbar.'

/** Why nobody is signed in. `ended`: there was somebody, whose sign-in is over. */
export type SignedOut = 'never' | 'ended' | 'failed'

type Listener = (signedIn: boolean) => void

/**
 * Who is signed in, in all tabs of this browser. Tokens are kept in its local storage, so that a new tab need not sign in
 * anew; each refresh token is good for one use, so whoever renews holds a lock that all tabs share.
 */
export class Session {
  readonly config: Config
  why: SignedOut = 'never'
  private readonly manager: UserManager
  private readonly listeners = new Set<Listener>()
  private user: User | null = null

  constructor(config: Config) {
    this.config = config
    this.manager = new UserManager(settingsOf(config))
    addEventListener('storage', ({ key, newValue }) => {
      if (key === null || key === this.storageKey) void this.followOtherTab(newValue)
    })
  }

  get signedIn(): boolean {
    return this.user !== null
  }

  /** Reads what is kept, or takes the answer of the sign-in page. Gives the path to go on at, after the latter. */
  async start(location: Location): Promise<string | undefined> {
    const query = new URLSearchParams(location.search)
    if (query.has('state') && (query.has('code') || query.has('error'))) {
      const user = await this.manager.signinCallback(location.href).catch(() => undefined)
      if (user) {
        this.user = user
        return returnPath(user.state)
      }
      this.why = 'failed'
    }
    this.user = await this.manager.getUser()
    return this.why === 'failed' ? '/' : undefined
  }

  onChange(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async signIn(): Promise<void> {
    const { pathname, search, hash } = location
    await this.manager.signinRedirect({ state: { returnTo: pathname + search + hash } })
  }

  async signOut(): Promise<void> {
    const user = this.user
    await this.manager.revokeTokens(['refresh_token']).catch(() => undefined)
    await this.manager.removeUser()
    this.user = null
    location.assign(await this.signOutUrl(user?.id_token))
  }

  /** A token for the API, renewed if it is about to end; none when nobody is signed in any more. */
  async token(): Promise<string | undefined> {
    if (!this.user) return undefined
    if (!isFresh(this.user)) await navigator.locks.request(LOCK, () => this.renew())
    return this.user?.access_token
  }

  /** The API does not take this token, whatever its time: it is given up, unless another one is there already. */
  async refused(token: string): Promise<void> {
    if (this.user?.access_token !== token) return
    await navigator.locks.request(LOCK, () => this.renew(token))
  }

  /** Holding the lock. Another tab may have been faster: then there is nothing to do. */
  private async renew(refused?: string): Promise<void> {
    const kept = await this.manager.getUser()
    if (!kept) return this.end()
    if (isFresh(kept) && kept.access_token !== refused) {
      this.user = kept
      return
    }
    try {
      this.user = await this.manager.signinSilent()
      if (!this.user) await this.end()
    } catch (error) {
      // Without a network it is not over: the next request tries again.
      if (error instanceof ErrorResponse) return this.end()
      throw error
    }
  }

  private async end(): Promise<void> {
    this.why = 'ended'
    this.user = null
    await this.manager.removeUser()
    this.tell()
  }

  private async followOtherTab(value: string | null): Promise<void> {
    const before = this.signedIn
    this.user = value === null ? null : await this.manager.getUser()
    if (before !== this.signedIn) this.tell()
  }

  private tell(): void {
    for (const listener of this.listeners) listener(this.signedIn)
  }

  private get storageKey(): string {
    return `${STORAGE_PREFIX}user:${this.config.issuer}:${this.config.clientId}`
  }

  private async signOutUrl(idToken: string | undefined): Promise<string> {
    const { clientId, signInUrl } = this.config
    const home = `${location.origin}/`
    if (signInUrl)
      return `${signInUrl}/logout?${new URLSearchParams({ client_id: clientId, logout_uri: home })}`
    const end = await this.manager.metadataService.getEndSessionEndpoint().catch(() => undefined)
    if (!end) return home
    const query = new URLSearchParams({ client_id: clientId, post_logout_redirect_uri: home })
    if (idToken) query.set('id_token_hint', idToken)
    return `${end}?${query}`
  }
}

const isFresh = ({ expires_in = 0 }: User): boolean => expires_in > RENEW_SECONDS

function settingsOf({ issuer, clientId, signInUrl, scope = 'openid profile' }: Config) {
  const home = `${location.origin}/`
  return {
    authority: issuer,
    client_id: clientId,
    redirect_uri: home,
    post_logout_redirect_uri: home,
    scope,
    automaticSilentRenew: false,
    monitorSession: false,
    requestTimeoutInSeconds: 10,
    userStore: new WebStorageStateStore({ store: localStorage, prefix: STORAGE_PREFIX }),
    ...(signInUrl === undefined ? {} : { metadata: cognitoMetadata(issuer, signInUrl) }),
  }
}

/** So that signing in takes one request less, from one host less. */
function cognitoMetadata(issuer: string, signInUrl: string) {
  return {
    issuer,
    authorization_endpoint: `${signInUrl}/oauth2/authorize`,
    token_endpoint: `${signInUrl}/oauth2/token`,
    revocation_endpoint: `${signInUrl}/oauth2/revoke`,
    userinfo_endpoint: `${signInUrl}/oauth2/userInfo`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
  }
}

/** A place of this console, whatever came back. */
function returnPath(state: unknown): string {
  const { returnTo } = (state ?? {}) as { returnTo?: unknown }
  return typeof returnTo === 'string' && /^\/(?!\/)/.test(returnTo) ? returnTo : '/'
}
