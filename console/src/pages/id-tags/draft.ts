import type { Schemas } from '../../api/client.ts'

type NewIdTag = Schemas['NewIdTag']

/** As it is typed: an empty text is nothing. */
export interface Draft {
  parentIdTag: string
  /** ISO 8601. */
  expiryDate: string
  blocked: boolean
  limited: boolean
  /** How many at once, where there is a limit. */
  limit: string
  userId: string
  allowedSites: readonly string[]
  allowedChargePoints: readonly string[]
  note: string
}

export const NEW_DRAFT: Draft = {
  parentIdTag: '',
  expiryDate: '',
  blocked: false,
  limited: true,
  limit: '1',
  userId: '',
  allowedSites: [],
  allowedChargePoints: [],
  note: '',
}

const NO_LIMIT = -1

export function draftOf(idTag: Schemas['IdTag']): Draft {
  const { parentIdTag = '', expiryDate = '', userId = '', note = '', blocked, maxActiveTransactions } = idTag
  const { allowedSites = [], allowedChargePoints = [] } = idTag
  const limited = maxActiveTransactions !== NO_LIMIT
  return {
    parentIdTag,
    expiryDate,
    blocked,
    limited,
    limit: limited ? `${maxActiveTransactions}` : '1',
    userId,
    allowedSites,
    allowedChargePoints,
    note,
  }
}

const limitOf = ({ limited, limit }: Draft): number => (limited ? Number(limit) : NO_LIMIT)

const TEXTS = ['parentIdTag', 'expiryDate', 'userId', 'note'] as const
const LISTS = ['allowedSites', 'allowedChargePoints'] as const

/** What was filled in, for a tag that is new. */
export function registrationOf(draft: Draft): Omit<NewIdTag, 'idTag'> {
  const filled = [...TEXTS, ...LISTS].filter((name) => draft[name].length > 0)
  return {
    ...Object.fromEntries(filled.map((name) => [name, draft[name]])),
    blocked: draft.blocked,
    maxActiveTransactions: limitOf(draft),
  }
}

/** What differs, as a merge patch: null takes away. */
export function changeOf(before: Draft, draft: Draft): Schemas['IdTagChange'] {
  const change: Record<string, unknown> = {}
  for (const name of TEXTS) if (draft[name] !== before[name]) change[name] = draft[name] || null
  for (const name of LISTS)
    if (draft[name].join('\n') !== before[name].join('\n'))
      change[name] = draft[name].length > 0 ? draft[name] : null
  if (draft.blocked !== before.blocked) change.blocked = draft.blocked
  if (limitOf(draft) !== limitOf(before)) change.maxActiveTransactions = limitOf(draft)
  return change
}
