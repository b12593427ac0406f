import {
  BATCH_SIZE,
  type CallEnd,
  type CallRecord,
  CLOSED_STATUSES,
  type Tally,
  type Task,
  type TaskCounts,
} from '../store/port.ts'
import { isClosed } from './call.ts'
import type { CentralSystem } from './system.ts'

/** Writes down how a call ended, and counts it in its task. The first end wins, and is counted once. */
export async function endCall(
  system: CentralSystem,
  { chargePointId, messageId }: Pick<CallRecord, 'chargePointId' | 'messageId'>,
  end: CallEnd,
): Promise<{ closed: boolean; call?: CallRecord }> {
  const result = await system.store.closeCall(chargePointId, messageId, end)
  if (result.closed && result.call) system.count('CallsClosed', { status: result.call.status })
  if (result.call) await countEnd(system, result.call)
  return result
}

/** Counts an ended call in its task, if it has one; the last of them ends the task. What fails here is made good when the task is over. */
export async function countEnd(system: CentralSystem, { task, ...call }: CallRecord): Promise<void> {
  if (!task || !isClosed(call) || call.closedAt === undefined) return
  const { store, log } = system
  try {
    const status = call.status as keyof TaskCounts
    const end = { position: task.position, status, at: call.closedAt }
    const tally = await store.tallyEnds(task.taskId, task.batch, [end])
    if (Object.keys(tally.ends).length < task.size) return
    const whole = await store.getTask(task.taskId)
    if (whole) await endIfCounted(system, whole, await store.listTallies(task.taskId))
  } catch (error) {
    log.warn('an end could not be counted', { taskId: task.taskId, messageId: call.messageId, error })
  }
}

/** Ends a task on record whose calls have all been counted. */
export async function endIfCounted({ store }: CentralSystem, task: Task, tallies: Tally[]): Promise<boolean> {
  const counts = countsOf(tallies)
  if (!task.gathered || endedIn(counts) < task.targets) return false
  const lastAt = tallies.reduce((last, each) => (each.lastAt > last ? each.lastAt : last), task.createdAt)
  await store.endTask(task.taskId, { endedAt: lastAt, counts })
  return true
}

export function countsOf(tallies: Tally[]): TaskCounts {
  const counts = Object.fromEntries(CLOSED_STATUSES.map((status) => [status, 0])) as TaskCounts
  for (const { ends } of tallies) for (const status of Object.values(ends)) counts[status] += 1
  return counts
}

export function endedIn(counts: TaskCounts): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0)
}

/** How many charge points are in a batch; all but the last are full where they were named, and may be fuller or emptier where they were found. */
export function batchesOf<T>(targets: T[]): T[][] {
  return Array.from({ length: Math.ceil(targets.length / BATCH_SIZE) }, (_, batch) =>
    targets.slice(batch * BATCH_SIZE, (batch + 1) * BATCH_SIZE),
  )
}
