import * as z from 'zod'
import type { IdTag } from '../store/port.ts'
import { defined } from './defined.ts'
import {
  CHARGE_POINT_ID_MAX,
  freeText,
  givenInstant,
  identifier,
  instant,
  maybe,
  removable,
  SITE_ID_MAX,
} from './fields.ts'

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
  description:
    'The group: tags with the same parent may stop each other’s transactions. A parent’s own parent does not count',
})
const expiryDate = givenInstant('From then on it is Expired')
const blocked = z.boolean()
const maxActiveTransactions = z
  .int()
  .min(-1)
  .max(10_000)
  .meta({ description: 'How many transactions it may have at once; 0 forbids all, -1 sets no limit' })
const userId = freeText(50).meta({ description: 'The user whose tag it is' })
const note = freeText(500)

const ALLOWED_MAX = 100

const ELSEWHERE =
  'With `allowedSites` or `allowedChargePoints` it may charge at those, and is Blocked anywhere else; without both, it may charge everywhere'

const listOf = (max: number) =>
  z
    .array(z.string().min(1).max(max))
    .min(1)
    .max(ALLOWED_MAX)
    .transform((given) => [...new Set(given)])

const allowedSites = listOf(SITE_ID_MAX).meta({
  description: `The sites where it may charge. ${ELSEWHERE}. They need not be registered yet`,
  examples: [['utrecht-1']],
})
const allowedChargePoints = listOf(CHARGE_POINT_ID_MAX).meta({
  description: `The charge points where it may charge, beside the sites. ${ELSEWHERE}. They need not be registered yet`,
  examples: [['CP1', 'CP2']],
})

export const newIdTagSchema = z
  .strictObject({
    idTag,
    parentIdTag: maybe(parentIdTag),
    expiryDate: maybe(expiryDate),
    blocked: blocked.default(false),
    maxActiveTransactions: maxActiveTransactions.default(1),
    userId: maybe(userId),
    allowedSites: maybe(allowedSites),
    allowedChargePoints: maybe(allowedChargePoints),
    note: maybe(note),
  })
  .meta({ id: 'NewIdTag', examples: [{ idTag: '04A3B2C1' }] })

export const idTagChangeSchema = z
  .strictObject({
    parentIdTag: removable(parentIdTag),
    expiryDate: removable(expiryDate),
    blocked: maybe(blocked),
    maxActiveTransactions: maybe(maxActiveTransactions),
    userId: removable(userId),
    allowedSites: removable(allowedSites),
    allowedChargePoints: removable(allowedChargePoints),
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
  maxActiveTransactions: z.int().meta({ description: '0 forbids all, -1 sets no limit' }),
  userId: maybe(z.string()).meta({ description: 'The user whose tag it is' }),
  allowedSites: maybe(z.array(z.string())).meta({ description: ELSEWHERE, examples: [['utrecht-1']] }),
  allowedChargePoints: maybe(z.array(z.string())).meta({ description: ELSEWHERE, examples: [['CP1']] }),
  note: maybe(z.string()),
  createdAt: instant('When it was registered'),
  updatedAt: instant('When it was last edited'),
  version: z.int().meta({ description: 'Counts the edits; the first part of the ETag' }),
}

export const idTagSchema = z.strictObject(properties).meta({ id: 'IdTag' })

export const idTagDetailsSchema = z
  .strictObject({
    ...properties,
    activeTransactions: z.array(z.int()).meta({
      description: 'The transactions that occupy it now; of a tag without a limit, 100 at most',
    }),
  })
  .meta({ id: 'IdTagDetails' })

export function viewIdTag(idTag: IdTag): z.input<typeof idTagSchema> {
  return defined({
    idTag: idTag.idTag,
    parentIdTag: idTag.parentIdTag,
    expiryDate: idTag.expiryDate,
    blocked: idTag.blocked,
    maxActiveTransactions: idTag.maxActiveTransactions,
    userId: idTag.userId,
    allowedSites: idTag.allowedSites,
    allowedChargePoints: idTag.allowedChargePoints,
    note: idTag.note,
    createdAt: idTag.createdAt,
    updatedAt: idTag.updatedAt,
    version: idTag.version,
  })
}
