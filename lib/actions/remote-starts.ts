import { sameCiString } from '../ocpp/types.ts'
import type {
  CallRecord,
  InstalledProfile,
  Live,
  RemoteStartWish,
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
  const { idTag, connectorId = 0, chargingProfile } = wish
  const live = await store.getLive(chargePointId)
  if (!live) return
  const begun = await findBegun(context, live, wish)
  if (begun) return fulfil(store, begun, { messageId, chargingProfile, at: settledAt })
  const call = await store.getCall(chargePointId, messageId)
  if (call?.transactionId !== undefined) return
  const until = new Date(Date.parse(settledAt) + EXPECTED_MILLISECONDS).toISOString()
  const expected = { messageId, connectorId, idTag, until }
  const others = forgottenFor(live, expected, settledAt)
  if (others) await store.expectRemoteStart(chargePointId, expected, others)
}

/** A connector has one transaction at a time; without a connector, several may be to come. The live record is small. */
const EXPECTED_MAX = { onConnector: 1, onAny: 4 }

/** What need not be remembered any more where this one is; nothing is told where others came after it and are as many as may be. */
function forgottenFor(live: Live, wish: RemoteStartWish, now: string): string[] | undefined {
  const others = live.remoteStarts.filter(({ messageId }) => messageId !== wish.messageId)
  const rivals = others.filter(({ connectorId, until }) => connectorId === wish.connectorId && until > now)
  const max = wish.connectorId === 0 ? EXPECTED_MAX.onAny : EXPECTED_MAX.onConnector
  const kept = [wish, ...rivals].sort((one, other) => (one.until < other.until ? 1 : -1)).slice(0, max)
  if (!kept.includes(wish)) return undefined
  return others
    .filter((each) => each.until <= now || (rivals.includes(each) && !kept.includes(each)))
    .map(({ messageId }) => messageId)
}

async function findBegun(
  { store, messageId, askedAt }: SettleContext,
  { connectors }: Live,
  wish: RemoteStart,
): Promise<Transaction | undefined> {
  for (const [connectorId, { transactionId }] of Object.entries(connectors)) {
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
  { chargePointId, connectorId, transactionId, startReceivedAt: askedAt = '' }: Transaction,
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
    install(installed, { connectorId, profile, askedAt, at, messageId }),
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

/** Its own connector goes before any, and what was asked for first before what was later. */
function expectedAt({ remoteStarts }: Live, connectorId: number | undefined): RemoteStartWish[] {
  return remoteStarts
    .filter((wish) => wish.connectorId === 0 || wish.connectorId === connectorId)
    .sort((one, other) => other.connectorId - one.connectorId || (one.until < other.until ? -1 : 1))
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
  if (live.remoteStarts.some((wish) => wish.messageId === messageId))
    await store.forgetRemoteStart(chargePointId, messageId)
}
