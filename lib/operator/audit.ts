import * as z from 'zod'
import type { AuditEntry } from '../store/port.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { instant, maybe } from './fields.ts'
import { pageBody, pageQuery, pageSchema } from './paging.ts'

const auditEntrySchema = z
  .strictObject({
    auditId: z.string().meta({ description: 'Ordered by time' }),
    at: instant('When it was done'),
    by: maybe(z.string()).meta({ description: 'Who did it' }),
    operation: z.string().meta({ description: 'An operation of this API', examples: ['closeTransaction'] }),
    target: z.string().meta({ description: 'What it was done to', examples: ['/transactions/1804289383'] }),
    before: maybe(z.unknown()).meta({ description: 'What was there before' }),
    after: maybe(z.unknown()).meta({ description: 'What was there afterwards' }),
  })
  .meta({ id: 'AuditEntry' })

export const listAudit = endpoint({
  operationId: 'listAudit',
  method: 'get',
  path: '/audit',
  tag: 'Audit',
  summary: 'List what operators did by hand',
  description: 'Newest first. So far that is the closing of transactions.',
  query: pageQuery,
  answers: { 200: { description: 'A page of entries', body: pageSchema('AuditPage', auditEntrySchema) } },
  problems: ['invalid'],
}).answer(async ({ query, system: { store } }) => ({
  status: 200,
  body: pageBody(await store.listAudit(query), viewAuditEntry),
}))

function viewAuditEntry(entry: AuditEntry): z.input<typeof auditEntrySchema> {
  const { auditId, at, by, operation, target, before, after } = entry
  return defined({ auditId, at, by, operation, target, before, after })
}
