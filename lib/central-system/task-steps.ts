import {
  BATCH_SIZE,
  type CallRecord,
  type ChargePointFilter,
  type TallyEnd,
  type Task,
  type TaskPlace,
} from '../store/port.ts'
import { asOf, EXPIRED } from './call.ts'
import { derivedMessageId } from './message-id.ts'
import { cancel, request } from './request.ts'
import type { CentralSystem, TaskStep } from './system.ts'
import { countEnd, endIfCounted } from './tally.ts'
import { delayUntil } from './time.ts'

/** Charge points of one batch that are called at once. */
const CALLS_AT_ONCE = 10

/** A charge point's call in a task: the same one, whoever asks for it and however often. */
export function callOfTask(taskId: string, chargePointId: string): string {
  return derivedMessageId(taskId, 'task', chargePointId)
}

/** Finds the charge points that a filter means, a batch at a time. A step that is taken again finds what it found before. */
export async function gather(
  system: CentralSystem,
  task: Task,
  { batch, cursor }: Extract<TaskStep, { step: 'gather' }>,
): Promise<void> {
  const { store } = system
  const { taskId, filter = {} } = task
  if (!(await store.getBatch(taskId, batch))) {
    const { ids, next } = task.cancelledAt ? { ids: [] } : await findBatch(system, filter, cursor)
    await store.addBatch(taskId, batch, ids, next)
  }
  const found = await store.getBatch(taskId, batch)
  if (!found) throw new Error(`batch ${batch} of the task ${taskId} was not written`)
  const { chargePointIds, next } = found
  const steps: TaskStep[] = []
  if (chargePointIds.length > 0) steps.push({ taskId, step: 'send', batch })
  if (next !== undefined) steps.push({ taskId, step: 'gather', batch: batch + 1, cursor: next })
  // Before it is counted: what is counted and not asked for would never be sent.
  if (steps.length > 0) await system.schedule(steps)
  const gathered = { batch, targets: chargePointIds.length, done: next === undefined }
  const state = await store.noteGathered(taskId, gathered)
  if (state?.gathered) await endIfCounted(system, state, await store.listTallies(taskId))
}

async function findBatch(
  { store }: CentralSystem,
  filter: ChargePointFilter,
  cursor: string | undefined,
): Promise<{ ids: string[]; next?: string }> {
  const page = { limit: BATCH_SIZE, ...(cursor === undefined ? {} : { cursor }) }
  const found = await store.listChargePoints(filter, page)
  const ids = found.items.map(({ chargePoint }) => chargePoint.chargePointId)
  return { ids, ...(found.cursor === undefined ? {} : { next: found.cursor }) }
}

interface Target {
  chargePointId: string
  messageId: string
  place: TaskPlace
}

async function targetsOf({ store }: CentralSystem, taskId: string, batch: number): Promise<Target[]> {
  const ids = (await store.getBatch(taskId, batch))?.chargePointIds ?? []
  return ids.map((chargePointId, position) => ({
    chargePointId,
    messageId: callOfTask(taskId, chargePointId),
    place: { taskId, batch, position, size: ids.length },
  }))
}

/** Asks for the call of every charge point of a batch. */
export async function sendBatch(system: CentralSystem, task: Task, batch: number): Promise<void> {
  await forEach(await targetsOf(system, task.taskId, batch), (target) => sendTo(system, task, target))
}

async function sendTo(system: CentralSystem, task: Task, target: Target): Promise<void> {
  const { action, payload, timeoutSeconds, whenOffline, expiresAt, origin } = task
  const { chargePointId, messageId, place } = target
  const now = system.clock().toISOString()
  if (expiresAt < now)
    return recordEnded(system, task, target, { status: 'Expired', closedAt: expiresAt, error: EXPIRED })
  const result = await request(system, chargePointId, {
    action,
    payload,
    timeoutSeconds,
    whenOffline,
    expiresAt,
    ...(origin === undefined ? {} : { origin }),
    messageId,
    task: place,
  })
  if (!('refused' in result)) return countEnd(system, result)
  const issues = (result.issues ?? []).map(({ path, message }) => `${path}: ${message}`)
  const error = { code: result.refused, description: [result.detail, ...issues].join('; ') }
  await recordEnded(system, task, target, { status: 'Undelivered', closedAt: now, error })
}

