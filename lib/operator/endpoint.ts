import type * as z from 'zod'
import type { CentralSystem } from '../central-system/system.ts'
import type { Caller } from './caller.ts'
import type { IfMatch } from './conditional.ts'
import type { Csv } from './csv.ts'
import type { Problem, ProblemName } from './problem.ts'
import type { Role } from './roles.ts'

export type Method = 'get' | 'post' | 'patch' | 'delete'

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
  /** No body at all is as good as `{}`. */
  bodyOptional?: true
  /** How large the body may be, where it may be larger than others. */
  bodyMaxBytes?: number
  /** Takes the body as CSV, too: how what JSON would say is read from it. */
  bodyFromCsv?: (text: string, query: Readonly<Record<string, unknown>>) => unknown | Problem
  /** Tells its `items` as CSV, too, to those who accept text/csv. */
  csv?: Csv
  /** What the local runtime tells as it happens, as server-sent events. */
  streams?: true
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
  caller: Caller
  /** Seconds of `Prefer: wait`, at most 25. */
  wait?: number
  /** When they are over, in milliseconds since 1970: they run from the receipt, as the gateway's patience does. */
  waitUntil?: number
  ifMatch: IfMatch
}

/** What rides on an answer beside its body. */
export interface AnswerExtras {
  /** The record's version, for the ETag. */
  version?: number
  location?: string
  /** The resource as it was, for the audit log; it is not a part of the answer. */
  before?: unknown
  /** It was so already: there is nothing to put on record. */
  unchanged?: boolean
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
