import { schema, type TypeOf } from '../ocpp/schema.ts'
import { idTagInfo, idToken } from '../ocpp/types.ts'
import type { CallRecord, IdTagInfo, Store, Transaction, TransactionStart } from '../store/port.ts'
import { type AnswerContext, stationAction } from './action.ts'
import { FIRST_BELIEVABLE } from './clock.ts'
import { isConnector } from './connector.ts'
import { endRemoteStart, findRemoteStart } from './remote-starts.ts'
import { useReservation } from './reservations.ts'
import { stampsOf } from './stamps.ts'
import { judge, limitOf } from './verdict.ts'
import { beganAt, doubtEarlier } from './zombies.ts'

const request = schema((t) =>
  t.object({
    connectorId: t.expected(t.integer()),
    // Free vend: some charge points that ask for no tag send none.
    idTag: t.required(idToken(t), ''),
    meterStart: t.expected(t.integer()),
    reservationId: t.optionalIfReadable(t.integer()),
    timestamp: t.instantOrReceipt(),
  }),
)
const response = schema((t) => t.object({ idTagInfo: idTagInfo(t), transactionId: t.integer() }))

type StartTransactionRequest = TypeOf<typeof request>
type StartTransactionResponse = TypeOf<typeof response>

/**
 * §4.8: a transaction has started; with `reservationId` it ends that reservation, and one that was not stopped on its
 * connector is over. The answer must carry a transaction id, a unique positive one at best (errata 3.54), and a fresh
 * verdict on the tag, for the charge point's own may be stale. A refused tag gets an id as well, and no doubt about the
 * data may keep the answer back.
 */
export const StartTransaction = stationAction({
  action: 'StartTransaction',
  request,
  response,

  hear(request, { chargePointId, receivedAt }) {
    const start = factsOf(request, chargePointId, receivedAt)
    return isConnector(start.connectorId)
      ? { kind: 'start', start, connectorId: start.connectorId }
      : undefined
  },

  async answer(request, context) {
    const { store, chargePointId, receivedAt } = context
    const start = factsOf(request, chargePointId, receivedAt)
    const { transactionId, transaction } = await store.findStart(start)
    const call = await findRemoteStart(context, start)
    const recorded = transaction ?? (await record(context, byRemoteStart(start, call), transactionId))
    // On a resend, too: the first one may have been cut short here.
    await showOnConnector(context, recorded)
    await doubtEarlier(context, recorded)
    await useReservation(context, recorded)
    if (call) await endRemoteStart(context, recorded, call)
    return answerOf(recorded)
  },
})

async function record(
  context: AnswerContext,
  start: TransactionStart,
  transactionId: number,
): Promise<Transaction> {
  const { info: idTagInfo, userId } = await admit(context, start, transactionId)
  const stamps = stampsOf(context.live, userId)
  const recorded = await context.store.recordStart(transactionId, start, idTagInfo, stamps)
  await releaseUnlessRecorded(context, { start, transactionId, idTagInfo }, recorded)
  return recorded
}

/** A remote start leads to one transaction. */
function byRemoteStart(start: TransactionStart, call: CallRecord | undefined): TransactionStart {
  return call && call.transactionId === undefined ? { ...start, remoteStart: call.messageId } : start
}

function factsOf(
  { timestamp, ...facts }: StartTransactionRequest,
  chargePointId: string,
  receivedAt: string,
): TransactionStart {
  return { chargePointId, ...facts, timestamp: timestamp >= FIRST_BELIEVABLE ? timestamp : '', receivedAt }
}

function answerOf({
  transactionId,
  idTagInfo = { status: 'Invalid' },
}: Transaction): StartTransactionResponse {
  return { transactionId, idTagInfo }
}

/**
 * The verdict that StartTransaction alone can give, and whose tag it is: one in as many transactions as it may have is
 * ConcurrentTx (§7.2).
 */
async function admit(
  { store, chargePointId, receivedAt, live: { siteId } }: AnswerContext,
  start: TransactionStart,
  transactionId: number,
): Promise<{ info: IdTagInfo; userId: string | undefined }> {
  const { idTag } = start
  const { info, idTag: known } = await judge(store, idTag, { at: receivedAt, chargePointId, siteId })
  const userId = known?.userId
  if (info.status !== 'Accepted' || !known) return { info, userId }
  const { max, refuses } = limitOf(known)
  const occupy = () => store.occupyIdTag(idTag, transactionId, max, receivedAt)
  const occupied = await occupy()
  if (occupied === 'occupied' || !refuses) return { info, userId }
  const over = await findOver(store, occupied, start)
  for (const each of over) await store.releaseIdTag(idTag, each)
  const free = over.length > 0 && (await occupy()) === 'occupied'
  return { info: free ? info : { ...info, status: 'ConcurrentTx' }, userId }
}

/** A start that occupied a tag and was not recorded by then never will be. */
const ABANDONED_MILLISECONDS = 60_000

/**
 * Of the transactions that occupy a tag, those that are over: stopped, followed by another one on their connector, or
 * never recorded. One that came a moment ago may be about to be.
 */
async function findOver(
  store: Store,
  { others, latestAt }: { others: number[]; latestAt: string },
  { chargePointId, connectorId, receivedAt }: TransactionStart,
): Promise<number[]> {
  const abandoned = Date.parse(receivedAt) - Date.parse(latestAt) > ABANDONED_MILLISECONDS
  const over: number[] = []
  for (const transactionId of others) {
    const other = await store.getTransaction(transactionId)
    const own = other?.chargePointId === chargePointId && other.connectorId === connectorId
    if (other ? other.stop || own || !(await runs(store, other)) : abandoned) over.push(transactionId)
  }
  return over
}

/** Whether its connector still shows it: a new transaction there, or the end of the charge point, has ended it without a stop. */
async function runs(
  store: Store,
  { chargePointId, connectorId, transactionId }: Transaction,
): Promise<boolean> {
  if (!isConnector(connectorId)) return true
  const live = await store.getLive(chargePointId)
  return live?.connectors[connectorId]?.transactionId === transactionId
}

/** The tag was occupied for this id; another one may have been recorded, or this one with another verdict. */
async function releaseUnlessRecorded(
  { store }: AnswerContext,
  {
    start,
    transactionId,
    idTagInfo,
  }: { start: TransactionStart; transactionId: number; idTagInfo: IdTagInfo },
  recorded: Transaction,
): Promise<void> {
  if (idTagInfo.status !== 'Accepted') return
  const runs = recorded.idTagInfo?.status === 'Accepted' && !recorded.stop
  if (recorded.transactionId === transactionId && runs) return
  await store.releaseIdTag(start.idTag, transactionId)
  if (runs)
    await store.occupyIdTag(start.idTag, recorded.transactionId, Number.MAX_SAFE_INTEGER, start.receivedAt)
}

/**
 * The live record was given the likely id when the start was heard. That is wrong if the transaction has stopped since, or
 * has another id; and missing if the start came over a connection that was replaced.
 */
async function showOnConnector(
  { store, chargePointId, live }: AnswerContext,
  transaction: Transaction,
): Promise<void> {
  const { transactionId, connectorId, stop } = transaction
  const startedAt = beganAt(transaction)
  if (!isConnector(connectorId) || startedAt === undefined) return
  if (stop) await store.clearTransaction(chargePointId, connectorId, transactionId)
  else if (live.connectors[connectorId]?.transactionId !== transactionId) {
    await store.noteTransaction(chargePointId, connectorId, { transactionId, startedAt })
  }
}
