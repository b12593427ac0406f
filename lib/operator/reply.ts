import { etagOf } from './conditional.ts'
import type { Answer, Spec } from './endpoint.ts'
import { PROBLEM_MEDIA_TYPE, PROBLEMS, type Problem, problemBody } from './problem.ts'

/** An answer as it goes out, and as it may be kept: without what is shown only once. */
export interface Reply {
  status: number
  headers: Record<string, string>
  body?: unknown
  once?: Record<string, unknown>
  /** In place of a body: sent as it is. */
  text?: string
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

/** The Link to the page that a cursor gives (RFC 8288): the same request, further on. */
export function nextPage(url: URL, cursor: unknown): Record<string, string> {
  if (typeof cursor !== 'string') return {}
  const query = new URLSearchParams(url.search)
  query.set('cursor', cursor)
  return { Link: `<${url.pathname}?${query}>; rel="next"` }
}

/** Nobody between us and the caller may keep an answer without asking again, or a secret at all. */
export function responseOf({ status, headers, body, once, text: given }: Reply): Response {
  const own = {
    'Cache-Control': once ? 'no-store' : 'private, no-cache',
    'X-Content-Type-Options': 'nosniff',
  }
  const json = body === undefined ? null : JSON.stringify(once ? { ...(body as object), ...once } : body)
  return new Response(given ?? json, { status, headers: { ...own, ...headers } })
}
