import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { ENDPOINTS } from '../../lib/operator/endpoints.ts'
import { document, validatorOf } from './support.ts'

test('the document is valid OpenAPI 3.1', async () => {
  const result = await new Validator().validate(structuredClone(document))
  expect(result.errors).toBeUndefined()
  expect(result.valid).toBe(true)
  expect(document.openapi).toBe('3.1.0')
})

const operations: [string, any][] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item as object).map(([method, operation]): [string, unknown] => [
    `${method} ${path}`,
    operation,
  ]),
)

test('every endpoint is in it, and the documentation itself', () => {
  expect(operations).toHaveLength(ENDPOINTS.length + 2)
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining(['/charge-points/{chargePointId}/calls/{messageId}', '/openapi.json', '/docs']),
  )
})

test('operations have names of their own', () => {
  const names = operations.map(([, { operationId }]) => operationId)
  expect(new Set(names).size).toBe(names.length)
})

test.each(operations)('%s has a summary, a known tag and described parameters', (_, operation) => {
  expect(operation.summary).toEqual(expect.any(String))
  expect(document.tags.map(({ name }: { name: string }) => name)).toContain(operation.tags[0])
  for (const parameter of operation.parameters ?? []) {
    if (parameter.$ref) expect(document.components.parameters[parameter.$ref.split('/').at(-1)]).toBeDefined()
    else expect(parameter.description, parameter.name).toEqual(expect.any(String))
  }
})

test('every path parameter is declared', () => {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const operation of Object.values(item as Record<string, any>)) {
      const declared = (operation.parameters ?? [])
        .filter((parameter: { in?: string }) => parameter.in === 'path')
        .map(({ name }: { name: string }) => name)
      expect(declared, path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
    }
  }
})

test('references lead somewhere', () => {
  for (const [, pointer = ''] of JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)) {
    const target = pointer
      .split('/')
      .slice(1)
      .reduce((node, part) => node?.[part], document)
    expect(target, pointer).toBeDefined()
  }
})

test.each(operations)('%s tells what API Gateway answers by itself', (_, { security, responses }) => {
  const schema = { $ref: '#/components/schemas/GatewayError' }
  const statuses = ['400', '413', '429', '500', '503', ...(security.length > 0 ? ['401'] : [])]
  for (const status of statuses) {
    const { content, description } = responses[status]
    expect(description, status).not.toBe('')
    expect(content['application/json'].schema, status).toEqual(schema)
  }
  expect(validatorOf('components', 'schemas', 'GatewayError')({ message: 'Unauthorized' })).toBe(true)
})

test('the stream of events is said to be of the local runtime', () => {
  const { parameters, responses } = document.paths['/events'].get
  expect(parameters).toContainEqual({ $ref: '#/components/parameters/LastEventId' })
  expect(responses[200].content['text/event-stream'].schema.description).toContain('your own machine')
})

test('the examples of request bodies are right', () => {
  const names = Object.values<any>(document.paths)
    .flatMap((item) => Object.values<any>(item))
    .flatMap(({ requestBody }) => (requestBody ? Object.entries<any>(requestBody.content) : []))
    .filter(([mediaType]) => mediaType !== 'text/csv')
    .map(([, { schema }]) => schema.$ref.split('/').at(-1))
  expect(new Set(names)).toEqual(
    new Set([
      'NewChargePoint',
      'ChargePointChange',
      'NewCall',
      'NewTask',
      'NewReservation',
      'NewFile',
      'NewIdTag',
      'NewUser',
      'UserChange',
      'NewSite',
      'SiteChange',
      'NewChargingProfile',
      'ChargingProfileChange',
      'NewPasswordRotation',
      'AcceptedChargePoint',
      'AcceptedIdTag',
      'IdTagChange',
      'Closing',
      'NewImport',
      'NewWebhook',
      'WebhookChange',
    ]),
  )
  for (const name of new Set(names)) {
    const validate = validatorOf('components', 'schemas', name)
    const { examples } = document.components.schemas[name]
    expect(examples.length, name).toBeGreaterThan(0)
    for (const example of examples) expect(validate(example), JSON.stringify(validate.errors)).toBe(true)
  }
})

test('people and machines are told where to get a token', () => {
  const { signIn, oauth2, bearer } = document.components.securitySchemes
  expect(signIn.flows.authorizationCode).toMatchObject({
    authorizationUrl: '/oauth2/authorize',
    tokenUrl: '/oauth2/token',
  })
  expect(oauth2.flows.clientCredentials.tokenUrl).toBe('/oauth2/token')
  expect(bearer).toMatchObject({ type: 'http', scheme: 'bearer' })
  const readTransactions = document.paths['/transactions'].get
  expect(readTransactions.security).toEqual([
    { signIn: ['openid', 'profile'] },
    { oauth2: ['busbar/viewer'] },
    { bearer: ['viewer'] },
  ])
  expect(document.paths['/docs'].get.security).toEqual([])
})

test('no schema lets unknown properties through', () => {
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    // One of several, each of which is here too.
    if ('oneOf' in (schema as object)) continue
    expect(schema, name).toMatchObject({ type: 'object', additionalProperties: false })
  }
  expect(document.components.schemas.SampledValue.additionalProperties).toBe(false)
})
