import { sameCiString } from '../ocpp/types.ts'
import type {
  CallRecord,
  InstalledProfile,
  Live,
  Store,
  Transaction,
  TransactionStart,
} from '../store/port.ts'
import type { AnswerContext, SettleContext } from './action.ts'
import { install } from './profiles.ts'

/** What a remote start asks for (§6.33). */
interface RemoteStart {
  connectorId?: number
  idTag: string
  chargingProfile?: InstalledProfile['profile']
}

/** How long after its answer the transaction of a remote start may begin: longer than any ConnectionTimeOut in use. */
const EXPECTED_MILLISECONDS = 10 * 60_000

/** A remote start was accepted: its transaction is on record already, or is to come. */
export async function expectStart(context: SettleContext, wish: RemoteStart): Promise<void> {
  const { store, chargePointId, messageId, settledAt } = context
  const begun = await findBegun(context, wish)
  if (begun) return fulfil(store, begun, { messageId, chargingProfile: wish.chargingProfile, at: settledAt })
  const call = await store.getCall(chargePointId, messageId)
  if (call?.transactionId !== undefined) return
  const until = new Date(Date.parse(settledAt) + EXPECTED_MILLISECONDS).toISOString()
  await store.expectRemoteStart(chargePointId, wish.connectorId ?? 0, { messageId, idTag: wish.idTag, until })
}

async function findBegun(
  { store, chargePointId, messageId, askedAt }: SettleContext,
  wish: RemoteStart,
): Promise<Transaction | undefined> {
  const live = await store.getLive(chargePointId)
  for (const [connectorId, { transactionId }] of Object.entries(live?.connectors ?? {})) {
    if (transactionId === undefined || Number(connectorId) !== (wish.connectorId ?? Number(connectorId)))
      continue
    const transaction = await store.getTransaction(transactionId)
    if (!transaction || !sameCiString(transaction.idTag ?? '', wish.idTag)) continue
    const { remoteStart, startReceivedAt = '' } = transaction
    if (remoteStart === messageId || (remoteStart === undefined && startReceivedAt >= askedAt))
      return transaction
  }
  return undefined
}

/** The transaction is the one that was asked for: the call tells so, and the profile that went with it is installed. */
async function fulfil(
  store: Store,
  { chargePointId, connectorId, transactionId }: Transaction,
  {
    messageId,
    chargingProfile,
    at,
  }: { messageId: string; chargingProfile: RemoteStart['chargingProfile']; at: string },
): Promise<void> {
  await store.noteConsequence(chargePointId, messageId, { transactionId })
  if (!chargingProfile || connectorId === undefined) return
  const profile = { ...chargingProfile, transactionId }
  await store.changeInstalledProfiles(chargePointId, (installed) =>
    install(installed, { connectorId, profile, at, messageId }),
  )
}

/**
 * The remote start that a transaction begins by: one that was accepted and is expected on its connector or on any, or one
 * whose answer is still to come. Looked for only where the live record tells of any.
 */
export async function findRemoteStart(
  { store, chargePointId, live, receivedAt }: AnswerContext,
  { connectorId, idTag }: TransactionStart,
): Promise<CallRecord | undefined> {
  const wish = expectedAt(live, connectorId).find(
    (each) => sameCiString(each.idTag, idTag) && each.until >= receivedAt,
  )
  const messageId = wish?.messageId ?? live.inFlight?.messageId
  const call = messageId === undefined ? undefined : await store.getCall(chargePointId, messageId)
  if (call?.action !== 'RemoteStartTransaction') return undefined
  const asked = call.payload as unknown as RemoteStart
  const fits = sameCiString(asked.idTag, idTag) && (asked.connectorId ?? connectorId) === connectorId
  return fits ? call : undefined
}

function expectedAt({ remoteStarts }: Live, connectorId: number | undefined) {
  const own = connectorId === undefined ? undefined : remoteStarts[connectorId]
  return [own, remoteStarts[0]].filter((wish) => wish !== undefined)
}

/** The transaction is on record: if by this remote start, nobody waits for that one's any more. */
export async function endRemoteStart(
  { store, chargePointId, live, receivedAt: at }: AnswerContext,
  transaction: Transaction,
  call: CallRecord,
): Promise<void> {
  const { messageId } = call
  if (transaction.remoteStart !== messageId) return
  const { chargingProfile } = call.payload as unknown as RemoteStart
  await fulfil(store, transaction, { messageId, chargingProfile, at })
  for (const [connectorId, wish] of Object.entries(live.remoteStarts)) {
    if (wish.messageId === messageId)
      await store.forgetRemoteStart(chargePointId, Number(connectorId), messageId)
  }
}
