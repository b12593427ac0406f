import { type Publish, tellEvents } from '../central-system/events.ts'
import type { CentralSystem } from '../central-system/system.ts'
import type { BusbarEvent, Change, TransactionFigures } from '../store/port.ts'
import { type Beside, eventsOf } from './events-of-change.ts'

/** Tells of changes, and gives the positions of those that could not be told. */
export async function tellChanges(
  system: Pick<CentralSystem, 'store' | 'settings' | 'log'>,
  publish: Publish,
  changes: (Change | undefined)[],
): Promise<number[]> {
  const figures = await figuresOf(system, changes)
  const told = await Promise.all(
    changes.map(async (change, position) => {
      if (!change) return []
      const beside = await besideOf(system, change, figures)
      return eventsIn(change, beside, system).map((event) => ({ position, event }))
    }),
  )
  const events = told.flat()
  const untold = await tellEvents(
    system,
    publish,
    events.map(({ event }) => event),
  )
  return [...new Set(untold.flatMap((place) => events[place]?.position ?? []))]
}

/** What cannot be told now never could be: tried again, it would hold up all behind it for a day. */
function eventsIn(change: Change, beside: Beside, { log }: Pick<CentralSystem, 'log'>): BusbarEvent[] {
  try {
    return eventsOf(change, beside)
  } catch (error) {
    const { changeId, kind } = change
    log.error('the events of a change could not be made, and are lost', { changeId, kind, error })
    return []
  }
}

/** Of the transactions that have stopped, by id. Read after the change was written: the latest change tells the latest figures. */
async function figuresOf({ store }: Pick<CentralSystem, 'store'>, changes: (Change | undefined)[]) {
  const stopped = changes.flatMap((change) =>
    change?.kind === 'transaction' && change.after?.stop ? [change.transactionId] : [],
  )
  const ids = [...new Set(stopped)]
  const figures = ids.length > 0 ? await store.transactionFigures(ids, { consistent: true }) : []
  return new Map(ids.map((id, position) => [id, figures[position]]))
}

async function besideOf(
  { store }: Pick<CentralSystem, 'store'>,
  change: Change,
  figures: Map<number, TransactionFigures | undefined>,
): Promise<Beside> {
  if (change.kind === 'transaction') {
    const known = figures.get(change.transactionId)
    return known ? { figures: known } : {}
  }
  if (change.kind !== 'transactionFigures') return {}
  const transaction = await store.getTransaction(change.transactionId)
  return transaction ? { transaction } : {}
}
