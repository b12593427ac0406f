import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ENDPOINTS } from '../../lib/operator/endpoints.ts'
import { broken, oddText, resolve, valid } from '../support/arbitrary.ts'
import { type Busbar, fetchToken, startBusbar, thirdPartyStation } from '../support/e2e.ts'

/**
 * The running API against the document that it serves: whatever is sent, no 500, no status and no body that the document
 * does not have. Requests are made from the document: right ones, right ones with one thing wrong, and nonsense.
 */
const RUNS = Number(process.env.FUZZ_RUNS ?? 12)

let busbar: Busbar
let token: string
let document: any
const ajv = new Ajv2020({ strict: false, allErrors: false })
addFormats.default(ajv)
const known: Record<string, string[]> = {}
const stations: { close: () => Promise<unknown> }[] = []

beforeAll(async () => {
  busbar = await startBusbar()
  token = await fetchToken(busbar.local)
  document = (await busbar.api('GET', '/openapi.json')).body
  ajv.addSchema(document, 'openapi')
  await seed()
})

afterAll(async () => {
  for (const station of stations) await station.close()
  await busbar.stop()
})

/** Something of everything to hit upon. */
async function seed(): Promise<void> {
  const { api } = busbar
  for (const id of ['FUZZ 1', 'FÜZZ/2', 'FUZZ#3']) await busbar.register(id)
  for (const idTag of ['TAG1', 'tag 2', 'T#G=3']) await api('POST', '/id-tags', { idTag })
  const station = thirdPartyStation(busbar, 'FUZZ 1')
  for (const action of ['ClearCache', 'Reset', 'RemoteStartTransaction', 'ChangeAvailability'])
    station.handle(action, (() => ({ status: 'Accepted' })) as never)
  station.handle('GetConfiguration', (() => ({ configurationKey: [] })) as never)
  await station.connect()
  stations.push(station)
  await station.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' })
  const timestamp = new Date().toISOString()
  const started: any = await station.call('StartTransaction', {
    connectorId: 1,
    idTag: 'TAG1',
    meterStart: 5,
    timestamp,
  })
  const task = await api('POST', '/tasks', {
    action: 'ClearCache',
    payload: {},
    chargePointIds: ['FUZZ 1', 'FÜZZ/2'],
  })
  const call = await busbar.command('FUZZ 1', 'ClearCache')
  Object.assign(known, {
    chargePointId: ['FUZZ 1', 'FÜZZ/2', 'FUZZ#3', 'none'],
    idTag: ['TAG1', 'tag 2', 'T#G=3', 'none'],
    transactionId: [String(started.transactionId), '1'],
    taskId: [task.body.taskId, 'none'],
    messageId: [call.body.messageId, 'none'],
  })
}

const everyId = () => Object.values(known).flat()

interface Request {
  path: string
  query: Record<string, unknown>
  headers: Record<string, string>
  body?: string
}

function requestOf(path: string, operation: any): fc.Arbitrary<Request> {
  const parameters: any[] = (operation.parameters ?? []).map((each: any) => resolve(each, document))
  const pathValues = fc.record(
    Object.fromEntries(
      parameters
        .filter((each) => each.in === 'path')
        .map(({ name }) => [
          name,
          fc.oneof(
            { weight: 4, arbitrary: fc.constantFrom(...(known[name] ?? everyId())) },
            { weight: 1, arbitrary: oddText },
          ),
        ]),
    ),
  )
  const query = fc.record(
    Object.fromEntries(
      parameters
        .filter((each) => each.in === 'query')
        .map(({ name, schema }) => [
          name,
          fc.oneof(
            { weight: 4, arbitrary: valid(schema, document, everyId()) },
            { weight: 1, arbitrary: oddText },
          ),
        ]),
    ),
    { requiredKeys: [] },
  )
  return fc
    .record({
      pathValues,
      query: fc.oneof({ weight: 1, arbitrary: fc.constant({}) }, { weight: 2, arbitrary: query }),
      headers: headersOf(parameters),
      token: authorization(),
      body: bodyOf(operation),
    })
    .map(({ pathValues, query, headers, token, body }) => ({
      path: path.replaceAll(/\{(\w+)\}/g, (_, name) =>
        encodeURIComponent(wellFormed(String((pathValues as any)[name]))),
      ),
      query,
      headers: { ...headers, ...token, ...body.headers },
      ...(body.text === undefined ? {} : { body: body.text }),
    }))
}

const wellFormed = (text: string) => text.replace(/^\.{1,2}$/, 'dots').toWellFormed()