/** A call that ends before it could be sent. It stands on record like any other; one that is there already stays. */
async function recordEnded(
  system: CentralSystem,
  { action, payload, createdAt, timeoutSeconds, whenOffline, expiresAt, origin }: Task,
  { chargePointId, messageId, place }: Target,
  end: Pick<CallRecord, 'status' | 'closedAt' | 'error'>,
): Promise<void> {
  const call: CallRecord = {
    chargePointId,
    messageId,
    action,
    payload,
    ...end,
    ...(origin === undefined ? {} : { origin }),
    task: place,
    createdAt,
    timeoutSeconds,
    expiresAt,
    ...(whenOffline === 'queue' ? { queueWhenOffline: true } : {}),
  }
  if ((await system.store.recordCall(call)) === 'recorded') return countEnd(system, call)
  const known = await system.store.getCall(chargePointId, messageId)
  if (known) await countEnd(system, known)
}

/** Takes back the calls of a batch that have not been sent; those that were never asked for end here as well. */
export async function cancelBatch(system: CentralSystem, task: Task, batch: number): Promise<void> {
  const { cancelledAt = system.clock().toISOString() } = task
  await forEach(await targetsOf(system, task.taskId, batch), async (target) => {
    await recordEnded(system, task, target, { status: 'Cancelled', closedAt: cancelledAt })
    await cancel(system, target.chargePointId, target.messageId)
  })
}

/** The deadline has passed: every call has ended, and is counted now if it was not. Before it, the step asks for itself again. */
export async function finish(system: CentralSystem, task: Task): Promise<void> {
  const now = system.clock()
  if (task.deadline < now.toISOString()) return endOverdue(system, task)
  await system.schedule([{ taskId: task.taskId, step: 'finish' }], delayUntil(task.deadline, now))
}

/** Counts what has not been counted, by one write per batch, and ends the task. */
export async function endOverdue(system: CentralSystem, task: Task): Promise<void> {
  const { store } = system
  const counted = new Map((await store.listTallies(task.taskId)).map(({ batch, ends }) => [batch, ends]))
  const batches = Array.from({ length: task.batches }, (_, batch) => batch)
  await forEach(batches, async (batch) => {
    const ends = counted.get(batch) ?? {}
    if (Object.keys(ends).length >= BATCH_SIZE) return
    const targets = await targetsOf(system, task.taskId, batch)
    const uncounted = targets.filter(({ place }) => ends[place.position] === undefined)
    if (uncounted.length > 0) await countOverdue(system, task, batch, uncounted)
  })
  // What was not found by now is not looked for any more.
  await endIfCounted(system, { ...task, gathered: true }, await store.listTallies(task.taskId))
}

/** Their ends as anybody would read them: the records need not say so. */
async function countOverdue(
  system: CentralSystem,
  task: Task,
  batch: number,
  targets: Target[],
): Promise<void> {
  const now = system.clock().toISOString()
  const calls = await system.store.getCalls(targets)
  const ends = targets.map(({ place: { position } }, index): TallyEnd => {
    const call = calls[index] && asOf(calls[index], now)
    if (!call) return { position, ...neverAsked(task) }
    const { status, closedAt = task.deadline } = call
    return status === 'Queued' || status === 'Sent'
      ? { position, status: 'TimedOut', at: task.deadline }
      : { position, status, at: closedAt }
  })
  await system.store.tallyEnds(task.taskId, batch, ends)
}

/** The end of a call that was to be asked for and never was. */
function neverAsked({ cancelledAt, expiresAt }: Task): { status: 'Cancelled' | 'Expired'; at: string } {
  return cancelledAt === undefined
    ? { status: 'Expired', at: expiresAt }
    : { status: 'Cancelled', at: cancelledAt }
}

/** A few at once; the others go on where one fails, and the first failure is thrown in the end. */
async function forEach<T>(items: T[], run: (item: T) => Promise<unknown>): Promise<void> {
  const failures: unknown[] = []
  const waiting = [...items]
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift())
      await run(item).catch((error: unknown) => failures.push(error))
  }
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, work))
  if (failures.length > 0) throw failures[0]
}
