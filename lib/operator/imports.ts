import * as z from 'zod'
import {
  cancelImport,
  type ImportState,
  importNow,
  readImport,
  startImport,
  waitForImport,
} from '../central-system/imports.ts'
import { newChargePointSchema } from './charge-point-input.ts'
import { CHARGE_POINTS_CSV, ID_TAGS_CSV } from './csv-columns.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { maybe } from './fields.ts'
import { newIdTagSchema } from './id-tag-view.ts'
import { rowsOfCsv } from './import-csv.ts'
import { importDetailsSchema, importSchema, kind, mode, viewImport, viewRowError } from './import-view.ts'
import { newestFirstQuery, pageBody, pageQuery, pageSchema } from './paging.ts'
import { invalid, type Problem, problem } from './problem.ts'

const tag = 'Imports'

const ROWS_MAX = 10_000
const BODY_MAX_BYTES = 5_000_000
const ROW_MAX_BYTES = 32 * 1024

const newImportSchema = z
  .strictObject({
    kind,
    mode: mode.default('create'),
    rows: z
      .array(
        z
          .record(z.string(), z.unknown())
          .refine((row) => Buffer.byteLength(JSON.stringify(row)) <= ROW_MAX_BYTES, {
            error: `must be at most ${ROW_MAX_BYTES} bytes`,
          }),
      )
      .min(1)
      .max(ROWS_MAX)
      .meta({ description: 'Each as the body of POST /charge-points or POST /id-tags' }),
  })
  .meta({
    id: 'NewImport',
    examples: [{ kind: 'id-tags', mode: 'upsert', rows: [{ idTag: '04A3B2C1' }, { idTag: '04A3B2C2' }] }],
  })

const READ = {
  'charge-points': { schema: newChargePointSchema, csv: CHARGE_POINTS_CSV },
  'id-tags': { schema: newIdTagSchema, csv: ID_TAGS_CSV },
} as const

/** The body as it would be in JSON. */
function bodyFromCsv(text: string, query: Readonly<Record<string, unknown>>): unknown {
  const { kind, mode } = query as { kind?: keyof typeof READ; mode?: string }
  if (kind === undefined) return invalid([{ path: 'kind', message: 'must be given in the query, with CSV' }])
  const rows = rowsOfCsv(text, READ[kind].schema, READ[kind].csv.columns)
  return 'problem' in rows ? rows : defined({ kind, mode, rows })
}

const importParams = z.strictObject({
  importId: z.string().max(128).meta({ description: 'The id of the import' }),
})

const unknownImport = (importId: string): Problem<'unknown'> =>
  problem('unknown', `there is no import ${importId}`)

const pathOf = (importId: string) => `/api/imports/${encodeURIComponent(importId)}`

export const createImport = endpoint({
  operationId: 'createImport',
  method: 'post',
  path: '/imports',
  tag,
  summary: 'Register many charge points or id tags',
  description: [
    'Up to 10,000 rows and 5 MB. A row fails by itself; the others are taken. A file that is imported again changes nothing.',
    'As CSV, `kind` and `mode` are in the query; the columns are named like the properties, in any order, and an empty cell gives',
    'nothing, nor does one that is missing at the end; one beyond the header fails its row. Lists in a cell are joined by `;`, with a',
    'backslash before one that belongs to a text. Columns of an export that cannot be set are passed over. A security profile from 1 to',
    '3 needs a password in the row. With `Prefer: wait=N` the answer comes when all rows are done with, or after N seconds. API Gateway',
    'takes 6 MB with every quotation mark counted twice: CSV has fewer of them.',
  ].join(' '),
  query: z.strictObject({
    kind: maybe(kind).meta({ description: 'With CSV: what the rows are' }),
    mode: maybe(mode).meta({ description: 'With CSV: what becomes of what is registered already' }),
  }),
  body: newImportSchema,
  bodyMaxBytes: BODY_MAX_BYTES,
  bodyFromCsv,
  waits: true,
  answers: {
    200: { description: 'All rows are done with: see the counts', body: importSchema, location: true },
    202: { description: 'It runs; read it again at Location', body: importSchema, location: true },
  },
  problems: ['invalid'],
}).answer(async ({ body, query, waitUntil, system, origin, caller }) => {
  if (query.kind !== undefined && query.kind !== body.kind) {
    return invalid([{ path: 'kind', message: 'is another one in the query than in the body' }])
  }
  if (query.mode !== undefined && query.mode !== body.mode) {
    return invalid([{ path: 'mode', message: 'is another one in the query than in the body' }])
  }
  const record = await startImport(system, defined({ ...body, origin, role: caller.role }))
  const { importId } = record
  const waited = waitUntil ? await waitForImport(system, importId, waitUntil) : undefined
  const state = waited ?? (await importNow(system, record))
  return {
    status: state.record.endedAt === undefined ? 202 : 200,
    body: viewImport(state),
    location: pathOf(importId),
  }
})

export const listImports = endpoint({
  operationId: 'listImports',
  method: 'get',
  path: '/imports',
  tag,
  summary: 'List imports',
  description: 'Newest first, those of the last 90 days, without their errors.',
  query: newestFirstQuery,
  answers: { 200: { description: 'A page of imports', body: pageSchema('ImportPage', importSchema) } },
  problems: ['invalid'],
}).answer(async ({ query, system }) => {
  const { items, ...page } = await system.store.listImports(query)
  const states: ImportState[] = []
  // One after the other: those that run are counted now.
  for (const record of items) states.push(await importNow(system, record))
  return { status: 200, body: pageBody({ ...page, items: states }, viewImport) }
})

export const readOneImport = endpoint({
  operationId: 'readImport',
  method: 'get',
  path: '/imports/{importId}',
  tag,
  summary: 'Read an import and its errors',
  description:
    'The errors come in pages, in the order of the rows. With `Prefer: wait=N`, the answer comes when it has ended, or after N seconds.',
  params: importParams,
  query: pageQuery,
  waits: true,
  csv: { name: 'import-errors', columns: ['row', 'id', 'message'] },
  answers: {
    200: { description: 'The import, and a page of errors', body: importDetailsSchema, etag: true },
  },
  problems: ['unknown', 'invalid'],
}).answer(async ({ params: { importId }, query, waitUntil, system }) => {
  const state = waitUntil
    ? await waitForImport(system, importId, waitUntil)
    : await readImport(system, importId)
  if (!state) return unknownImport(importId)
  const errors = await system.store.listRowErrors(importId, query)
  return { status: 200, body: { ...viewImport(state), ...pageBody(errors, viewRowError) } }
})

export const cancelOneImport = endpoint({
  operationId: 'cancelImport',
  method: 'post',
  path: '/imports/{importId}/cancel',
  tag,
  summary: 'Cancel an import',
  description: 'Rows that have been taken stay. It ends when the batches that are being taken are done with.',
  params: importParams,
  answers: { 200: { description: 'The import', body: importSchema } },
  problems: ['unknown', 'not-running'],
}).answer(async ({ params: { importId }, system }) => {
  const result = await cancelImport(system, importId)
  if (!result) return unknownImport(importId)
  const { cancelled, before, state } = result
  if (cancelled) {
    const unchanged = before.record.cancelledAt !== undefined
    return { status: 200, body: viewImport(state), before: viewImport(before), unchanged }
  }
  return problem('not-running', `the import ended at ${state.record.endedAt}`)
})
