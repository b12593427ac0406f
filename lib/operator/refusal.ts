import { CENTRAL_SYSTEM_ACTIONS } from '../actions/index.ts'
import type { Refusal } from '../central-system/system.ts'
import { invalid, type Problem, problem } from './problem.ts'

/** What a call may be refused with, whatever its action. */
export const CALL_REFUSALS = [
  'unknown',
  'invalid',
  'offline',
  'not-accepted',
  'too-large',
  'queue-full',
] as const satisfies readonly Refusal['refused'][]

/** A call that is answered makes room in the queue. */
const RETRY_SECONDS = '10'

/**
 * A refusal of the central system's as the problem that tells it. `foreseen`: those that the endpoint documents.
 * `place`: where in the body stands what the central system finds fault with.
 */
export function problemOfRefusal<N extends Refusal['refused']>(
  { refused, detail, issues = [] }: Refusal,
  foreseen: readonly N[],
  place: (path: string) => string = (path) => path,
): Problem<N> {
  const name = foreseen.find((each) => each === refused)
  if (!name) throw new Error(`refused in a way that is not documented here: ${refused}: ${detail}`)
  if (refused === 'invalid' && issues.length > 0) {
    const placed = issues.map(({ path, message }) => ({ path: place(path), message }))
    return { ...invalid(placed), problem: name }
  }
  if (refused === 'queue-full') return problem(name, detail, { headers: { 'Retry-After': RETRY_SECONDS } })
  if (refused !== 'unknown-action') return problem(name, detail)
  return problem(name, `${detail}. It sends: ${[...CENTRAL_SYSTEM_ACTIONS.keys()].join(', ')}`)
}

/** Where a part of the payload stands in a body that has the payload as a property. */
export function payloadPath(path: string): string {
  return path === '' || path.startsWith('[') ? `payload${path}` : `payload.${path}`
}
