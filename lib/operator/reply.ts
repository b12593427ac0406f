import { etagOf } from './conditional.ts'
import type { Answer, Spec } from './endpoint.ts'
import { PROBLEM_MEDIA_TYPE, PROBLEMS, type Problem, problemBody } from './problem.ts'

/** An answer as it goes out, and as it may be kept: without what is shown only once. */
export interface Reply {
  status: number
  headers: Record<string, string>
  body?: unknown
  once?: Record<string, unknown>
}

export function problemReply(problem: Problem): Reply {
  const { status } = PROBLEMS[problem.problem]
  return {
    status,
    headers: { 'Content-Type': PROBLEM_MEDIA_TYPE, ...problem.headers },
    body: problemBody(problem),
  }
}

export function answerReply(
  spec: Spec,
  { status, body, version, location, once }: Answer,
  waited?: number,
): Reply {
  const { etag } = spec.answers[status] ?? {}
  return {
    status,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(etag ? { ETag: etagOf(version, body) } : {}),
      ...(location === undefined ? {} : { Location: location }),
      ...(waited === undefined ? {} : { 'Preference-Applied': `wait=${waited}` }),
    },
    ...(body === undefined ? {} : { body }),
    ...(once === undefined ? {} : { once }),
  }
}

/** Nobody between us and the caller may keep an answer without asking again, or a secret at all. */
export function responseOf({ status, headers, body, once }: Reply): Response {
  const own = {
    'Cache-Control': once ? 'no-store' : 'private, no-cache',
    'X-Content-Type-Options': 'nosniff',
  }
  const text = body === undefined ? null : JSON.stringify(once ? { ...(body as object), ...once } : body)
  return new Response(text, { status, headers: { ...own, ...headers } })
}
