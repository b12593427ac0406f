import {
  createLocalJWKSet,
  createRemoteJWKSet,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import type { Clock } from './clock.ts'
import type { Jwt } from './http-events.ts'
import type { HttpRoute } from './http-routes.ts'
import { asObject, asText, asTexts } from './json.ts'

export type Verdict =
  | { kind: 'allowed'; jwt: Jwt | undefined }
  | { kind: 'refused'; status: 401 | 403; message: string; challenge: string }

/** How long another issuer may take to tell its keys. */
const ISSUER_TIMEOUT = 5_000

/** An HTTP API's JWT authorizers, with the keys of the local issuer, or with those that another one publishes. */
export class JwtVerifier {
  private readonly keys: Map<string, JWTVerifyGetKey>
  private readonly clock: Clock

  constructor({ url, keys }: { url: string; keys: JSONWebKeySet }, clock: Clock) {
    this.keys = new Map([[url, createLocalJWKSet(keys)]])
    this.clock = clock
  }

  async verify(route: HttpRoute, authorization: string | undefined): Promise<Verdict> {
    if (!route.authorizer) return { kind: 'allowed', jwt: undefined }
    const token = authorization?.replace(/^Bearer\s+/i, '').trim()
    if (!token) return unauthorized('Bearer')
    const payload = await this.claims(token, route.authorizer.issuer)
    if (!payload || !forAudience(payload, route.authorizer.audience)) {
      return unauthorized('Bearer scope="" error="invalid_token" error_description="the token is not valid"')
    }
    const granted = scopesOf(payload)
    const scopes = route.scopes.filter((scope) => granted.includes(scope))
    if (route.scopes.length > 0 && scopes.length === 0) {
      const challenge = `Bearer scope="${route.scopes.join(' ')}" error="insufficient_scope"`
      return { kind: 'refused', status: 403, message: 'Forbidden', challenge }
    }
    return {
      kind: 'allowed',
      jwt: { claims: claimTexts(payload), scopes: route.scopes.length > 0 ? scopes : null },
    }
  }

  private async claims(token: string, issuer: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, await this.keysOf(issuer), {
        issuer,
        algorithms: ['RS256', 'RS384', 'RS512'],
        requiredClaims: ['exp'],
        currentDate: new Date(this.clock.now()),
      })
      return payload
    } catch {
      return undefined
    }
  }

  private async keysOf(issuer: string): Promise<JWTVerifyGetKey> {
    const known = this.keys.get(issuer)
    if (known) return known
    const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(ISSUER_TIMEOUT),
    })
    const url = new URL(asText(asObject(await response.json()).jwks_uri) ?? '')
    const keys = createRemoteJWKSet(url, { timeoutDuration: ISSUER_TIMEOUT })
    this.keys.set(issuer, keys)
    return keys
  }
}

const unauthorized = (challenge: string): Verdict => ({
  kind: 'refused',
  status: 401,
  message: 'Unauthorized',
  challenge,
})

/** `client_id` counts only where there is no `aud`, as in Cognito's access tokens. */
function forAudience({ aud, client_id }: JWTPayload, audience: string[]): boolean {
  return (aud === undefined ? asTexts(client_id) : asTexts(aud)).some((each) => audience.includes(each))
}

const scopesOf = ({ scope, scp }: JWTPayload): string[] =>
  asTexts(scope ?? scp).flatMap((each) => each.split(' ').filter((part) => part !== ''))

/** Every claim as a text, lists in brackets, as API Gateway hands them on. */
const claimTexts = (payload: JWTPayload): Record<string, string> =>
  Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : (asText(value) ?? JSON.stringify(value)),
    ]),
  )
