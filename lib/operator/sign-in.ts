import { ROLES, type Role, scopeOf } from './roles.ts'

/** Where tokens come from, for the documentation. */
export interface SignIn {
  /** Of a Cognito user pool's sign-in pages, without a slash at the end. Default: this very server. */
  url?: string
  /** The client that people's browsers are. */
  clientId?: string
  /** Another OpenID Connect issuer, in place of all that. */
  issuerUrl?: string
}

const SCOPES: Record<Role, string> = {
  viewer: 'Read everything',
  operator: 'Read everything, command charge points',
  administrator: 'Everything',
}

/** What people's browsers ask for; what they may do, their groups say. */
export const PERSONAL_SCOPES = { openid: 'Who you are', profile: 'Your name' }

/** As OpenAPI has it. */
export function securitySchemes({ url = '', clientId, issuerUrl }: SignIn) {
  const bearer = {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token, however it was come by',
  }
  if (issuerUrl !== undefined) {
    const openIdConnectUrl = `${issuerUrl.replace(/\/$/, '')}/.well-known/openid-configuration`
    return { signIn: { type: 'openIdConnect', description: 'For people', openIdConnectUrl }, bearer }
  }
  const scopes = Object.fromEntries(ROLES.map((role) => [scopeOf(role), SCOPES[role]]))
  const tokenUrl = `${url}/oauth2/token`
  return {
    signIn: {
      type: 'oauth2',
      description: 'For people, with PKCE',
      flows: {
        authorizationCode: {
          authorizationUrl: `${url}/oauth2/authorize`,
          tokenUrl,
          refreshUrl: tokenUrl,
          scopes: PERSONAL_SCOPES,
        },
      },
      ...(clientId === undefined ? {} : { 'x-client-id': clientId }),
    },
    oauth2: {
      type: 'oauth2',
      description: 'For machines',
      flows: { clientCredentials: { tokenUrl, scopes } },
    },
    bearer,
  }
}

/** What an operation that needs this role asks for: any one of these. */
export function securityOf(role: Role, { issuerUrl }: SignIn): Record<string, string[]>[] {
  const machines = issuerUrl === undefined ? [{ oauth2: [scopeOf(role)] }] : []
  return [{ signIn: Object.keys(PERSONAL_SCOPES) }, ...machines, { bearer: [role] }]
}
