import type { Spec } from './endpoint.ts'
import { HEADERS, operationOf, PARAMETERS } from './openapi-operation.ts'
import { type Json, SchemaCollection } from './openapi-schemas.ts'

const DESCRIPTION = `
Charge points that speak OCPP 1.6J, and what is known of them.

- Instants are ISO 8601 in UTC. Properties without a value are absent.
- Lists come in pages: \`limit\` items at most, and a \`cursor\` for the next page as long as there is one.
- Errors are problem details (RFC 9457). Their \`type\` is stable; \`detail\` is for people.
- Unknown properties and query parameters are refused.
- Every GET may be a HEAD. ETags name states: \`If-None-Match\` saves a transfer, \`If-Match\` keeps an edit from undoing another.
- Every POST takes an \`Idempotency-Key\`.
- An identity in a path is percent-encoded: \`CP 1/α\` is \`/charge-points/CP%201%2F%CE%B1\`.
`.trim()

const TAGS = [
  { name: 'Charge points', description: 'Who may connect, and how each of them is right now' },
  { name: 'Calls', description: 'What is asked of charge points, and what they answer' },
  { name: 'Tasks', description: 'One action for many charge points' },
  { name: 'Reservations', description: 'Connectors that are kept for an id tag' },
  { name: 'Installed', description: 'What is in a charge point, by its own answers' },
  { name: 'Jobs', description: 'Updates and uploads: what goes on after a charge point has answered' },
  { name: 'Files', description: 'Firmware for charge points, and the diagnostics they send' },
  { name: 'Inbox', description: 'What turned up without being registered' },
  { name: 'Id tags', description: 'Who may charge' },
  { name: 'Transactions', description: 'Who charged where, when and how much' },
  { name: 'Actions', description: 'The vocabulary of OCPP' },
  { name: 'Audit', description: 'What operators did by hand' },
  { name: 'Documentation', description: 'Of this API' },
]

const SCOPES = {
  'busbar/viewer': 'Read everything',
  'busbar/operator': 'Read everything, command charge points',
  'busbar/administrator': 'Everything',
}

/** What needs no token, and is no resource of its own. */
const DOCUMENTATION: Record<string, Json> = {
  '/openapi.json': page('readOpenApi', 'Read this document', 'application/json', { type: 'object' }),
  '/docs': page('readDocumentation', 'Read this document as a page', 'text/html', { type: 'string' }),
}

function page(operationId: string, summary: string, mediaType: string, schema: Json): Json {
  const responses = { 200: { description: 'The document', content: { [mediaType]: { schema } } } }
  return { get: { operationId, tags: ['Documentation'], summary, security: [], responses } }
}

/** The OpenAPI 3.1 document, from the very schemas that requests are checked against. */
export function openApiDocument(specs: readonly Spec[], basePath: string): Json {
  const schemas = new SchemaCollection()
  const paths: Record<string, Json> = {}
  for (const spec of specs) {
    paths[spec.path] = { ...paths[spec.path], [spec.method]: operationOf(spec, schemas) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Busbar operator API',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: basePath }],
    security: [{ oauth2: [] }, { bearer: [] }],
    tags: TAGS,
    paths: { ...paths, ...DOCUMENTATION },
    components: {
      schemas: Object.fromEntries(Object.entries(schemas.components).sort(([a], [b]) => (a < b ? -1 : 1))),
      parameters: PARAMETERS,
      headers: HEADERS,
      securitySchemes: {
        oauth2: {
          type: 'oauth2',
          description: 'For machines',
          flows: { clientCredentials: { tokenUrl: '/oauth2/token', scopes: SCOPES } },
        },
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'An access token, however it was come by',
        },
      },
    },
  }
}
