import { createHash } from 'node:crypto'
import type { TransactionStart, TransactionStop } from './port.ts'

/** What makes two starts the same; an id tag's case does not count. */
export function startKey({
  chargePointId,
  connectorId,
  timestamp,
  idTag,
  meterStart,
}: TransactionStart): string {
  return JSON.stringify([chargePointId, connectorId, timestamp, idTag.toLowerCase(), meterStart])
}

/** What makes two stops of nothing the same. */
export function stopKey(
  chargePointId: string,
  transactionId: number,
  { timestamp, meterStop }: TransactionStop,
): string {
  return JSON.stringify([chargePointId, 'stop', transactionId, timestamp, meterStop])
}

/** A positive 31-bit integer: the first place to look for a record, and to put it. */
export function firstId(naturalKey: string): number {
  return digest(naturalKey).readUInt32BE() & 0x7fffffff || 1
}

/** Where the place is taken by another record. */
export function nextId(transactionId: number): number {
  return (transactionId % 0x7fffffff) + 1
}

/** The id a start has unless, once in some thousand times with a million transactions, another one holds it. */
export function likelyId(start: TransactionStart): number {
  return firstId(startKey(start))
}

export function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
