import type * as z from 'zod'
import type { CentralSystem } from '../central-system/system.ts'
import type { IfMatch } from './conditional.ts'
import type { Problem, ProblemName } from './problem.ts'

export type Method = 'get' | 'post' | 'patch' | 'delete'

/** Each may do what the one before may: read; command charge points; change what is registered. */
export const ROLES = ['viewer', 'operator', 'administrator'] as const
export type Role = (typeof ROLES)[number]

/** An endpoint as it is documented, which is also how requests to it are read and answers from it are typed. */
export interface Spec {
  operationId: string
  method: Method
  /** Below the base path, as OpenAPI writes it: `/charge-points/{chargePointId}`. */
  path: string
  tag: string
  summary: string
  description?: string
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  /** How large the body may be, where it may be larger than others. */
  bodyMaxBytes?: number
  /** Takes `Prefer: wait=N`. */
  waits?: true
  /** Takes `If-Match`. */
  edits?: true
  /** Who may: a viewer may GET, an administrator everything, unless said otherwise. */
  role?: Role
  answers: Record<number, AnswerSpec>
  /** Beside those that any endpoint may answer. */
  problems: readonly ProblemName[]
}

export interface AnswerSpec {
  description: string
  body?: z.ZodType
  /** Carries an ETag; on a GET, If-None-Match is honoured. */
  etag?: true
  /** Carries a Location. */
  location?: true
}

type OutputOf<S> = S extends z.ZodType ? z.output<S> : undefined

/** What was asked, read and checked. */
export interface Asked<S extends Spec = Spec> {
  system: CentralSystem
  params: OutputOf<S['params']>
  query: OutputOf<S['query']>
  body: OutputOf<S['body']>
  /** The instant of the request. */
  now: string
  /** Who asks, as far as the token tells. */
  origin?: string
  /** Seconds of `Prefer: wait`, at most 25. */
  wait?: number
  ifMatch: IfMatch
}

/** What rides on an answer beside its body. */
export interface AnswerExtras {
  /** The record's version, for the ETag. */
  version?: number
  location?: string
  /** The resource as it was, for the audit log; it is not a part of the answer. */
  before?: unknown
  /** Properties of the body that are shown this once and are never kept: one-time passwords, URLs that let anyone in. */
  once?: Record<string, unknown>
}

export type AnswerOf<S extends Spec> = {
  [N in keyof S['answers']]: { status: N } & (S['answers'][N] extends { body: infer B extends z.ZodType }
    ? { body: z.input<B> }
    : { body?: undefined })
}[keyof S['answers']] &
  AnswerExtras

export type Answer = { status: number; body?: unknown } & AnswerExtras

export interface Endpoint {
  spec: Spec
  handle(asked: Asked): Promise<Answer | Problem>
}

/** Ties a handler to its documentation: it can answer nothing else than what is written there. */
export function endpoint<const S extends Spec>(spec: S) {
  return {
    answer: (
      handle: (asked: Asked<S>) => Promise<AnswerOf<S> | Problem<S['problems'][number]>>,
    ): Endpoint => ({
      spec,
      handle: handle as unknown as Endpoint['handle'],
    }),
  }
}
