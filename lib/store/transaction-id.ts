import { createHash } from 'node:crypto'
import type { TransactionStart, TransactionStop } from './port.ts'

/** What makes two starts the same; an id tag's case does not count. */
export function startKey(start: TransactionStart): string {
  const { chargePointId, connectorId, timestamp, receivedAt, idTag, meterStart } = start
  const time = timestamp || `received on ${receivedAt.slice(0, 10)}`
  return digest([chargePointId, connectorId, time, idTag.toLowerCase(), meterStart])
}

/** What makes two stops of nothing the same. */
export function stopKey(
  chargePointId: string,
  transactionId: number,
  { timestamp, meterStop }: TransactionStop,
): string {
  return digest([chargePointId, 'stop', transactionId, timestamp, meterStop])
}

/** A positive 31-bit integer: the first place to look for a record, and to put it. */
export function firstId(naturalKey: string): number {
  return Buffer.from(naturalKey, 'base64url').readUInt32BE() & 0x7fffffff || 1
}

/** Where the place is taken by another record. */
export function nextId(transactionId: number): number {
  return (transactionId % 0x7fffffff) + 1
}

/** The id a start has unless, once in some thousand times with a million transactions, another one holds it. */
export function likelyId(start: TransactionStart): number {
  return firstId(startKey(start))
}

/** 43 characters that are the same for the same facts, and for no others. */
export function digest(facts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url')
}
