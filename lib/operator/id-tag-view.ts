import * as z from 'zod'
import type { IdTag } from '../store/port.ts'
import { defined } from './defined.ts'
import { freeText, givenInstant, identifier, instant, maybe, removable } from './fields.ts'

export const idTagParams = z.strictObject({
  idTag: z
    .string()
    .max(255)
    .meta({ description: 'The id tag, percent-encoded; case does not count', examples: ['04A3B2C1'] }),
})

const idTag = identifier(20).meta({
  description: 'What a card or an app presents; compared without case',
  examples: ['04A3B2C1'],
})
const parentIdTag = identifier(20).meta({
  description: 'The group: tags with the same parent may stop each other’s transactions',
})
const expiryDate = givenInstant('From then on it is Expired')
const blocked = z.boolean()
const maxActiveTransactions = z
  .int()
  .min(0)
  .max(10_000)
  .meta({ description: 'How many transactions it may have at once; 0 forbids all' })
const note = freeText(500)

export const newIdTagSchema = z
  .strictObject({
    idTag,
    parentIdTag: maybe(parentIdTag),
    expiryDate: maybe(expiryDate),
    blocked: blocked.default(false),
    maxActiveTransactions: maxActiveTransactions.default(1),
    note: maybe(note),
  })
  .meta({ id: 'NewIdTag', examples: [{ idTag: '04A3B2C1' }] })

export const idTagChangeSchema = z
  .strictObject({
    parentIdTag: removable(parentIdTag),
    expiryDate: removable(expiryDate),
    blocked: maybe(blocked),
    maxActiveTransactions: maybe(maxActiveTransactions),
    note: removable(note),
  })
  .meta({
    id: 'IdTagChange',
    description: 'A JSON merge patch: what is absent stays, null removes',
    examples: [{ blocked: true, note: null }],
  })

const properties = {
  idTag: z.string().meta({ examples: ['04A3B2C1'] }),
  parentIdTag: maybe(z.string()),
  expiryDate: maybe(instant('From then on it is Expired')),
  blocked,
  maxActiveTransactions: z.int(),
  note: maybe(z.string()),
  createdAt: instant('When it was registered'),
  updatedAt: instant('When it was last edited'),
  version: z.int().meta({ description: 'Counts the edits; the first part of the ETag' }),
}

export const idTagSchema = z.strictObject(properties).meta({ id: 'IdTag' })

export const idTagDetailsSchema = z
  .strictObject({
    ...properties,
    activeTransactions: z.array(z.int()).meta({ description: 'The transactions that occupy it now' }),
  })
  .meta({ id: 'IdTagDetails' })

export function viewIdTag(idTag: IdTag): z.input<typeof idTagSchema> {
  return defined({
    idTag: idTag.idTag,
    parentIdTag: idTag.parentIdTag,
    expiryDate: idTag.expiryDate,
    blocked: idTag.blocked,
    maxActiveTransactions: idTag.maxActiveTransactions,
    note: idTag.note,
    createdAt: idTag.createdAt,
    updatedAt: idTag.updatedAt,
    version: idTag.version,
  })
}
