import type * as z from 'zod'
import { CSV_MEDIA_TYPE, headerOf } from './csv.ts'
import type { AnswerSpec, Spec } from './endpoint.ts'
import type { Json, SchemaCollection } from './openapi-schemas.ts'
import { PROBLEM_MEDIA_TYPE, PROBLEMS, type ProblemName, problemBody, problemSchema } from './problem.ts'
import { mediaTypesOf } from './read.ts'
import { neededRole } from './roles.ts'
import { type SignIn, securityOf } from './sign-in.ts'

/** Headers of requests, as components. */
export const PARAMETERS = {
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description: '`wait=N`: answer when what was asked has ended, or after N seconds, 25 at most (RFC 7240)',
    schema: { type: 'string' },
    example: 'wait=10',
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description:
      'The ETag of what was read. The edit is refused if the version in it is not the current one any more',
    schema: { type: 'string' },
    example: '"1-mB3sL0pQ9xYz"',
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The ETag of what was read before; answered 304 if it is still the same',
    schema: { type: 'string' },
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'A text of your own, a UUID at best: the same request with the same key is done once, and answered the same for a day',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    example: '5f0c1c3e-1f5e-4b7e-9a5e-0a3f5b0f6f2b',
  },
  LastEventId: {
    name: 'Last-Event-ID',
    in: 'header',
    description:
      'With `Accept: text/event-stream`: the `id` of the last event that was read; what came after it is sent first',
    schema: { type: 'string' },
    example: '019ab3f2-5c1e-7c7b-9d55-0f4b6f1c2a3d',
  },
} as const

/** Headers of answers, as components. */
export const HEADERS = {
  ETag: {
    description: 'Names this state of the resource; its version comes first',
    schema: { type: 'string' },
  },
  Location: { description: 'Where the resource is', schema: { type: 'string', format: 'uri-reference' } },
  Link: {
    description: 'The next page, as long as there is one: `<…>; rel="next"` (RFC 8288)',
    schema: { type: 'string' },
  },
  ContentDisposition: { description: 'With CSV: a name for the file', schema: { type: 'string' } },
  Vary: { description: 'The answer depends on Accept', schema: { type: 'string' } },
  RetryAfter: {
    description: 'Seconds after which it may be worth another try',
    schema: { type: 'string' },
  },
  PreferenceApplied: { description: 'The `wait` that was honoured', schema: { type: 'string' } },
  IdempotencyReplayed: {
    description: '`true` if this is the answer to an earlier request',
    schema: { type: 'string' },
  },
} as const

export function operationOf(spec: Spec, schemas: SchemaCollection, signIn: SignIn): Json {
  const role = neededRole(spec)
  return {
    operationId: spec.operationId,
    tags: [spec.tag],
    summary: spec.summary,
    description: [spec.description, `Role: ${role}.`].filter(Boolean).join('\n\n'),
    'x-role': role,
    security: securityOf(role, signIn),
    parameters: parametersOf(spec, schemas),
    ...(spec.body ? { requestBody: requestBodyOf(spec, spec.body, schemas) } : {}),
    responses: { ...answersOf(spec, schemas), ...problemResponses(problemsOf(spec), schemas) },
  }
}

function parametersOf(spec: Spec, schemas: SchemaCollection): Json[] {
  const reads = Object.values(spec.answers).some(({ etag }) => etag) && spec.method === 'get'
  return [
    ...fieldsOf(spec.params, 'path', schemas),
    ...fieldsOf(spec.query, 'query', schemas),
    ...(spec.waits ? [parameter('Prefer')] : []),
    ...(spec.edits ? [parameter('IfMatch')] : []),
    ...(reads ? [parameter('IfNoneMatch')] : []),
    ...(spec.method === 'post' ? [parameter('IdempotencyKey')] : []),
    ...(spec.streams ? [parameter('LastEventId')] : []),
  ]
}

const parameter = (name: keyof typeof PARAMETERS) => ({ $ref: `#/components/parameters/${name}` })

function fieldsOf(
  fields: z.ZodObject | undefined,
  place: 'path' | 'query',
  schemas: SchemaCollection,
): Json[] {
  return Object.entries(fields?.shape ?? {}).map(([name, field]) => {
    const { description, ...schema } = schemas.refer(field as z.ZodType, 'input')
    return { name, in: place, required: place === 'path', ...(description ? { description } : {}), schema }
  })
}

