import type { Spec } from './endpoint.ts'
import { withGatewayErrors } from './openapi-gateway.ts'
import { HEADERS, operationOf, PARAMETERS } from './openapi-operation.ts'
import { type Json, SchemaCollection } from './openapi-schemas.ts'
import { type SignIn, securitySchemes } from './sign-in.ts'

const DESCRIPTION = `
Charge points that speak OCPP 1.6J, and what is known of them.

- Instants are ISO 8601 in UTC. Properties without a value are absent.
- Lists come in pages: \`limit\` items at most, and a \`cursor\` for the next page, with a \`Link\` to it, as long as there is one.
- Some lists are CSV for those who accept \`text/csv\`: the same filters, up to 10,000 rows at once, and a \`Link\` to the rest.
  An apostrophe stands before what a spreadsheet would take for a formula. Lists in a cell are joined by \`;\`.
- Errors are problem details (RFC 9457). Their \`type\` is stable; \`detail\` is for people. An issue's \`path\` is written as in
  \`payload.connectorId\` or \`rows[3].idTag\`.
- API Gateway answers some requests before they come here, as \`application/json\` with \`{"message": "…"}\`: 400 for a path that
  cannot be decoded, 401 for a token that is none, 404 outside of this API and for methods it has nowhere, 413 for more than 10 MB,
  429 for too many requests, 503 for what takes longer than 30 seconds. Try 429 and 503 again, later and later; a POST with the
  same \`Idempotency-Key\`.
- Roles: a viewer reads, an operator commands charge points and does the daily work as well, an administrator may do everything. A
  person has one by a group of the same name, a machine by a scope, \`busbar/viewer\` for one. Each operation says which it needs.
- A body is 256 KB at most, unless the operation says otherwise; JSON or CSV is UTF-8.
- What is changed and commanded is on record at \`/audit\`.
- Unknown properties and query parameters are refused.
- Every GET may be a HEAD. ETags name states: \`If-None-Match\` saves a transfer, \`If-Match\` keeps an edit from undoing another.
- Every POST takes an \`Idempotency-Key\`.
- An identity in a path is percent-encoded: \`CP 1/α\` is \`/charge-points/CP%201%2F%CE%B1\`.
`.trim()

const TAGS = [
  { name: 'Overview', description: 'Figures over everything' },
  { name: 'Charge points', description: 'Who may connect, and how each of them is right now' },
  { name: 'Calls', description: 'What is asked of charge points, and what they answer' },
  { name: 'Tasks', description: 'One action for many charge points' },
  { name: 'Reservations', description: 'Connectors that are kept for an id tag' },
  { name: 'Installed', description: 'What is in a charge point, by its own answers' },
  { name: 'Jobs', description: 'Updates and uploads: what goes on after a charge point has answered' },
  { name: 'Files', description: 'Firmware for charge points, and the diagnostics they send' },
  { name: 'Inbox', description: 'What turned up without being registered' },
  { name: 'Id tags', description: 'What may charge, how often at once, and where' },
  { name: 'Users', description: 'Whose id tags they are' },
  { name: 'Sites', description: 'Where charge points stand' },
  { name: 'Charging profiles', description: 'Profiles that are kept to be given to charge points' },
  { name: 'Transactions', description: 'Who charged where, when and how much' },
  { name: 'Events', description: 'What has happened' },
  { name: 'Webhooks', description: 'Who is told of what happens' },
  { name: 'Actions', description: 'The vocabulary of OCPP' },
  { name: 'Imports', description: 'Many charge points or id tags at once' },
  { name: 'Audit', description: 'Who changed and commanded what, and when' },
  { name: 'Me', description: 'Who you are here' },
  { name: 'Documentation', description: 'Of this API' },
]

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
export function openApiDocument(specs: readonly Spec[], basePath: string, signIn: SignIn = {}): Json {
  const schemas = new SchemaCollection()
  const paths: Record<string, Json> = {}
  for (const spec of specs) {
    paths[spec.path] = { ...paths[spec.path], [spec.method]: operationOf(spec, schemas, signIn) }
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
    tags: TAGS,
    paths: withGatewayErrors({ ...paths, ...DOCUMENTATION }, schemas),
    components: {
      schemas: Object.fromEntries(Object.entries(schemas.components).sort(([a], [b]) => (a < b ? -1 : 1))),
      parameters: PARAMETERS,
      headers: HEADERS,
      securitySchemes: securitySchemes(signIn),
    },
  }
}
