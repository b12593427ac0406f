import type { IdTag, IdTagInfo, IdTags, Inbox } from '../store/port.ts'

export interface Judgement {
  info: IdTagInfo
  idTag?: IdTag
}

/** Characters beyond which an identifier is noise: nobody can have registered it, and nobody would add it from the inbox. */
const LONGEST = 64

/**
 * The verdict on a tag (§7.27): Invalid if nobody registered it (it is remembered for the operator), Blocked, Expired, or
 * Accepted. All but Invalid tell the parent and the expiry. ConcurrentTx is for StartTransaction alone to give (§7.2).
 */
export async function judge(
  store: Pick<IdTags, 'getIdTag'> & Inbox,
  idTag: string,
  { at, chargePointId }: { at: string; chargePointId: string },
): Promise<Judgement> {
  const conceivable = idTag !== '' && idTag.length <= LONGEST
  const known = conceivable ? await store.getIdTag(idTag) : undefined
  if (!known) {
    if (conceivable) await store.rememberUnknown('id-tag', idTag, at, chargePointId)
    return { info: { status: 'Invalid' } }
  }
  return { idTag: known.idTag, info: infoOf(known.idTag, at) }
}

/** The verdict on a registered tag. */
export function infoOf(idTag: IdTag, at: string): IdTagInfo {
  const { parentIdTag, expiryDate } = idTag
  return {
    status: statusOf(idTag, at),
    ...(expiryDate === undefined ? {} : { expiryDate }),
    ...(parentIdTag === undefined ? {} : { parentIdTag }),
  }
}

function statusOf({ blocked, maxActiveTransactions, expiryDate }: IdTag, at: string): IdTagInfo['status'] {
  if (blocked || maxActiveTransactions === 0) return 'Blocked'
  if (expiryDate !== undefined && expiryDate <= at) return 'Expired'
  return 'Accepted'
}