function headersOf(parameters: any[]): fc.Arbitrary<Record<string, string>> {
  const names = parameters.filter((each) => each.in === 'header').map(({ name }) => name)
  const values: Record<string, fc.Arbitrary<string>> = {
    Prefer: fc.constantFrom('wait=0', 'wait=1', 'wait=x', 'respond-async', 'wait=-1'),
    'If-Match': fc.constantFrom('*', '"1-x"', 'W/"1"', 'nonsense', '""'),
    'If-None-Match': fc.constantFrom('*', '"1-x"', 'nonsense'),
    'Idempotency-Key': fc.uuid(),
  }
  const own = names.flatMap((name) => (values[name] ? [[name, values[name]] as const] : []))
  return fc.record(Object.fromEntries(own), { requiredKeys: [] }) as fc.Arbitrary<Record<string, string>>
}

function bodyOf(operation: any): fc.Arbitrary<{ headers: Record<string, string>; text?: string }> {
  const content = Object.entries<any>(operation.requestBody?.content ?? {})
  if (content.length === 0) return fc.constant({ headers: {} })
  const json = content
    .filter(([type]) => type.includes('json'))
    .map(([type, { schema }]) =>
      fc
        .oneof(
          { weight: 5, arbitrary: valid(schema, document, everyId()) },
          { weight: 4, arbitrary: broken(schema, document, everyId()) },
        )
        .map((value) => ({ headers: { 'content-type': type }, text: JSON.stringify(value) ?? 'undefined' })),
    )
  const nonsense = fc.constantFrom(
    { headers: { 'content-type': 'application/json' }, text: '{"a":' },
    { headers: { 'content-type': 'application/json' }, text: '[]' },
    { headers: { 'content-type': 'text/plain' }, text: 'hello' },
    { headers: { 'content-type': 'text/csv' }, text: 'a,b\n1,"' },
    { headers: { 'content-type': 'application/json' }, text: '' },
  )
  return fc.oneof(...json.map((arbitrary) => ({ weight: 6, arbitrary })), { weight: 1, arbitrary: nonsense })
}

const validators = new Map<string, ValidateFunction>()

function validatorOf(pointer: string[]): ValidateFunction {
  const $ref = `openapi#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`
  const validate = validators.get($ref) ?? ajv.compile({ $ref })
  validators.set($ref, validate)
  return validate
}

/** Mostly the right token, and now and then none, or one that is none. */
const authorization = (): fc.Arbitrary<Record<string, string>> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant({ authorization: `Bearer ${token}` }) },
    { weight: 1, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('Bearer', 'Bearer nonsense', `Bearer ${token}x`, 'Basic YTpi')
        .map((authorization) => ({ authorization })),
    },
  )

async function answersByTheDocument(
  path: string,
  method: string,
  operation: any,
  request: Request,
): Promise<void> {
  const query = new URLSearchParams(
    Object.entries(request.query).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
  const answer = await fetch(`${busbar.local.url}/api${request.path}?${query}`, {
    method: method.toUpperCase(),
    headers: request.headers,
    signal: AbortSignal.timeout(15_000),
    redirect: 'manual',
    ...(request.body === undefined ? {} : { body: request.body }),
  })
  const text = await answer.text()
  const told = `${method} ${request.path}?${query} ${JSON.stringify(request.headers)} ${request.body ?? ''} → ${answer.status} ${text.slice(0, 400)}`
  expect(answer.status, told).toBeLessThan(500)
  const response = resolve(operation.responses[answer.status], document)
  expect(response, `a status that is not in the document: ${told}`).toBeDefined()
  const type = answer.headers.get('content-type')?.split(';')[0]
  if (!response.content) {
    expect(text, told).toBe('')
    return
  }
  expect(Object.keys(response.content), told).toContain(type)
  if (!type?.includes('json')) return
  const validate = validatorOf([
    'paths',
    path,
    method,
    'responses',
    String(answer.status),
    'content',
    type,
    'schema',
  ])
  expect(validate(JSON.parse(text)), `${ajv.errorsText(validate.errors)}: ${told}`).toBe(true)
}

const OPERATIONS = ENDPOINTS.map(({ spec }) => [spec.operationId, spec.method, spec.path] as const)

test.each(OPERATIONS)('%s answers by the document, whatever it is sent', async (_, method, path) => {
  const operation = document.paths[path][method]
  await fc.assert(
    fc.asyncProperty(requestOf(path, operation), (request) =>
      answersByTheDocument(path, method, operation, request),
    ),
    { numRuns: RUNS, interruptAfterTimeLimit: 20_000, endOnFailure: true },
  )
})
