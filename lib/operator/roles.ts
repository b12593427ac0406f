import { type Problem, problem } from './problem.ts'

/** Each may do what the one before may: read; command charge points; change what is registered. */
export const ROLES = ['viewer', 'operator', 'administrator'] as const
export type Role = (typeof ROLES)[number]

/** Where Cognito says which groups somebody is in. */
export const USUAL_ROLE_CLAIM = 'cognito:groups'

/** A machine's scope that is as good as a role. */
export const scopeOf = (role: Role): string => `busbar/${role}`

/** Who may use an endpoint: a viewer may GET, an administrator everything, unless it says otherwise. */
export const neededRole = ({ method, role }: { method: string; role?: Role | undefined }): Role =>
  role ?? (method === 'get' ? 'viewer' : 'administrator')

/** The highest role that a token's claims give: by the claim of roles, which names them, or, a machine, by a scope. */
export function roleOf(claims: Readonly<Record<string, unknown>>, roleClaim: string): Role | undefined {
  const named = namesOf(claims[roleClaim])
  const scopes = isOfMachine(claims, roleClaim) ? scopesOf(claims) : []
  return ROLES.findLast((role) => named.includes(role) || scopes.includes(scopeOf(role)))
}

/**
 * A token that names no person. Its subject is the client that asked for it (RFC 9068 §2.2): other issuers let people's
 * applications ask for any scope, and have other names for a user name.
 */
function isOfMachine(claims: Readonly<Record<string, unknown>>, roleClaim: string): boolean {
  const { sub, client_id, azp, cid } = claims
  const ofPeople = ['username', 'cognito:username', USUAL_ROLE_CLAIM, roleClaim]
  if (ofPeople.some((name) => claims[name] !== undefined)) return false
  return sub === undefined || [client_id, azp, cid].includes(sub)
}

export const scopesOf = ({ scope, scp }: Readonly<Record<string, unknown>>): string[] => wordsOf(scope ?? scp)

const isText = (each: unknown): each is string => typeof each === 'string'

/**
 * What a list holds, or a text says as a whole. API Gateway hands lists on as `[a b]`, where nobody can tell two names
 * from one of two words: only `[a]` is understood.
 */
function namesOf(claim: unknown): string[] {
  if (Array.isArray(claim)) return claim.filter(isText)
  return isText(claim) ? [claim, withoutBrackets(claim)] : []
}

/** Scopes have no spaces in them (RFC 6749 §3.3). */
function wordsOf(claim: unknown): string[] {
  if (Array.isArray(claim)) return claim.filter(isText)
  if (!isText(claim)) return []
  return withoutBrackets(claim)
    .split(' ')
    .filter((word) => word !== '')
}

const withoutBrackets = (text: string): string =>
  text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text

/** Why somebody of this role may not do what needs that one; undefined if he may. */
export function refusalOf(role: Role | undefined, needed: Role): Problem<'forbidden'> | undefined {
  if (role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(needed)) return undefined
  return problem('forbidden', `this needs the role ${needed}; you have ${role ?? 'none'}`)
}
