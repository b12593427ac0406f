import type { CentralSystem } from '../central-system/system.ts'
import { type Doubt, doubtOf } from '../central-system/transactions.ts'
import type { Page, PageRequest, Store, Transaction } from '../store/port.ts'
import { defined } from './defined.ts'

export interface Doubted {
  transaction: Transaction
  doubt: Doubt | undefined
}

/** What is known of their charge points right now tells whether running transactions may be over. */
export async function withDoubts(
  { store, settings: { silentAfterHours } }: CentralSystem,
  { items, ...page }: Page<Transaction>,
  now: string,
): Promise<Page<Doubted>> {
  const running = items.filter(({ stop }) => !stop).map(({ chargePointId }) => chargePointId)
  const lives = new Map(
    await Promise.all([...new Set(running)].map(async (id) => [id, await store.getLive(id)] as const)),
  )
  const doubted = items.map((transaction) => ({
    transaction,
    doubt: doubtOf(transaction, lives.get(transaction.chargePointId), { now, silentAfterHours }),
  }))
  return { ...page, items: doubted }
}

/** Pages of running transactions that are looked through for one with a doubtful one among them. */
const PAGES_AT_ONCE = 5

/** Running transactions in doubt: those of one page of the running ones, and of the next where that has none. */
export async function listDoubtful(
  system: CentralSystem,
  filter: Parameters<Store['listTransactions']>[0],
  { limit, cursor }: PageRequest,
  now: string,
): Promise<Page<Transaction>> {
  for (let pages = 1, after = cursor; ; pages++) {
    const running = { ...filter, active: true }
    const page = await system.store.listTransactions(running, defined({ limit, cursor: after }))
    const { items, ...rest } = await withDoubts(system, page, now)
    const doubtful = items.filter(({ doubt }) => doubt).map(({ transaction }) => transaction)
    after = rest.cursor
    if (doubtful.length > 0 || after === undefined || pages === PAGES_AT_ONCE) {
      return { ...rest, items: doubtful }
    }
  }
}
