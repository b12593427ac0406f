import * as z from 'zod'

/** Every way this API says no: the last part of the problem's `type`, its status and its title. Clients rely on them. */
export const PROBLEMS = {
  invalid: { status: 400, title: 'The request is not valid' },
  malformed: { status: 400, title: 'The body cannot be read' },
  'unknown-action': { status: 400, title: 'There is no such action' },
  unauthenticated: { status: 401, title: 'A token is needed' },
  forbidden: { status: 403, title: 'A role is needed that you do not have' },
  unknown: { status: 404, title: 'There is no such thing' },
  'no-configuration': { status: 404, title: 'The configuration is not known yet' },
  'no-local-list': { status: 404, title: 'The local list is not known yet' },
  'no-onboarding': { status: 404, title: 'It was never Pending with a configuration to be given' },
  'no-route': { status: 404, title: 'There is nothing at this address' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'not-acceptable': { status: 406, title: 'It cannot be told in that media type' },
  exists: { status: 409, title: 'It exists already' },
  'in-use': { status: 409, title: 'Others refer to it' },
  offline: { status: 409, title: 'The charge point is not connected' },
  'not-accepted': { status: 409, title: 'The charge point is not accepted' },
  'not-queued': { status: 409, title: 'The call does not wait any more' },
  'not-running': { status: 409, title: 'It has ended already' },
  reserved: { status: 409, title: 'It is reserved already' },
  ambiguous: { status: 409, title: 'There are several of this name' },
  ended: { status: 409, title: 'The reservation has ended' },
  stopped: { status: 409, title: 'The transaction has stopped' },
  full: { status: 409, title: 'There are too many already' },
  disabled: { status: 409, title: 'It is not enabled' },
  'in-progress': { status: 409, title: 'The same request is being worked on' },
  changed: { status: 412, title: 'It has changed meanwhile' },
  'too-large': { status: 413, title: 'The content is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is in a media type that is not read here' },
  'key-reused': { status: 422, title: 'The idempotency key belongs to another request' },
  secret: { status: 409, title: 'A call with a secret in it cannot wait' },
  'queue-full': { status: 429, title: 'Too many calls wait for this charge point' },
  internal: { status: 500, title: 'Something went wrong here' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemName = keyof typeof PROBLEMS

export interface Issue {
  path: string
  message: string
}

/** A refusal as a value; {@link problemBody} turns it into what RFC 9457 asks for. */
export interface Problem<N extends ProblemName = ProblemName> {
  problem: N
  detail: string
  issues?: Issue[]
  headers?: Record<string, string>
}

export function problem<N extends ProblemName>(
  name: N,
  detail: string,
  more: Pick<Problem, 'issues' | 'headers'> = {},
): Problem<N> {
  return { problem: name, detail, ...more }
}

/** So many issues are told, and so many of them in the detail too: a body may have one in every byte. */
const ISSUES_TOLD = 100
const ISSUES_IN_DETAIL = 10

export function invalid(issues: Issue[]): Problem<'invalid'> {
  const told = issues
    .slice(0, ISSUES_IN_DETAIL)
    .map(({ path, message }) => (path ? `${path}: ${message}` : message))
  const more = issues.length - told.length
  const detail = [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
  return problem('invalid', detail, { issues: issues.slice(0, ISSUES_TOLD) })
}

export function isProblem(answer: object): answer is Problem {
  return 'problem' in answer
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

export const problemSchema = z
  .strictObject({
    type: z
      .string()
      .meta({ description: 'Names the kind of problem; does not change', examples: ['/problems/offline'] }),
    title: z.string().meta({ description: 'What the kind of problem is called' }),
    status: z.int().meta({ description: 'The HTTP status once more', examples: [409] }),
    detail: z.exactOptional(z.string()).meta({ description: 'What is wrong this time, for people' }),
    issues: z
      .exactOptional(z.array(z.strictObject({ path: z.string(), message: z.string() })))
      .meta({ description: 'What is wrong with the request, place by place; the first 100' }),
    instance: z
      .exactOptional(z.string())
      .meta({ description: 'Names this occurrence of an internal problem' }),
    errorId: z.exactOptional(z.string()).meta({ description: 'What to look for in the log' }),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457)' })

export function problemBody({ problem, detail, issues }: Problem): z.infer<typeof problemSchema> {
  return { type: `/problems/${problem}`, ...PROBLEMS[problem], detail, ...(issues ? { issues } : {}) }
}

/** What the caller learns of an error of our own: where to look for it in the log, and nothing else. */
export function internalProblemBody(errorId: string): z.infer<typeof problemSchema> {
  return { type: '/problems/internal', ...PROBLEMS.internal, instance: `urn:uuid:${errorId}`, errorId }
}
