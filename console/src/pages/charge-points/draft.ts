import type { Schemas } from '../../api/client.ts'

type NewChargePoint = Schemas['NewChargePoint']
export type RegistrationStatus = NonNullable<NewChargePoint['registrationStatus']>
export type SecurityProfile = NonNullable<NewChargePoint['securityProfile']>

/** As it is typed: an empty text is nothing. */
export interface Draft {
  registrationStatus: RegistrationStatus
  securityProfile: SecurityProfile
  password: string
  description: string
  address: string
  siteId: string
  /** With commas. */
  tags: string
  heartbeatInterval: string
  strict: boolean
}

export const NEW_DRAFT: Draft = {
  registrationStatus: 'Accepted',
  securityProfile: 0,
  password: '',
  description: '',
  address: '',
  siteId: '',
  tags: '',
  heartbeatInterval: '',
  strict: false,
}

export function draftOf(chargePoint: Schemas['ChargePoint']): Draft {
  const { registrationStatus, securityProfile, description = '', address = '', siteId = '' } = chargePoint
  return {
    ...NEW_DRAFT,
    registrationStatus,
    securityProfile,
    description,
    address,
    siteId,
    tags: (chargePoint.tags ?? []).join(', '),
    heartbeatInterval: `${chargePoint.heartbeatInterval ?? ''}`,
    strict: chargePoint.strict,
  }
}

export const tagsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  ),
]

/** What was filled in, for a charge point that is new. */
export function registrationOf(draft: Draft): Omit<NewChargePoint, 'chargePointId'> {
  const { registrationStatus, securityProfile, password, description, address, siteId, strict } = draft
  const tags = tagsOf(draft.tags)
  return {
    registrationStatus,
    securityProfile,
    ...(password && securityProfile !== 0 ? { password } : {}),
    ...(description ? { description } : {}),
    ...(address ? { address } : {}),
    ...(siteId ? { siteId } : {}),
    ...(tags.length > 0 ? { tags } : {}),
    ...(draft.heartbeatInterval ? { heartbeatInterval: Number(draft.heartbeatInterval) } : {}),
    ...(strict ? { strict } : {}),
  }
}

/** What differs, as a merge patch: null takes away. */
export function changeOf(before: Draft, draft: Draft): Schemas['ChargePointChange'] {
  const change: Record<string, unknown> = {}
  for (const name of ['registrationStatus', 'securityProfile', 'strict'] as const)
    if (draft[name] !== before[name]) change[name] = draft[name]
  for (const name of ['description', 'address', 'siteId'] as const)
    if (draft[name] !== before[name]) change[name] = draft[name] || null
  if (draft.password) change.password = draft.password
  if (draft.tags !== before.tags) change.tags = tagsOf(draft.tags).length > 0 ? tagsOf(draft.tags) : null
  if (draft.heartbeatInterval !== before.heartbeatInterval)
    change.heartbeatInterval = draft.heartbeatInterval === '' ? null : Number(draft.heartbeatInterval)
  return change
}
