import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { v7 } from 'uuid'
import { expect } from 'vitest'
import { createOperatorApi, type OperatorApi } from '../../lib/operator/api.ts'
import type { Documentation } from '../../lib/operator/docs.ts'
import { ENDPOINTS } from '../../lib/operator/endpoints.ts'
import { openApiDocument } from '../../lib/operator/openapi.ts'
import { startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'

const swaggerUi = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
export const docs: Documentation = (file) => readFile(join(swaggerUi, file))

export interface Asking {
  body?: unknown
  /** Sent as it is. */
  text?: string | Uint8Array<ArrayBuffer>
  headers?: Record<string, string>
  claims?: Record<string, string>
}

type Body = any

export interface Told {
  status: number
  headers: Headers
  body: Body
  text: string
}

export interface TestApi extends TestSystem {
  app: OperatorApi
  ask(method: string, path: string, asking?: Asking): Promise<Told>
  get(path: string, headers?: Record<string, string>): Promise<Told>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Told>
  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<Told>
  delete(path: string, headers?: Record<string, string>): Promise<Told>
  /** Everything that was told so far, as text. */
  told: string[]
}

/** The operator API on the real store. Every answer is held against the document. */
export async function startApi(options: Parameters<typeof startSystem>[0] = {}): Promise<TestApi> {
  const test = await startSystem(options)
  // As in production, and unlike the other tests' ids, in the order of time.
  test.system.newMessageId = () => v7({ msecs: test.clock.now().getTime() })
  const app = createOperatorApi(test.system, { docs })
  const told: string[] = []
  async function ask(
    method: string,
    path: string,
    { body, text, headers = {}, claims }: Asking = {},
  ): Promise<Told> {
    const content = text ?? (body === undefined ? undefined : JSON.stringify(body))
    const init = {
      method,
      headers: { ...(content === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(content === undefined ? {} : { body: content }),
    }
    const env = claims ? { requestContext: { authorizer: { jwt: { claims } } } } : {}
    const response = await app.request(`/api${path}`, init, env)
    const answer = await read(response)
    told.push(answer.text, ...answer.headers.values())
    conform(method, path, answer)
    return answer
  }
  return {
    ...test,
    app,
    ask,
    told,
    get: (path, headers = {}) => ask('GET', path, { headers }),
    post: (path, body, headers = {}) => ask('POST', path, { body, headers }),
    patch: (path, body, headers = {}) => ask('PATCH', path, { body, headers }),
    delete: (path, headers = {}) => ask('DELETE', path, { headers }),
  }
}

async function read(response: Response): Promise<Told> {
  const text = await response.text()
  const json = response.headers.get('content-type')?.includes('json') && text !== ''
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: json ? JSON.parse(text) : undefined,
  }
}

export const document = JSON.parse(
  JSON.stringify(
    openApiDocument(
      ENDPOINTS.map(({ spec }) => spec),
      '/api',
    ),
  ),
) as any

const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema(document, 'openapi')

const validators = new Map<string, ValidateFunction>()

export function validatorOf(...pointer: string[]): ValidateFunction {
  const $ref = `openapi#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`
  const validate = validators.get($ref) ?? ajv.compile({ $ref })
  validators.set($ref, validate)
  return validate
}

function conform(method: string, path: string, answer: Told): void {
  const { status, headers, body, text } = answer
  const context = `${method} ${path} → ${status} ${text.slice(0, 500)}`
  if (headers.get('content-type') === 'application/problem+json' && body) {
    const validate = validatorOf('components', 'schemas', 'Problem')
    expect(validate(body), `${context}: ${ajv.errorsText(validate.errors)}`).toBe(true)
    expect(body.status, context).toBe(status)
  }
  const pathname = path.split('?')[0] ?? ''
  const template = Object.keys(document.paths)
    .sort((a, b) => a.split('{').length - b.split('{').length)
    .find((each) => new RegExp(`^${each.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname))
  const operation = template && document.paths[template][method === 'HEAD' ? 'get' : method.toLowerCase()]
  if (!template || !operation) {
    expect([204, 404, 405], context).toContain(status)
    return
  }
  const response = operation.responses[status]
  expect(response, `undocumented: ${context}`).toBeDefined()
  for (const name of ['ETag', 'Location']) {
    if (response.headers?.[name]) expect(headers.get(name), `${name} of ${context}`).not.toBeNull()
  }
  if (method === 'HEAD' || status === 304 || !response.content) {
    expect(text, context).toBe('')
    return
  }
  const mediaType = headers.get('content-type')?.split(';')[0] ?? ''
  expect(Object.keys(response.content), context).toContain(mediaType)
  if (!mediaType.endsWith('json')) return
  const validate = validatorOf(
    'paths',
    template,
    method.toLowerCase(),
    'responses',
    String(status),
    'content',
    mediaType,
    'schema',
  )
  expect(validate(body), `${context}: ${ajv.errorsText(validate.errors)}`).toBe(true)
}

/** The problem's name, and that it is one. */
export function problemOf({ status, headers, body }: Told): [number, string] {
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(body.title).toEqual(expect.any(String))
  return [status, body.type.replace('/problems/', '')]
}

export const pathsOf = ({ body }: Told): string[] => body.issues.map(({ path }: { path: string }) => path)

/** The Authorization header of a charge point. */
export const basic = (user: string, password: string | Buffer): string =>
  `Basic ${Buffer.concat([Buffer.from(`${user}:`), Buffer.from(password)]).toString('base64')}`

export const callsOf = ({ chargePointId }: { chargePointId: string }) =>
  `/charge-points/${encodeURIComponent(chargePointId)}/calls`

/** Waits for the frame that carries this action, and answers it. */
export async function answerNext(
  api: TestApi,
  chargePoint: TestChargePoint,
  action: string,
  payload: unknown,
): Promise<void> {
  for (;;) {
    const frames = api.pushed.filter(({ connectionId }) => connectionId === chargePoint.connectionId)
    const call = frames.map(({ frame }) => JSON.parse(frame)).find(([, , name]) => name === action)
    if (call) return chargePoint.answer(call[1], payload)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Sends a call and has it answered; its messageId. */
export async function callAndAnswer(
  api: TestApi,
  chargePoint: TestChargePoint,
  call: { action: string; payload?: unknown },
  response: unknown,
): Promise<string> {
  const { status, body } = await api.post(callsOf(chargePoint), call)
  expect(status, JSON.stringify(body)).toBe(202)
  await chargePoint.answer(body.messageId, response)
  return body.messageId
}

export const pathOf = ({ chargePointId }: { chargePointId: string }) =>
  `/charge-points/${encodeURIComponent(chargePointId)}`
