import type { Transaction, TransactionFlag } from './port.ts'
import { withoutKeys } from './record.ts'
import type { Item } from './table-client.ts'

export type StoredTransaction = Omit<Transaction, 'flags'> & { flags?: TransactionFlag[]; naturalKey: string }

/** The record an item holds, with the flags that follow from it. */
export function toTransaction(item: Item): Transaction {
  const { naturalKey: _, flags = [], ...transaction } = withoutKeys<StoredTransaction>(item)
  return { ...transaction, flags: [...flags, ...flagsOf(transaction)] }
}

/** Beyond so much between its own time and its receipt, a message has waited in an offline charge point. */
const LATE_MILLISECONDS = 5 * 60_000

function flagsOf(transaction: Omit<Transaction, 'flags'>): TransactionFlag[] {
  const { idTagInfo, stop, meterStart, zombie, startedAt, startReceivedAt } = transaction
  const holds: [TransactionFlag, boolean][] = [
    ['refused', idTagInfo !== undefined && idTagInfo.status !== 'Accepted'],
    [
      'meterBackwards',
      meterStart !== undefined && stop?.meterStop !== undefined && stop.meterStop < meterStart,
    ],
    ['guessedStop', stop?.guessed !== undefined],
    ['zombie', zombie !== undefined && !stop],
    [
      'late',
      isLate(startedAt, startReceivedAt) || (!stop?.guessed && isLate(stop?.timestamp, stop?.receivedAt)),
    ],
  ]
  return holds.filter(([, held]) => held).map(([flag]) => flag)
}

function isLate(timestamp: string | undefined, receivedAt: string | undefined): boolean {
  if (timestamp === undefined || receivedAt === undefined) return false
  return Date.parse(receivedAt) - Date.parse(timestamp) > LATE_MILLISECONDS
}

/** Where it stands in lists ordered by time; a stop of nothing stands where it stopped. Never changes. */
export const timeOf = ({ startedAt, stop }: Pick<Transaction, 'startedAt' | 'stop'>): string =>
  startedAt ?? stop?.timestamp ?? ''

/** Its place in such a list. */
export const orderOf = (transaction: Pick<Transaction, 'transactionId' | 'startedAt' | 'stop'>): string =>
  `${timeOf(transaction)}#${transaction.transactionId}`
