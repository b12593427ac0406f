import createClient, { type Middleware } from 'openapi-fetch'
import type { components, paths } from '../../generated/api.ts'
import { problemOf } from './problem.ts'
import type { Session } from './session.ts'

/** The shapes of the API, by their names in its document. */
export type Schemas = components['schemas']

export type Client = ReturnType<typeof createApiClient>

const TIMEOUT_MILLISECONDS = 35_000

/** The operator API, with a token on every request. */
export function createApiClient(session: Session) {
  const client = createClient<paths, 'application/json'>({
    baseUrl: `${location.origin}/api`,
    fetch: (request: Request) => fetchWithToken(session, request),
    querySerializer: { array: { style: 'form', explode: true } },
  })
  client.use(withoutNothing)
  return client
}

/** Text of a media type that the document's types do not tell, such as CSV. */
export async function fetchText(session: Session, path: string, accept: string): Promise<Response> {
  const request = new Request(`${location.origin}/api${path}`, { headers: { accept } })
  const response = await fetchWithToken(session, request)
  if (!response.ok) throw problemOf(response.status, await response.json().catch(() => undefined))
  return response
}

/** A token that is refused, while it should be good, is renewed once. */
export async function fetchWithToken(session: Session, request: Request): Promise<Response> {
  const again = request.clone()
  const token = await session.token()
  const response = await send(request, token)
  if (response.status !== 401 || token === undefined) return response
  await session.refused(token)
  const renewed = await session.token()
  return renewed === undefined ? response : send(again, renewed)
}

function send(request: Request, token: string | undefined): Promise<Response> {
  const headers = new Headers(request.headers)
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MILLISECONDS)])
  return fetch(new Request(request, { headers, signal }))
}

/** An empty text in a query is none. */
const withoutNothing: Middleware = {
  onRequest({ request }) {
    const url = new URL(request.url)
    const empty = [...url.searchParams].filter(([, value]) => value === '')
    if (empty.length === 0) return undefined
    for (const [name] of empty) url.searchParams.delete(name)
    return new Request(url, request)
  },
}

/** What openapi-fetch gives, with its refusals thrown: queries and mutations tell success from failure by that. */
export async function bodyOf<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  return (await answerOf(answer)).body
}

/** The same, with the answer's status and headers. */
export async function answerOf<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<{ body: T; status: number; headers: Headers }> {
  const { data, error, response } = await answer
  if (!response.ok) throw problemOf(response.status, error)
  return { body: data as T, status: response.status, headers: response.headers }
}
