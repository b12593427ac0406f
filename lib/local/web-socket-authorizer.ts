import { FunctionError } from './function.ts'
import type { Invoke } from './functions.ts'
import { wildcard } from './iam.ts'
import { callIntegration } from './integration.ts'
import { asArray, asObject, asText, asTexts, isObject } from './json.ts'
import type { WebSocketAuthorizer } from './web-socket-definition.ts'
import type { Parameters } from './web-socket-events.ts'

export type Verdict =
  | { kind: 'allowed'; context: Record<string, unknown> }
  | { kind: 'refused'; status: 401 | 403 | 500; message: string }

const UNAUTHORIZED: Verdict = { kind: 'refused', status: 401, message: 'Unauthorized' }
const FAILED: Verdict = { kind: 'refused', status: 500, message: 'Internal server error' }

interface AuthorizerEvent {
  methodArn: string
}

/** Asks a REQUEST authorizer, and only if every identity source is present: without one it is 401 at once. */
export async function authorize(
  authorizer: WebSocketAuthorizer,
  event: AuthorizerEvent,
  headers: Parameters,
  query: Parameters,
  invoke: Invoke,
): Promise<Verdict> {
  const lowerCased = Object.fromEntries(
    Object.entries(headers.single).map(([name, value]) => [name.toLowerCase(), value]),
  )
  for (const { from, name } of authorizer.identitySources) {
    const value = from === 'header' ? lowerCased[name.toLowerCase()] : query.single[name]
    if (!value) return UNAUTHORIZED
  }
  const started = performance.now()
  try {
    const answer = await callIntegration(authorizer, event, invoke)
    return verdict(answer, event.methodArn, Math.round(performance.now() - started))
  } catch (error) {
    return error instanceof FunctionError && error.failure.errorMessage === 'Unauthorized'
      ? UNAUTHORIZED
      : FAILED
  }
}

function verdict(answer: unknown, methodArn: string, integrationLatency: number): Verdict {
  const { principalId, policyDocument, context } = asObject(answer)
  const principal = asText(principalId)
  if (principal === undefined || !isObject(policyDocument)) return FAILED
  const flat = flatten(context)
  if (!flat) return FAILED
  const effects = asArray(policyDocument.Statement)
    .map(asObject)
    .filter(
      ({ Action, Resource }) => covers(Action, 'execute-api:Invoke', 'i') && covers(Resource, methodArn),
    )
    .map(({ Effect }) => Effect)
  if (effects.length === 0)
    return { kind: 'refused', status: 403, message: 'User is not authorized to access this resource' }
  if (!effects.every((effect) => effect === 'Allow')) {
    const message = 'User is not authorized to access this resource with an explicit deny'
    return { kind: 'refused', status: 403, message }
  }
  return { kind: 'allowed', context: { ...flat, principalId: principal, integrationLatency } }
}

const covers = (patterns: unknown, value: string, flags = ''): boolean =>
  asTexts(patterns).some((pattern) => wildcard(pattern, flags).test(value))

/** Every value a text; undefined if one is a list or an object, which API Gateway does not take. */
function flatten(context: unknown): Record<string, string> | undefined {
  const entries = Object.entries(asObject(context)).map(([key, value]) => [key, asText(value)] as const)
  if (entries.some(([, value]) => value === undefined)) return undefined
  return Object.fromEntries(entries.map(([key, value]) => [key, value ?? '']))
}
