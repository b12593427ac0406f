import { schema } from '../ocpp/schema.ts'
import { authorizationData, ciKey } from '../ocpp/types.ts'
import type { LocalList } from '../store/port.ts'
import { centralSystemAction, type Issue, type SettleContext } from './action.ts'
import { afterUpdate, composeUpdate, type ListUpdate, recordUnlessOlder } from './local-list.ts'
import { asRecord } from './payload.ts'

const request = schema((t) =>
  t.object({
    listVersion: t.integer(),
    localAuthorizationList: t.optional(t.array(authorizationData(t))),
    updateType: t.enum(['Differential', 'Full']),
  }),
)
const response = schema((t) =>
  t.object({ status: t.enum(['Accepted', 'Failed', 'NotSupported', 'VersionMismatch']) }),
)

/** A station that cannot be amended is sent the whole list once, not for ever: not again within so many hours. */
const MENDED_FOR_HOURS = 24

/**
 * §5.15: replaces (Full) or amends (Differential) the list of tags the charge point may accept by itself. `listVersion` is
 * the list's version afterwards, never 0 or -1 (errata 3.52); no tag may stand in it twice (§6.41). After a Failed or
 * VersionMismatch of an amendment the whole list should be sent. Without a version the list is made of our tags, in as
 * many messages as it takes.
 */
export const SendLocalList = centralSystemAction({
  action: 'SendLocalList',
  request,
  response,
  composes: ['listVersion', 'updateType', 'localAuthorizationList'],

  async compose(payload, { chargePointId, now, store }) {
    if (payload.listVersion !== undefined) {
      const issues = issuesOfOwn(payload)
      return issues.length > 0 ? { issues } : { payload }
    }
    if (payload.localAuthorizationList !== undefined)
      return { issues: [{ path: 'listVersion', message: 'a list that is given needs its version' }] }
    const { updateType = 'Differential' } = payload
    const update = await composeUpdate(store, chargePointId, now, updateType === 'Full')
    // Another type is for the schema to refuse.
    const type = updateType === 'Differential' ? update.updateType : updateType
    return { payload: { ...payload, ...update, updateType: type }, composed: true }
  },

  async settle({ localAuthorizationList = [], ...rest }, { status }, context) {
    const update: ListUpdate = { ...rest, localAuthorizationList }
    switch (status) {
      case 'Accepted':
        return settleAccepted(update, context)
      case 'NotSupported':
        return recordUnlessOlder(context, () => ({ version: -1 }))
      default:
        return settleMismatch(update, context)
    }
  },
})

function issuesOfOwn({ listVersion, updateType, localAuthorizationList }: Record<string, unknown>): Issue[] {
  const issues: Issue[] = []
  if (typeof listVersion === 'number' && listVersion <= 0)
    issues.push({ path: 'listVersion', message: 'is 1 or more (errata 3.52)' })
  const seen = new Set<string>()
  const entries = Array.isArray(localAuthorizationList) ? localAuthorizationList.map(asRecord) : []
  for (const [position, { idTag, idTagInfo }] of entries.entries()) {
    const path = `localAuthorizationList[${position}]`
    const key = ciKey(String(idTag))
    if (seen.has(key))
      issues.push({ path: `${path}.idTag`, message: `${idTag} is in the list twice (§6.41)` })
    seen.add(key)
    if (updateType === 'Full' && idTagInfo === undefined)
      issues.push({ path: `${path}.idTagInfo`, message: 'needed in a Full update (§7.1)' })
  }
  return issues
}

async function settleAccepted(update: ListUpdate, context: SettleContext): Promise<void> {
  const { store, chargePointId, settledAt, composed, follow } = context
  await recordUnlessOlder(context, (known) => ({
    ...afterUpdate(known, update),
    ...(composed && known?.mended ? { mended: known.mended } : {}),
  }))
  if (!composed) return
  const known = await store.getLocalList(chargePointId)
  // A list that is not known any more would be begun anew with every part.
  if (!known?.entries) return
  const { localAuthorizationList: left } = await composeUpdate(store, chargePointId, settledAt, false)
  if (left.length > 0) follow({ action: 'SendLocalList', payload: { updateType: 'Differential' } })
  else if (known.mended) {
    const { mended: _, ...whole } = known
    await store.recordLocalList(chargePointId, whole)
  }
}

/** The charge point's list is not what we took it for. One whole list mends that, or nothing does. */
async function settleMismatch({ updateType }: ListUpdate, context: SettleContext): Promise<void> {
  const { store, chargePointId, messageId, settledAt, composed, follow } = context
  if (!composed || updateType === 'Full') return
  await recordUnlessOlder(context, (known) => ({
    version: known?.version ?? 0,
    mended: isMended(known, settledAt) ? known.mended : { messageId, at: settledAt },
  }))
  const { mended } = (await store.getLocalList(chargePointId)) ?? {}
  if (mended?.messageId === messageId) follow({ action: 'SendLocalList', payload: { updateType: 'Full' } })
}

function isMended(known: LocalList | undefined, now: string): known is MendedList {
  return (
    known?.mended !== undefined && Date.parse(now) - Date.parse(known.mended.at) < MENDED_FOR_HOURS * 3600_000
  )
}

type MendedList = LocalList & Required<Pick<LocalList, 'mended'>>