const CSV_BODY = { schema: { type: 'string', description: 'CSV (RFC 4180) in UTF-8, with a header' } }

function requestBodyOf(spec: Spec, body: z.ZodType, schemas: SchemaCollection): Json {
  const schema = schemas.refer(body, 'input')
  return {
    required: !spec.bodyOptional,
    content: Object.fromEntries(
      mediaTypesOf(spec).map((type) => [type, type === CSV_MEDIA_TYPE ? CSV_BODY : { schema }]),
    ),
  }
}

function answersOf(spec: Spec, schemas: SchemaCollection): Json {
  const answers = Object.entries(spec.answers).map(([status, answer]) => [
    status,
    answerOf(spec, answer, schemas),
  ])
  const known = spec.method === 'get' && Object.values(spec.answers).some(({ etag }) => etag)
  return {
    ...Object.fromEntries(answers),
    ...(known
      ? { 304: { description: 'It is still as If-None-Match has it', headers: { ETag: header('ETag') } } }
      : {}),
  }
}

function answerOf(
  spec: Spec,
  { description, body, etag, location }: AnswerSpec,
  schemas: SchemaCollection,
): Json {
  const headers = {
    ...(etag ? { ETag: header('ETag') } : {}),
    ...(location ? { Location: header('Location') } : {}),
    ...(spec.waits ? { 'Preference-Applied': header('PreferenceApplied') } : {}),
    ...(spec.method === 'post' ? { 'Idempotency-Replayed': header('IdempotencyReplayed') } : {}),
    ...(spec.method === 'get' && spec.query?.shape.cursor ? { Link: header('Link') } : {}),
    ...(spec.csv ? { 'Content-Disposition': header('ContentDisposition'), Vary: header('Vary') } : {}),
  }
  const json = body && { 'application/json': { schema: schemas.refer(body, 'output') } }
  return {
    description,
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    ...(json ? { content: { ...json, ...csvOf(spec), ...streamOf(spec) } } : {}),
  }
}

function csvOf({ csv }: Spec): Json {
  if (!csv) return {}
  const schema = { type: 'string', description: 'CSV (RFC 4180) in UTF-8, with a header' }
  return { [CSV_MEDIA_TYPE]: { schema, example: headerOf(csv) } }
}

function streamOf({ streams }: Spec): Json {
  if (!streams) return {}
  const description =
    'Server-sent events without end, each with its `id`, its type as `event`, and itself as `data`. Only the runtime on your own machine has them'
  return { 'text/event-stream': { schema: { type: 'string', description } } }
}

const header = (name: keyof typeof HEADERS) => ({ $ref: `#/components/headers/${name}` })

/** What any endpoint may answer: wrong query parameters, no token, too small a role, our own errors; and what comes with its headers and body. */
function problemsOf(spec: Spec): ProblemName[] {
  const names: ProblemName[] = [
    'invalid',
    'unauthenticated',
    'forbidden',
    'not-acceptable',
    'internal',
    ...(spec.body ? (['malformed', 'too-large', 'unsupported-media-type'] as const) : []),
    ...(spec.method === 'post' ? (['in-progress', 'key-reused'] as const) : []),
    ...spec.problems,
  ]
  return [...new Set(names)]
}

function problemResponses(names: ProblemName[], schemas: SchemaCollection): Json {
  const schema = schemas.refer(problemSchema, 'output')
  const statuses = [...new Set(names.map((name) => PROBLEMS[name].status))].sort()
  return Object.fromEntries(
    statuses.map((status) => {
      const own = names.filter((name) => PROBLEMS[name].status === status)
      const examples = Object.fromEntries(own.map((name) => [name, { value: exampleOf(name) }]))
      const description = own.map((name) => PROBLEMS[name].title).join(' · ')
      const later = own.some((name) => name === 'in-progress' || name === 'queue-full')
      const headers = later ? { headers: { 'Retry-After': header('RetryAfter') } } : {}
      return [status, { description, ...headers, content: { [PROBLEM_MEDIA_TYPE]: { schema, examples } } }]
    }),
  )
}

function exampleOf(name: ProblemName): Json {
  const { detail: _, ...body } = problemBody({ problem: name, detail: '' })
  return body
}
