import * as z from 'zod'
import type { ImportState } from '../central-system/imports.ts'
import type { RowError } from '../store/port.ts'
import { defined } from './defined.ts'
import { instant, maybe } from './fields.ts'

export const kind = z.enum(['charge-points', 'id-tags']).meta({ description: 'What the rows are' })

export const mode = z.enum(['create', 'upsert']).meta({
  description: [
    'What becomes of what is registered already. create, unless given: it stays, and a row that says something else fails.',
    'upsert: it is given what the row gives; what the row does not give stays',
  ].join(' '),
})

const properties = {
  importId: z.string().meta({ description: 'Ordered by time' }),
  kind,
  mode,
  status: z.enum(['Running', 'Ended', 'Cancelled']),
  counts: z.strictObject({
    rows: z.int().meta({ description: 'All of them' }),
    created: z.int().meta({ description: 'Registered by it' }),
    updated: z.int().meta({ description: 'Edited by it' }),
    unchanged: z.int().meta({ description: 'It was as the row says already' }),
    failed: z.int().meta({ description: 'See the errors' }),
    cancelled: z.int().meta({ description: 'Not taken, because it was cancelled' }),
    waiting: z.int().meta({ description: 'Not taken yet' }),
  }),
  origin: maybe(z.string()).meta({ description: 'Who asked' }),
  startedAt: instant('When it was asked for'),
  cancelledAt: maybe(instant('When it was cancelled')),
  endedAt: maybe(instant('When the last row was done with')),
}

export const importSchema = z.strictObject(properties).meta({ id: 'Import' })

const rowErrorSchema = z
  .strictObject({
    row: z.int().meta({ description: '1 is the first; the header of a CSV file is not counted' }),
    id: maybe(z.string()).meta({ description: 'The identity or the tag, as far as there is one' }),
    message: z.string().meta({ description: 'What is wrong, for people' }),
    issues: maybe(z.array(z.strictObject({ path: z.string(), message: z.string() }))).meta({
      description: 'What is wrong with the row, place by place; the first five',
    }),
  })
  .meta({ id: 'RowError' })

export const importDetailsSchema = z
  .strictObject({
    ...properties,
    items: z.array(rowErrorSchema).meta({ description: 'The rows that failed, in their order' }),
    cursor: maybe(z.string()).meta({ description: 'Gives the next page of them; absent on the last one' }),
  })
  .meta({ id: 'ImportDetails' })

export function viewImport({ record, counts, waiting }: ImportState): z.input<typeof importSchema> {
  const { importId, kind, mode, rows, origin, createdAt, cancelledAt, endedAt } = record
  const { created, updated, unchanged, failed, cancelled } = counts
  return defined({
    importId,
    kind,
    mode,
    status:
      endedAt === undefined
        ? ('Running' as const)
        : cancelledAt
          ? ('Cancelled' as const)
          : ('Ended' as const),
    counts: { rows, created, updated, unchanged, failed, cancelled, waiting },
    origin,
    startedAt: createdAt,
    cancelledAt,
    endedAt,
  })
}

export const viewRowError = ({ row, id, message, issues }: RowError) => defined({ row, id, message, issues })
