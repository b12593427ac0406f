import type { CentralSystem } from '../central-system/system.ts'
import { InvalidCursorError } from '../store/paging.ts'
import { audited } from './auditing.ts'
import { callerOf, describeCaller, idempotencyKeyOf, type OperatorContext } from './caller.ts'
import { isKnown } from './conditional.ts'
import { CSV_MEDIA_TYPE } from './csv.ts'
import { csvReply } from './csv-reply.ts'
import type { Asked, Endpoint, Spec } from './endpoint.ts'
import { once } from './idempotency.ts'
import { preferredType } from './negotiation.ts'
import { invalid, isProblem, type Problem, problem } from './problem.ts'
import { readRequest } from './read.ts'
import { answerReply, nextPage, problemReply, type Reply, responseOf } from './reply.ts'

/** One request to one endpoint: read → (once) → handle → put on record → reply. */
export async function serve(
  system: CentralSystem,
  endpoint: Endpoint,
  c: OperatorContext,
): Promise<Response> {
  const { spec } = endpoint
  const offered = mediaTypesFor(spec)
  const mediaType = preferredType(c.req.header('accept'), offered)
  if (mediaType === undefined) return responseOf(problemReply(notAcceptable(offered)))
  const read = await readRequest(spec, c)
  if ('problem' in read) return responseOf(problemReply(read))
  const origin = callerOf(c)
  const now = system.clock().toISOString()
  const asked: Asked = {
    system,
    now,
    ...(origin === undefined ? {} : { origin }),
    caller: describeCaller(c),
    ...read.asked,
  }
  const url = new URL(c.req.url)
  const perform = (): Promise<Reply> =>
    spec.csv && mediaType === CSV_MEDIA_TYPE
      ? csvReply(guarded(endpoint), spec.csv, asked, { url, ...limitOf(asked, url) })
      : performOnce(endpoint, asked, read.given)
  const key = spec.method === 'post' ? idempotencyKeyOf(c) : undefined
  const target = url.pathname + url.search
  const attempt = { caller: origin, method: spec.method, target, text: read.text, now }
  const reply = key === undefined ? await perform() : await once(system, { ...attempt, key }, perform)
  return responseOf(withLinks(unlessKnown(isProblem(reply) ? problemReply(reply) : reply, c), spec, url))
}

const mediaTypesFor = ({ csv }: Spec) =>
  csv ? (['application/json', CSV_MEDIA_TYPE] as const) : (['application/json'] as const)

const notAcceptable = (offered: readonly string[]): Problem =>
  problem('not-acceptable', `the Accept header allows none of what there is: ${offered.join(', ')}`)

async function performOnce(endpoint: Endpoint, asked: Asked, given: string[]): Promise<Reply> {
  const { spec } = endpoint
  const answer = await audited(spec, asked, given, () => guarded(endpoint).handle(asked))
  return isProblem(answer) ? problemReply(answer) : answerReply(spec, answer, asked.wait)
}

const guarded = ({ spec, handle }: Endpoint): Endpoint => ({
  spec,
  handle: (asked) => handle(asked).catch(problemOfError),
})

/** A default is for pages of JSON. */
function limitOf({ query }: Asked, url: URL): { limit?: number } {
  const { limit } = (query ?? {}) as { limit?: number }
  return url.searchParams.has('limit') && limit !== undefined ? { limit } : {}
}

/** What a cache must know, and the way to the next page. */
function withLinks(reply: Reply, { method, csv }: Spec, url: URL): Reply {
  const { cursor } = (reply.body ?? {}) as { cursor?: unknown }
  return {
    ...reply,
    headers: {
      ...(csv ? { Vary: 'Accept' } : {}),
      ...(method === 'get' ? nextPage(url, cursor) : {}),
      ...reply.headers,
    },
  }
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
