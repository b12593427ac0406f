import { figuresOf, lastMeterOf } from '../central-system/figures.ts'
import type { CentralSystem } from '../central-system/system.ts'
import type { Page, Transaction, TransactionFigures } from '../store/port.ts'
import { defined } from './defined.ts'
import { withDoubts } from './doubts.ts'
import { viewTransaction } from './transaction-view.ts'

/** MeterValues messages among which the latest readings of a running transaction are looked for. */
const LATEST = 3

/** Transactions as they are told, with what lies outside their records: doubts, peaks, the meters of running ones. */
export async function viewTransactions(
  system: CentralSystem,
  { items, ...rest }: Page<Transaction>,
  now: string,
  figuresOfAll: FiguresOfAll = keptFigures,
): Promise<Page<ReturnType<typeof viewTransaction>>> {
  const [doubted, meters] = await Promise.all([
    withDoubts(system, { items }, now),
    metersOf(system, items, figuresOfAll),
  ])
  return {
    ...rest,
    items: doubted.items.map(({ transaction, doubt }) =>
      viewTransaction(transaction, defined({ doubt, ...meters.get(transaction.transactionId) })),
    ),
  }
}

/** One transaction, with its peak also while it runs, and before that is kept. */
export async function viewOneTransaction(
  system: CentralSystem,
  transaction: Transaction,
  now: string,
): Promise<ReturnType<typeof viewTransaction>> {
  const { items } = await viewTransactions(system, { items: [transaction] }, now, knownFigures)
  return items[0] ?? viewTransaction(transaction)
}

/** In the order of the transactions; undefined where they are not known. */
type FiguresOfAll = (
  system: CentralSystem,
  transactions: Transaction[],
) => Promise<(TransactionFigures | undefined)[]>

const keptFigures: FiguresOfAll = async ({ store }, transactions) => {
  const stopped = transactions.filter(({ stop }) => stop).map(({ transactionId }) => transactionId)
  const kept = await store.transactionFigures(stopped)
  const byId = new Map(stopped.map((each, position) => [each, kept[position]]))
  return transactions.map(({ transactionId }) => byId.get(transactionId))
}

/** Where nothing is kept, the meter values are read: what is kept may also be that they tell no power. */
const knownFigures: FiguresOfAll = async (system, transactions) => {
  const kept = await keptFigures(system, transactions)
  return Promise.all(
    transactions.map(({ transactionId }, position) => kept[position] ?? figuresOf(system, transactionId)),
  )
}

async function metersOf(system: CentralSystem, transactions: Transaction[], figuresOfAll: FiguresOfAll) {
  const running = transactions.filter(({ stop }) => !stop).map(({ transactionId }) => transactionId)
  const [figures, latest] = await Promise.all([
    figuresOfAll(system, transactions),
    Promise.all(running.map((each) => system.store.latestMeterValues(each, LATEST))),
  ])
  const meters = new Map(running.map((each, position) => [each, lastMeterOf(latest[position]?.items ?? [])]))
  return new Map(
    transactions.map(({ transactionId }, position) => [
      transactionId,
      defined({ peakW: figures[position]?.peakW, meter: meters.get(transactionId) }),
    ]),
  )
}
