import type { IdTag, IdTagInfo, IdTags, Inbox } from '../store/port.ts'

export interface Judgement {
  info: IdTagInfo
  idTag?: IdTag
}

/** Characters beyond which an identifier is noise: nobody can have registered it, and nobody would add it from the inbox. */
const LONGEST = 64

/** Where a tag is presented, and what it may be allowed by. */
export interface Whereabouts {
  chargePointId: string
  siteId?: string | undefined
}

/**
 * The verdict on a tag (§7.27): Invalid if nobody registered it (it is remembered for the operator), Blocked, Expired, or
 * Accepted. All but Invalid tell the parent and the expiry. ConcurrentTx is for StartTransaction alone to give (§7.2).
 */
export async function judge(
  store: Pick<IdTags, 'getIdTag'> & Inbox,
  idTag: string,
  { at, chargePointId, siteId }: Whereabouts & { at: string },
): Promise<Judgement> {
  const conceivable = idTag !== '' && idTag.length <= LONGEST
  const known = conceivable ? await store.getIdTag(idTag) : undefined
  if (!known) {
    if (conceivable) await store.rememberUnknown('id-tag', idTag, at, chargePointId)
    return { info: { status: 'Invalid' } }
  }
  return { idTag: known.idTag, info: infoOf(known.idTag, at, { chargePointId, siteId }) }
}

/** The verdict on a registered tag that is presented there. */
export function infoOf(idTag: IdTag, at: string, where: Whereabouts): IdTagInfo {
  const { parentIdTag, expiryDate } = idTag
  return {
    status: isAllowedAt(idTag, where) ? statusOf(idTag, at) : 'Blocked',
    ...(expiryDate === undefined ? {} : { expiryDate }),
    ...(parentIdTag === undefined ? {} : { parentIdTag }),
  }
}

/**
 * At a charge point or a site it is allowed at, or anywhere if nothing is said. Elsewhere a tag is Blocked: Invalid would
 * say that nobody knows it (§7.2).
 */
export function isAllowedAt(
  { allowedSites, allowedChargePoints }: IdTag,
  { chargePointId, siteId }: Whereabouts,
): boolean {
  if (!allowedSites && !allowedChargePoints) return true
  return (
    (allowedChargePoints ?? []).includes(chargePointId) ||
    (siteId !== undefined && (allowedSites ?? []).includes(siteId))
  )
}

/** How many transactions of a tag without a limit are noted: who looks wants to know that it charges, not where all. */
const NOTED_MAX = 100

/** How many transactions may occupy a tag, and whether one more is refused. */
export function limitOf({ maxActiveTransactions: max }: IdTag): { max: number; refuses: boolean } {
  return max < 0 ? { max: NOTED_MAX, refuses: false } : { max, refuses: true }
}

function statusOf({ blocked, maxActiveTransactions, expiryDate }: IdTag, at: string): IdTagInfo['status'] {
  if (blocked || maxActiveTransactions === 0) return 'Blocked'
  if (expiryDate !== undefined && expiryDate <= at) return 'Expired'
  return 'Accepted'
}
