import type { Context } from 'hono'
import { type Role, roleOf, scopesOf } from './roles.ts'

/** What the gateway tells of a request. Its JWT authorizer has checked the token. */
export interface Bindings {
  Bindings: {
    event?: { headers?: Record<string, string | undefined> }
    requestContext?: { authorizer?: { jwt?: { claims?: Record<string, unknown> } } }
  }
  Variables: {
    /** Of whoever asks, where it matters. */
    role: Role | undefined
  }
}

export type OperatorContext = Context<Bindings>

/** Who asks, as far as the token tells. */
export interface Caller {
  /** A person's name, or else a machine's client id. */
  name?: string
  role?: Role
  clientId?: string
  scopes: string[]
}

/** An id token tells an application who somebody is; it opens nothing. */
export function isAuthenticated(c: OperatorContext): boolean {
  const claims = claimsOf(c)
  return claims !== undefined && (claims.token_use === undefined || claims.token_use === 'access')
}

/** Who asks: a person's name or subject; a machine's subject is its client id. */
export function callerOf(c: OperatorContext): string | undefined {
  const { username, client_id, sub } = claimsOf(c) ?? {}
  return [username, sub, client_id].find(isText)
}

/** The role that the token gives. The claim of roles is read in the token itself, where a list is a list. */
export function roleOfCaller(c: OperatorContext, roleClaim: string): Role | undefined {
  const claims = claimsOf(c) ?? {}
  const token = payloadOf(c.req.header('authorization'), claims)
  return roleOf(token ? { ...claims, [roleClaim]: token[roleClaim] } : claims, roleClaim)
}

export function describeCaller(c: OperatorContext): Caller {
  const claims = claimsOf(c) ?? {}
  const name = callerOf(c)
  const role = c.get('role')
  const clientId = [claims.client_id, claims.azp].find(isText)
  return {
    ...(name === undefined ? {} : { name }),
    ...(role === undefined ? {} : { role }),
    ...(clientId === undefined ? {} : { clientId }),
    scopes: scopesOf(claims),
  }
}

/** As it was sent: on its way through Hono, what is not ASCII is percent-encoded. */
export const idempotencyKeyOf = (c: OperatorContext): string | undefined =>
  c.env?.event?.headers?.['idempotency-key'] ?? c.req.header('idempotency-key')

const IDENTIFYING = ['iss', 'sub', 'jti', 'username', 'client_id']

/** What is in the token that the gateway checked: the one whose claims it handed on. Nothing is checked here. */
function payloadOf(authorization: string | undefined, claims: Record<string, unknown>) {
  const payload = /^(?:Bearer\s+)?[\w-]+\.([\w-]+)\.[\w-]+$/i.exec(authorization?.trim() ?? '')?.[1]
  if (payload === undefined) return undefined
  try {
    const token: Record<string, unknown> = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return IDENTIFYING.every((name) => token[name] === claims[name]) ? token : undefined
  } catch {
    return undefined
  }
}

const isText = (claim: unknown): claim is string => typeof claim === 'string' && claim !== ''

function claimsOf(c: OperatorContext): Record<string, unknown> | undefined {
  return c.env?.requestContext?.authorizer?.jwt?.claims
}
