import * as z from 'zod'
import type { AuditEntry } from '../store/port.ts'
import { withoutCase } from './auditing.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { givenInstant, instant, maybe } from './fields.ts'
import { periodIssues } from './list-queries.ts'
import { pageBody, pageFields, pageSchema } from './paging.ts'
import { invalid, problem } from './problem.ts'

const tag = 'Audit'

const auditEntrySchema = z
  .strictObject({
    auditId: z.string().meta({ description: 'Ordered by time' }),
    at: instant('When it was asked for'),
    by: maybe(z.string()).meta({ description: 'Who asked: a person, or a client' }),
    role: maybe(z.string()).meta({ description: 'In which role', examples: ['operator'] }),
    operation: z.string().meta({ description: 'An operation of this API', examples: ['changeIdTag'] }),
    target: z.string().meta({
      description: 'What it was done to, or what was made: a path of this API',
      examples: ['/id-tags/04a3b2c1'],
    }),
    status: z.int().meta({
      description: 'How it was answered. 500: it failed, and may have been done in part or as a whole',
      examples: [200],
    }),
    given: maybe(z.array(z.string())).meta({
      description: 'Which properties the request gave; of a secret this is all that is kept',
      examples: [['blocked', 'note']],
    }),
    before: maybe(z.unknown()).meta({ description: 'What was there before' }),
    after: maybe(z.unknown()).meta({ description: 'The answer: what was there afterwards' }),
    cut: maybe(z.array(z.string())).meta({
      description: 'Properties that were too large to keep',
      examples: [['after.wantedConfiguration']],
    }),
    importId: maybe(z.string()).meta({ description: 'The import that did it' }),
  })
  .meta({ id: 'AuditEntry' })

const auditQuery = z.strictObject({
  ...pageFields,
  by: maybe(z.string().min(1).max(255)).meta({ description: 'Only what was asked by this person or client' }),
  operation: maybe(z.string().min(1).max(255)).meta({
    description: 'Only this operation',
    examples: ['createChargePoint'],
  }),
  target: maybe(z.string().max(2048).regex(/^\/./, 'must be a path, such as /charge-points/CP1')).meta({
    description: 'Only what was done to this resource, or to what is below it',
    examples: ['/charge-points/CP1'],
  }),
  from: maybe(givenInstant('Only from this instant on')),
  to: maybe(givenInstant('Only before this instant')),
  order: maybe(z.enum(['desc', 'asc'])).meta({ description: 'desc: newest first, as unless given' }),
})

export const listAudit = endpoint({
  operationId: 'listAudit',
  method: 'get',
  path: '/audit',
  role: 'administrator',
  tag,
  summary: 'List what was changed and commanded',
  description: [
    'Everything that was done by this API, newest first; readings and refusals are not among it. Entries are kept for a time',
    'that is a setting, 400 days unless changed. Under several filters a page may have fewer items than its limit, or none,',
    'and a cursor all the same.',
  ].join(' '),
  query: auditQuery,
  answers: { 200: { description: 'A page of entries', body: pageSchema('AuditPage', auditEntrySchema) } },
  problems: ['invalid'],
}).answer(async ({ query: { limit, cursor, order, target, ...filter }, system: { store } }) => {
  const issues = periodIssues({ from: filter.from, to: filter.to })
  if (issues.length > 0) return invalid(issues)
  const page = await store.listAudit(
    defined({ ...filter, target: target === undefined ? undefined : canonical(target) }),
    defined({ limit, cursor, oldestFirst: order === 'asc' }),
  )
  return { status: 200, body: pageBody(page, viewAuditEntry) }
})

export const readAudit = endpoint({
  operationId: 'readAuditEntry',
  method: 'get',
  path: '/audit/{auditId}',
  role: 'administrator',
  tag,
  summary: 'Read an entry of the audit log',
  params: z.strictObject({
    auditId: z.string().max(128).meta({ description: 'The id of the entry' }),
  }),
  answers: { 200: { description: 'The entry', body: auditEntrySchema, etag: true } },
  problems: ['unknown'],
}).answer(async ({ params: { auditId }, system: { store } }) => {
  const entry = await store.getAudit(auditId)
  return entry
    ? { status: 200, body: viewAuditEntry(entry) }
    : problem('unknown', `there is no audit entry ${auditId}`)
})

/** As targets are written, however it was percent-encoded; with the base path or without. */
function canonical(path: string): string {
  const parts = path
    .replace(/^\/api(?=\/)/, '')
    .replace(/\/$/, '')
    .split('/')
  return withoutCase(parts.map(encoded).join('/'))
}

function encoded(part: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(part))
  } catch {
    return encodeURIComponent(part)
  }
}

function viewAuditEntry(entry: AuditEntry): z.input<typeof auditEntrySchema> {
  const { auditId, at, by, role, operation, target, status, given, before, after, cut, importId } = entry
  return defined({ auditId, at, by, role, operation, target, status, given, before, after, cut, importId })
}
