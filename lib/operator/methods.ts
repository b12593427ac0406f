import type { Hono } from 'hono'
import type { Schema } from 'hono/types'
import type { Bindings } from './caller.ts'
import { type Problem, problem } from './problem.ts'
import { MEDIA_TYPES } from './read.ts'
import { problemReply, responseOf } from './reply.ts'

export type Router = Hono<Bindings, Schema, string>

export const refuse = (refusal: Problem): Response => responseOf(problemReply(refusal))

/** What a path answers to the methods that nothing else answers. Registered last. */
export function otherMethods(app: Router, path: string, methods: readonly string[]): void {
  const Allow = [
    'OPTIONS',
    ...methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
  ].join(', ')
  const patch = methods.includes('PATCH') ? { 'Accept-Patch': MEDIA_TYPES.patch?.join(', ') ?? '' } : {}
  app.all(path, (c) =>
    c.req.method === 'OPTIONS'
      ? responseOf({ status: 204, headers: { Allow, ...patch } })
      : refuse(problem('method-not-allowed', `allowed here: ${Allow}`, { headers: { Allow } })),
  )
}
