import { holdAnew } from '../actions/reservations.ts'
import type { Change, Live, Subject } from '../store/port.ts'
import { keepFigures } from './figures.ts'
import { endWithCall, isReservedInVain, reservationNow } from './reservations.ts'
import type { CentralSystem } from './system.ts'
import { endCall } from './tally.ts'

/** Records that are listed at once. */
const AT_ONCE = 10

/**
 * Brings lists, sums and what the meter values of transactions come to up to changes, each record once however often it
 * has changed; and ends what has ended with another record: a reservation with the call that asked for it, the calls that
 * waited with their charge point. The changes whose records could not be brought up to date come back.
 */
export async function relistChanged(system: CentralSystem, changes: readonly Change[]): Promise<Set<Change>> {
  const work = new Map<string, { run: () => Promise<void>; changes: Change[] }>()
  const add = (change: Change, name: string, run: () => Promise<void>) => {
    const known = work.get(name) ?? { run, changes: [] }
    known.changes.push(change)
    work.set(name, known)
  }
  for (const change of changes) {
    const subject = system.store.subjectOf(change)
    if (subject) add(change, nameOf(subject), () => system.store.relist(subject))
    const transactionId = figuresToKeep(change)
    if (transactionId !== undefined)
      add(change, `figures of ${transactionId}`, () => keepFiguresOf(system, transactionId))
    const end = endingOf(system, change)
    if (end) add(change, `end by ${change.changeId}`, end)
  }
  const failed = new Set<Change>()
  const waiting = [...work]
  const next = async () => {
    for (let each = waiting.shift(); each; each = waiting.shift()) {
      const [name, { run, changes: of }] = each
      await run().catch((error: unknown) => {
        system.log.error('a record could not be listed', { name, error })
        for (const change of of) failed.add(change)
      })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, next))
  return failed
}

const nameOf = (subject: Subject): string => JSON.stringify(Object.values(subject))

/** The transaction that has stopped by this change, or of which a value came with the stop or after it. */
function figuresToKeep(change: Change): number | undefined {
  if (change.kind === 'transaction')
    return change.after?.stop && !change.before?.stop ? change.transactionId : undefined
  if (change.kind !== 'meterValues' || !change.after) return undefined
  const { transactionId, flag } = change.after
  return flag === 'late' || flag === 'transactionData' ? transactionId : undefined
}

async function keepFiguresOf(system: CentralSystem, transactionId: number): Promise<void> {
  const transaction = await system.store.getTransaction(transactionId)
  if (transaction) await keepFigures(system, transaction)
}

/** What ends with the record that has changed. */
function endingOf(system: CentralSystem, change: Change): (() => Promise<void>) | undefined {
  if (change.kind === 'call') {
    const { after: call } = change
    return call && isReservedInVain(call) ? () => endWithCall(system, call) : undefined
  }
  if (change.kind !== 'live') return undefined
  const { before: live, after } = change
  return live && !after ? () => endWaiting(system, live) : undefined
}

/** The queue of a charge point that was removed is gone, and nobody will send what stood in it. */
async function endWaiting(system: CentralSystem, { chargePointId, queue }: Live): Promise<void> {
  const anew = await system.store.getLive(chargePointId)
  const error = { code: 'Cancelled', description: 'the charge point was removed' }
  const end = { status: 'Cancelled' as const, at: system.clock().toISOString(), error }
  for (const messageId of queue)
    if (!anew?.queue.includes(messageId)) await endCall(system, { chargePointId, messageId }, end)
}

/** The charge point's clock ends a reservation, not ours: a start that is on its way may use it yet. */
const GRACE_MILLISECONDS = 10 * 60_000

const AT_A_TIME = 25

/** Writes down that reservations have ended whose time is over: nobody else need do it, but what waits for it piles up. */
export async function endOverdueReservations(system: CentralSystem): Promise<void> {
  const now = system.clock().getTime()
  const overdue = await system.store.overdueReservations(
    new Date(now - GRACE_MILLISECONDS).toISOString(),
    AT_A_TIME,
  )
  for (const reservation of overdue) {
    const { status, updatedAt: at, reason } = await reservationNow(system, reservation)
    if (status === reservation.status) continue
    const end = { status, at, ...(reason === undefined ? {} : { reason }) }
    await system.store.moveReservation(reservation, [reservation.status], end)
    await holdAnew(system.store, reservation, new Date(now).toISOString())
  }
}
