import type { Hono } from 'hono'
import type { Schema } from 'hono/types'
import type { Bindings } from './caller.ts'
import { type Problem, problem } from './problem.ts'
import { problemReply, responseOf } from './reply.ts'

export type Router = Hono<Bindings, Schema, string>

export const refuse = (refusal: Problem): Response => responseOf(problemReply(refusal))

/** What a path answers to the methods that nothing else answers; OPTIONS does not come here. Registered last. */
export function otherMethods(app: Router, path: string, methods: readonly string[]): void {
  const Allow = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
  app.all(path, () => refuse(problem('method-not-allowed', `allowed here: ${Allow}`, { headers: { Allow } })))
}
