import type { Transaction } from '../store/port.ts'
import type { AnswerContext } from './action.ts'
import { isConnector } from './connector.ts'

/** By the charge point's clock, or by its receipt where that clock runs ahead. */
export function beganAt({ startedAt, startReceivedAt }: Transaction): string | undefined {
  if (startedAt === undefined || startReceivedAt === undefined) return undefined
  return startedAt < startReceivedAt ? startedAt : startReceivedAt
}

/** A start on a connector where another transaction has not stopped: that one is over, for a connector has one at a time. */
export async function doubtEarlier(
  { store, live, receivedAt }: AnswerContext,
  { connectorId, transactionId, stop }: Transaction,
): Promise<void> {
  if (!isConnector(connectorId) || stop) return
  const earlier = live.connectors[connectorId]?.earlierTransactionId
  if (earlier === undefined || earlier === transactionId) return
  await store.flagZombie(earlier, { reason: 'newTransaction', at: receivedAt })
}

/** A connector is free although a transaction runs there: it is over, unless it began after that was so. */
export async function doubtOnAvailable(
  { store, chargePointId, live, receivedAt }: AnswerContext,
  connectorId: number,
  freeSince: string,
): Promise<void> {
  const transactionId = live.connectors[connectorId]?.transactionId
  if (transactionId === undefined) return
  const transaction = await store.getTransaction(transactionId)
  if (!transaction || (beganAt(transaction) ?? '') > freeSince) return
  if (!transaction.stop)
    await store.flagZombie(transactionId, { reason: 'connectorAvailable', at: receivedAt })
  await store.clearTransaction(chargePointId, connectorId, transactionId)
}
