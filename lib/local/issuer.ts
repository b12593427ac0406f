import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK, SignJWT } from 'jose'
import type { Clock } from './clock.ts'
import { type Credentials, writeSecret } from './credentials.ts'
import { readBody, respondJson } from './http.ts'
import { asTexts } from './json.ts'
import { UserError } from './log.ts'
import type { Stack } from './template.ts'

const ALGORITHM = 'RS256'
const LIFETIME_SECONDS = 3_600
const BODY_LIMIT = 16 * 1024

/** The template's client that machines use, and the scopes it may ask for. */
export interface MachineClient {
  id: string
  scopes: string[]
}

export function machineClientOf(stack: Stack): MachineClient | undefined {
  const id = stack
    .ids('AWS::Cognito::UserPoolClient')
    .find((each) => asTexts(stack.read(each, 'AllowedOAuthFlows')).includes('client_credentials'))
  return id === undefined ? undefined : { id, scopes: asTexts(stack.read(id, 'AllowedOAuthScopes')) }
}

/** A private RSA key, made at the first start and kept in a file if there is one. */
export async function loadSigningKey(file: string | undefined): Promise<JWK> {
  if (file && existsSync(file)) {
    const kept: JWK = JSON.parse(readFileSync(file, 'utf8'))
    if (kept.d && kept.kid) return kept
    throw new UserError(`${file} is not a signing key. Remove it to have a new one made`)
  }
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true })
  const key: JWK = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: ALGORITHM, use: 'sig' }
  if (file) writeSecret(file, key)
  return key
}

class OAuthError extends Error {
  readonly status: number
  readonly code: string
  constructor(code: string, description: string, status = 400) {
    super(description)
    this.code = code
    this.status = status
  }
}

/**
 * Stands in for the Cognito user pool: tokens for machines (client_credentials), shaped like Cognito's access tokens, so
 * that the JWT authorizer of the template accepts them as it will accept those.
 */
export class Issuer {
  readonly url: string
  readonly keys: JSONWebKeySet
  private readonly key: JWK
  private readonly credentials: Credentials
  private readonly scopes: string[]
  private readonly clock: Clock

  constructor(url: string, key: JWK, credentials: Credentials, scopes: string[], clock: Clock) {
    const { kty, n, e, kid, alg, use } = key
    this.url = url
    this.key = key
    this.keys = { keys: [{ kty, n, e, kid, alg, use } as JWK] }
    this.credentials = credentials
    this.scopes = scopes
    this.clock = clock
  }

  /** True if the request was one for the issuer. */
  async handle(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    if (path === '/oauth2/token') await this.token(request, response)
    else if (path === '/oauth2/jwks') respondJson(response, 200, this.keys)
    else if (path === '/.well-known/openid-configuration') respondJson(response, 200, this.discovery())
    else return false
    return true
  }

  private discovery() {
    return {
      issuer: this.url,
      token_endpoint: `${this.url}/oauth2/token`,
      jwks_uri: `${this.url}/oauth2/jwks`,
      grant_types_supported: ['client_credentials'],
      response_types_supported: [],
      subject_types_supported: ['public'],
      scopes_supported: this.scopes,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      id_token_signing_alg_values_supported: [ALGORITHM],
    }
  }

  private async token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers: Record<string, string> = { 'cache-control': 'no-store' }
    try {
      if (request.method !== 'POST')
        throw new OAuthError('invalid_request', 'The token endpoint takes POST', 405)
      const form = new URLSearchParams((await readBody(request, BODY_LIMIT)).toString())
      respondJson(response, 200, await this.grant(request.headers.authorization, form), headers)
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error
      const { code, message, status } = error
      if (status === 401) headers['www-authenticate'] = 'Basic realm="oauth2"'
      if (status === 405) headers.allow = 'POST'
      respondJson(response, status, { error: code, error_description: message }, headers)
    }
  }

  private async grant(authorization: string | undefined, form: URLSearchParams) {
    this.authenticate(clientOf(authorization, form))
    const grantType = form.get('grant_type')
    if (!grantType) throw new OAuthError('invalid_request', 'grant_type is missing')
    if (grantType !== 'client_credentials') {
      throw new OAuthError('unsupported_grant_type', 'Only client_credentials is supported')
    }
    const asked = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
    const unknown = asked.filter((scope) => !this.scopes.includes(scope))
    if (unknown.length > 0) throw new OAuthError('invalid_scope', `Unknown scope: ${unknown.join(' ')}`)
    const scope = (asked.length > 0 ? asked : this.scopes).join(' ')
    const accessToken = await this.sign(scope)
    return { access_token: accessToken, token_type: 'Bearer', expires_in: LIFETIME_SECONDS, scope }
  }

  private authenticate({ id, secret }: { id: string; secret: string }): void {
    const { clientId, clientSecret } = this.credentials
    if (!(same(id, clientId) && same(secret, clientSecret))) {
      throw new OAuthError('invalid_client', 'Client authentication failed', 401)
    }
  }

  private async sign(scope: string): Promise<string> {
    const { clientId } = this.credentials
    const now = Math.floor(this.clock.now() / 1000)
    const claims = { token_use: 'access', scope, auth_time: now, version: 2, client_id: clientId }
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, ...(this.key.kid === undefined ? {} : { kid: this.key.kid }) })
      .setIssuer(this.url)
      .setSubject(clientId)
      .setIssuedAt(now)
      .setExpirationTime(now + LIFETIME_SECONDS)
      .setJti(randomUUID())
      .sign(await importJWK(this.key, ALGORITHM))
  }
}

/** Client credentials from the header (form-encoded inside, RFC 6749 §2.3.1) or from the form. */
function clientOf(authorization: string | undefined, form: URLSearchParams): { id: string; secret: string } {
  const basic = /^Basic\s+(.+)$/i.exec(authorization ?? '')?.[1]
  if (!basic) return { id: form.get('client_id') ?? '', secret: form.get('client_secret') ?? '' }
  const text = Buffer.from(basic, 'base64').toString()
  const colon = text.indexOf(':')
  const decode = (part: string) =>
    new URLSearchParams(`part=${part.replaceAll('&', '%26')}`).get('part') ?? ''
  return { id: decode(text.slice(0, Math.max(colon, 0))), secret: decode(text.slice(colon + 1)) }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))
