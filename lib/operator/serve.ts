import type { CentralSystem } from '../central-system/system.ts'
import { InvalidCursorError } from '../store/paging.ts'
import { callerOf, type OperatorContext } from './caller.ts'
import { isKnown } from './conditional.ts'
import type { Asked, Endpoint } from './endpoint.ts'
import { once } from './idempotency.ts'
import { invalid, isProblem, type Problem } from './problem.ts'
import { readRequest } from './read.ts'
import { answerReply, problemReply, type Reply, responseOf } from './reply.ts'

/** One request to one endpoint: read → (once) → handle → reply. */
export async function serve(
  system: CentralSystem,
  endpoint: Endpoint,
  c: OperatorContext,
): Promise<Response> {
  const { spec } = endpoint
  const read = await readRequest(spec, c)
  if ('problem' in read) return responseOf(problemReply(read))
  const origin = callerOf(c)
  const now = system.clock().toISOString()
  const asked: Asked = { system, now, ...(origin === undefined ? {} : { origin }), ...read.asked }
  const perform = () => performOnce(endpoint, asked)
  const key = spec.method === 'post' ? c.req.header('idempotency-key') : undefined
  const { pathname, search } = new URL(c.req.url)
  const attempt = { caller: origin, method: spec.method, target: pathname + search, text: read.text, now }
  const reply = key === undefined ? await perform() : await once(system, { ...attempt, key }, perform)
  return responseOf(unlessKnown(isProblem(reply) ? problemReply(reply) : reply, c))
}

async function performOnce({ spec, handle }: Endpoint, asked: Asked): Promise<Reply> {
  const answer = await handle(asked).catch(problemOfError)
  return isProblem(answer) ? problemReply(answer) : answerReply(spec, answer, asked.wait)
}

function problemOfError(error: unknown): Problem {
  if (!(error instanceof InvalidCursorError)) throw error
  return invalid([{ path: 'cursor', message: error.message }])
}

function unlessKnown(reply: Reply, c: OperatorContext): Reply {
  const { ETag } = reply.headers
  const reads = c.req.method === 'GET' || c.req.method === 'HEAD'
  if (!reads || reply.status !== 200 || !ETag || !isKnown(c.req.header('if-none-match'), ETag)) return reply
  return { status: 304, headers: { ETag } }
}
