import type * as z from 'zod'
import { violationsOf } from '../ocpp/error.ts'
import type { OperatorContext } from './caller.ts'
import { readIfMatch } from './conditional.ts'
import { CSV_MEDIA_TYPE } from './csv.ts'
import type { Asked, Spec } from './endpoint.ts'
import { readWait } from './prefer.ts'
import { type Issue, invalid, isProblem, type Problem, problem } from './problem.ts'

const BODY_MAX_BYTES = 256 * 1024

/** A PATCH is a JSON merge patch (RFC 7396), whether it says so or not. */
const MEDIA_TYPES: Record<string, readonly string[]> = {
  post: ['application/json'],
  patch: ['application/merge-patch+json', 'application/json'],
}

export interface Read {
  asked: Pick<Asked, 'params' | 'query' | 'body' | 'wait' | 'waitUntil' | 'ifMatch'>
  text: string
  /** The names of the properties that the body gives. */
  given: string[]
}

/** Everything about a request that is in its path, query, headers and body, checked against the endpoint's schemas. */
export async function readRequest(spec: Spec, c: OperatorContext): Promise<Read | Problem> {
  const receivedAt = Date.now()
  const parameters = readParameters(spec, c)
  if ('problem' in parameters) return parameters
  const content = spec.body
    ? await readContent(spec, c, (parameters.query as Record<string, unknown> | undefined) ?? {})
    : { text: '', json: undefined }
  if ('problem' in content) return content
  const body = spec.body?.safeParse(content.json)
  if (body && !body.success) return invalid(issuesOf(body.error.issues))
  const wait = spec.waits && readWait(c.req.header('prefer'))
  const ifMatch = spec.edits && readIfMatch(c.req.header('if-match'))
  return {
    text: content.text,
    given: isObject(content.json) ? Object.keys(content.json) : [],
    asked: {
      ...parameters,
      body: body?.data as undefined,
      ifMatch,
      ...(wait === undefined ? {} : { wait, waitUntil: receivedAt + wait * 1000 }),
    },
  }
}

function readParameters(spec: Spec, c: OperatorContext): Pick<Asked, 'params' | 'query'> | Problem {
  const issues: Issue[] = []
  const url = new URL(c.req.url)
  if (!isDecodable(url.pathname))
    return invalid([{ path: '', message: 'the path is not percent-encoded UTF-8' }])
  const params = spec.params?.safeParse(c.req.param())
  if (params && !params.success) issues.push(...issuesOf(params.error.issues))
  const given: Record<string, string> = {}
  for (const [name, value] of url.searchParams) {
    if (Object.hasOwn(given, name)) issues.push({ path: name, message: 'is given more than once' })
    if (!spec.query || !Object.hasOwn(spec.query.shape, name))
      issues.push({ path: name, message: 'there is no such query parameter' })
    else given[name] = value
  }
  const query = spec.query?.safeParse(given)
  if (query && !query.success) issues.push(...issuesOf(query.error.issues))
  if (issues.length > 0) return invalid(issues)
  return { params: params?.data as undefined, query: query?.data as undefined }
}

/** The media types that an endpoint reads. */
export const mediaTypesOf = ({ method, bodyFromCsv }: Spec): readonly string[] => [
  ...(MEDIA_TYPES[method] ?? []),
  ...(bodyFromCsv ? [CSV_MEDIA_TYPE] : []),
]

type Content = { text: string; json: unknown }

async function readContent(
  spec: Spec,
  c: OperatorContext,
  query: Readonly<Record<string, unknown>>,
): Promise<Content | Problem> {
  if (spec.bodyOptional && c.req.raw.body === null) return readJson('{}')
  const { type, charset } = contentTypeOf(c)
  const foreign = foreignFormat(spec, { type, charset, encoding: c.req.header('content-encoding') })
  if (foreign !== undefined) return problem('unsupported-media-type', foreign)
  const { bodyMaxBytes = BODY_MAX_BYTES } = spec
  const tooLarge = problem('too-large', `the body is larger than ${bodyMaxBytes} bytes`)
  if (Number(c.req.header('content-length')) > bodyMaxBytes) return tooLarge
  const bytes = await c.req.arrayBuffer()
  if (bytes.byteLength > bodyMaxBytes) return tooLarge
  if (bytes.byteLength === 0) return problem('malformed', 'the body is empty')
  const text = decode(bytes)
  if (text === undefined) return problem('malformed', 'the body is not UTF-8')
  const content =
    type === CSV_MEDIA_TYPE && spec.bodyFromCsv
      ? contentOf(text, spec.bodyFromCsv(text, query))
      : readJson(text)
  const fault = 'problem' in content ? undefined : faultOf(content.json)
  return fault === undefined ? content : problem('malformed', fault)
}

/** Deeper than anything that is meant; what recurs into a value has room for it. */
const DEPTH_MAX = 100

/** What keeps a value from being worked on or stored, wherever in it: an escape can write what UTF-8 cannot. */
function faultOf(json: unknown): string | undefined {
  let level = [json]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX) return `the body is nested more than ${DEPTH_MAX} levels deep`
    const texts = level.flatMap((value) => (isObject(value) ? Object.keys(value) : value))
    if (texts.some((text) => typeof text === 'string' && !text.isWellFormed()))
      return 'the body has half of a surrogate pair in a text'
    level = level.flatMap((value) => (isObject(value) ? Object.values(value) : []))
  }
  return undefined
}

function contentTypeOf(c: OperatorContext): { type: string; charset: string | undefined } {
  const [type = '', ...parameters] = (c.req.header('content-type') ?? '').split(';')
  const charsets = parameters.map((each) => /^\s*charset\s*=\s*"?([^"]*?)"?\s*$/i.exec(each)?.[1])
  return { type: type.trim().toLowerCase(), charset: charsets.find((each) => each !== undefined) }
}

/** Why a body that says it is of this kind is not read; undefined where it is. */
function foreignFormat(
  spec: Spec,
  {
    type,
    charset = 'utf-8',
    encoding = 'identity',
  }: { type: string; charset: string | undefined; encoding: string | undefined },
): string | undefined {
  const accepted = mediaTypesOf(spec)
  if (!accepted.includes(type))
    return `the body must be ${accepted.join(' or ')}, and the Content-Type header must say so`
  if (!/^utf-?8$/i.test(charset))
    return 'the body must be UTF-8; the Content-Type header says another charset'
  if (encoding.trim().toLowerCase() !== 'identity')
    return 'the body must not be compressed; the Content-Encoding header says that it is'
  return undefined
}

const contentOf = (text: string, json: unknown): Content | Problem =>
  isObject(json) && isProblem(json) ? json : { text, json }

function readJson(text: string): Content | Problem {
  try {
    return { text, json: JSON.parse(text) }
  } catch {
    return problem('malformed', 'the body cannot be read as JSON')
  }
}

/**
 * Undefined where it is no UTF-8. API Gateway hands JSON and CSV on as text, with U+FFFD in the place of what was none; a
 * body that means that character itself writes it as an escape.
 */
function decode(bytes: ArrayBuffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\uFFFD') ? undefined : text
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** One issue per place, unknown properties included. */
export function issuesOf(issues: readonly z.core.$ZodIssue[]): Issue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return violationsOf([issue])
    return issue.keys.flatMap((key) =>
      violationsOf([{ ...issue, path: [...issue.path, key], message: 'there is no such property' }]),
    )
  })
}
