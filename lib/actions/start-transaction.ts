import { schema, type TypeOf } from '../ocpp/schema.ts'
import { idTagInfo, idToken } from '../ocpp/types.ts'
import type { IdTagInfo, Store, TransactionStart } from '../store/port.ts'
import { type AnswerContext, stationAction } from './action.ts'
import { isConnector } from './connector.ts'
import { judge } from './verdict.ts'

const request = schema((t) =>
  t.object({
    connectorId: t.integer(),
    // Free vend: some charge points that ask for no tag send none.
    idTag: t.required(idToken(t), ''),
    meterStart: t.integer(),
    reservationId: t.optional(t.integer()),
    timestamp: t.instantOrReceipt(),
  }),
)
const response = schema((t) => t.object({ idTagInfo: idTagInfo(t), transactionId: t.integer() }))

export type StartTransactionRequest = TypeOf<typeof request>
export type StartTransactionResponse = TypeOf<typeof response>

/**
 * §4.8: a transaction has started; with `reservationId` it ends that reservation. The answer must carry a transaction
 * id, a unique positive one at best (errata 3.54), and a fresh verdict on the tag, for the charge point's own may be
 * stale. A refused tag gets an id as well, and no doubt about the data may keep the answer back.
 */
export const StartTransaction = stationAction({
  action: 'StartTransaction',
  request,
  response,

  hear(start, { chargePointId }) {
    if (!isConnector(start.connectorId)) return undefined
    return { kind: 'start', start: { chargePointId, ...start } }
  },

  async answer(request, context) {
    const { store, chargePointId, receivedAt } = context
    const start: TransactionStart = { chargePointId, ...request }
    const found = await store.findStart(start)
    if (found.transaction) {
      const { transactionId, idTagInfo, stop } = found.transaction
      if (stop) await store.clearTransaction(chargePointId, start.connectorId, transactionId)
      else await noteOnConnector(context, start, transactionId)
      return { transactionId, idTagInfo: idTagInfo ?? { status: 'Invalid' } }
    }
    const idTagInfo = await admit(context, start, found.transactionId)
    const recorded = await store.recordStart(found.transactionId, start, idTagInfo, receivedAt)
    await tidyUp(context, start, found.transactionId, recorded)
    return { transactionId: recorded.transactionId, idTagInfo: recorded.idTagInfo ?? idTagInfo }
  },
})

/** The verdict that StartTransaction alone can give: a tag in as many transactions as it may have is ConcurrentTx (§7.2). */
async function admit(
  { store, chargePointId, receivedAt }: AnswerContext,
  { idTag, connectorId }: TransactionStart,
  transactionId: number,
): Promise<IdTagInfo> {
  const { info, idTag: known } = await judge(store, idTag, { at: receivedAt, chargePointId })
  if (info.status !== 'Accepted' || !known) return info
  const occupy = () => store.occupyIdTag(idTag, transactionId, known.maxActiveTransactions)
  const others = await occupy()
  if (others === 'occupied') return info
  const over = await findOver(store, others, { chargePointId, connectorId })
  for (const each of over) await store.releaseIdTag(idTag, each)
  return over.length > 0 && (await occupy()) === 'occupied' ? info : { ...info, status: 'ConcurrentTx' }
}

/** Of the transactions that occupy a tag, those that are over: stopped, or on the connector that has just begun a new one. */
async function findOver(
  store: Store,
  transactionIds: number[],
  { chargePointId, connectorId }: { chargePointId: string; connectorId: number },
): Promise<number[]> {
  const over: number[] = []
  for (const transactionId of transactionIds) {
    const other = await store.getTransaction(transactionId)
    const sameConnector = other?.chargePointId === chargePointId && other.connectorId === connectorId
    if (!other || other.stop || sameConnector) over.push(transactionId)
  }
  return over
}

type Recorded = Awaited<ReturnType<Store['recordStart']>>

/** What a start that raced its own resend, or lost its likely id to another transaction, has left behind. */
async function tidyUp(
  context: AnswerContext,
  start: TransactionStart,
  transactionId: number,
  recorded: Recorded,
): Promise<void> {
  const { store, chargePointId } = context
  const { idTagInfo, stop } = recorded
  if (recorded.transactionId !== transactionId || stop || idTagInfo?.status !== 'Accepted') {
    if (idTagInfo?.status === 'Accepted') await store.releaseIdTag(start.idTag, transactionId)
  }
  if (stop) await store.clearTransaction(chargePointId, start.connectorId, recorded.transactionId)
  else await noteOnConnector(context, start, recorded.transactionId)
}

/** The live record was given the likely id when the start was heard; only another id has to be written. */
async function noteOnConnector(
  { store, chargePointId, live }: AnswerContext,
  { connectorId }: TransactionStart,
  transactionId: number,
): Promise<void> {
  const noted = live.connectors[connectorId]?.transactionId
  if (noted !== undefined && noted !== transactionId)
    await store.noteTransaction(chargePointId, connectorId, transactionId)
}
