import type { components } from '../../generated/api.ts'

export type Problem = components['schemas']['Problem']

/** A refusal of the API (RFC 9457), or what API Gateway says in its place, as an error that queries carry. */
export class ApiProblem extends Error {
  readonly status: number
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ApiProblem'
    this.status = problem.status
    this.problem = problem
  }

  /** The last part of its type: `offline` of `/problems/offline`. */
  get kind(): string {
    return this.problem.type.split('/').at(-1) ?? ''
  }
}

/** What an answer that is no success says of it. */
export function problemOf(status: number, body: unknown): ApiProblem {
  const { type, title, detail, message } = (body ?? {}) as Partial<Problem> & { message?: string }
  if (type && title) return new ApiProblem({ ...(body as Problem), status })
  const text = detail ?? message
  return new ApiProblem({
    type: '/problems/other',
    title: title ?? TITLES[status] ?? `The answer was ${status}`,
    status,
    ...(text ? { detail: text } : {}),
  })
}

const TITLES: Record<number, string> = {
  401: 'You are not signed in any more',
  404: 'There is no such thing',
  413: 'That is too large',
  429: 'Too many requests',
  503: 'The central system does not answer in time',
}

/** A part of the console that could not be loaded; a browser does not try again until all is loaded anew. */
export class NotLoaded extends Error {
  constructor(cause: unknown) {
    super(String(cause), { cause })
    this.name = 'NotLoaded'
  }
}

/** No answer came at all. */
export const isOffline = (error: unknown): boolean => error instanceof TypeError

/** Worth another try by itself. */
export const isPassing = (error: unknown): boolean =>
  !(error instanceof ApiProblem) || error.status === 429 || error.status >= 500
