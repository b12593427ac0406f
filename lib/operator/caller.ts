import type { Context } from 'hono'

/** What the gateway tells of a request. Its JWT authorizer has checked the token. */
export interface Bindings {
  Bindings: { requestContext?: { authorizer?: { jwt?: { claims?: Record<string, unknown> } } } }
}

export type OperatorContext = Context<Bindings>

export function isAuthenticated(c: OperatorContext): boolean {
  return claimsOf(c) !== undefined
}

/** Who asks: a person's name, or else a machine's client id. */
export function callerOf(c: OperatorContext): string | undefined {
  const { username, client_id, sub } = claimsOf(c) ?? {}
  return [username, client_id, sub].find(
    (claim): claim is string => typeof claim === 'string' && claim !== '',
  )
}

function claimsOf(c: OperatorContext): Record<string, unknown> | undefined {
  return c.env?.requestContext?.authorizer?.jwt?.claims
}
