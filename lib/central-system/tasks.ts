import { CENTRAL_SYSTEM_ACTIONS } from '../actions/index.ts'
import { readStrictly } from '../ocpp/schema.ts'
import type { ChargePointFilter, Task, TaskCounts } from '../store/port.ts'
import { DEFAULT_EXPIRY_SECONDS, DEFAULT_TIMEOUT_SECONDS } from './draft.ts'
import { FRAME_MAX_BYTES } from './message-log.ts'
import { hashPassword } from './password.ts'
import { poll } from './request.ts'
import type { CentralSystem, Refusal, TaskStep } from './system.ts'
import { batchesOf, countsOf, endedIn } from './tally.ts'
import { cancelBatch, endOverdue, finish, gather, sendBatch } from './task-steps.ts'
import { delayUntil, secondsAfter } from './time.ts'

export interface TaskWish {
  action: string
  payload: Record<string, unknown>
  chargePointIds?: string[]
  filter?: ChargePointFilter
  timeoutSeconds?: number
  /** `queue` unless said. */
  whenOffline?: 'refuse' | 'queue'
  expiresAt?: string
  origin?: string
}

export interface TaskState {
  task: Task
  counts: TaskCounts
  /** Calls that have not ended. */
  waiting: number
}

/** Batches written at once, while a task is made. */
const WRITES_AT_ONCE = 10

/**
 * One action for many charge points, each by a call of its own. All that is done here is to write down what is to be done:
 * the calls go out batch by batch, and the task ends, by its deadline at the latest, whatever becomes of them.
 */
export async function createTask(system: CentralSystem, wish: TaskWish): Promise<Task | Refusal> {
  const refusal = await refusalOf(wish)
  if (refusal) return refusal
  const { action, payload, filter, whenOffline = 'queue', origin } = wish
  const createdAt = system.clock()
  const taskId = system.newMessageId()
  const timeoutSeconds = wish.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS
  const expiresAt = wish.expiresAt ?? secondsAfter(createdAt, DEFAULT_EXPIRY_SECONDS)
  const targets = [...new Set(wish.chargePointIds ?? [])]
  const batches = batchesOf(targets)
  const task: Task = {
    taskId,
    action,
    payload,
    ...(origin === undefined ? {} : { origin }),
    createdAt: createdAt.toISOString(),
    timeoutSeconds,
    whenOffline,
    expiresAt,
    deadline: secondsAfter(new Date(expiresAt), timeoutSeconds + 1),
    ...(filter ? { filter } : {}),
    batches: batches.length,
    targets: targets.length,
    gathered: filter === undefined,
  }
  for (let first = 0; first < batches.length; first += WRITES_AT_ONCE) {
    await Promise.all(
      batches
        .slice(first, first + WRITES_AT_ONCE)
        .map((batch, position) => system.store.addBatch(taskId, first + position, batch)),
    )
  }
  await system.schedule([{ taskId, step: 'finish' }], delayUntil(task.deadline, createdAt))
  await system.store.createTask(task)
  const steps = batches.map((_, batch): TaskStep => ({ taskId, step: 'send', batch }))
  await system
    .schedule(filter ? [{ taskId, step: 'gather', batch: 0 }] : steps)
    .catch(async (error: unknown) => {
      // Whoever asked is told that it failed, and may ask again: what of it is on its way is taken back.
      await system.store.cancelTask(taskId, system.clock().toISOString())
      throw error
    })
  return task
}

/** What every charge point would refuse is refused here; what is composed for each of them cannot be looked at yet. */
async function refusalOf({ action, payload }: TaskWish): Promise<Refusal | undefined> {
  const row = CENTRAL_SYSTEM_ACTIONS.get(action)
  if (!row)
    return { refused: 'unknown-action', detail: `${action} is not an action the central system sends` }
  if (Buffer.byteLength(JSON.stringify(payload)) > FRAME_MAX_BYTES)
    return { refused: 'too-large', detail: `the frame is larger than ${FRAME_MAX_BYTES} bytes` }
  const reading = readStrictly(row.request, payload)
  if (!reading.ok) {
    const issues = reading.violations.filter(({ path }) => !row.composes?.includes(path))
    return issues.length > 0
      ? { refused: 'invalid', detail: `the payload of ${action} breaks its schema`, issues }
      : undefined
  }
  if (await row.conceal?.(reading.value, hashPassword))
    return { refused: 'secret', detail: 'a secret is not for many charge points; send it to each by a call' }
  return undefined
}

/** Takes one step of a task. Taken again, it does nothing more. */
export async function runTaskStep(system: CentralSystem, step: TaskStep): Promise<void> {
  const task = await system.store.getTask(step.taskId)
  if (!task || task.endedAt !== undefined) return
  switch (step.step) {
    case 'gather':
      return gather(system, task, step)
    case 'send':
      return task.cancelledAt === undefined
        ? sendBatch(system, task, step.batch)
        : cancelBatch(system, task, step.batch)
    case 'cancel':
      return cancelBatch(system, task, step.batch)
    case 'finish':
      return finish(system, task)
  }
}

export async function readTask(system: CentralSystem, taskId: string): Promise<TaskState | undefined> {
  const task = await system.store.getTask(taskId)
  return task && stateOf(system, task)
}

/** How it stands now. One whose deadline has passed is ended, if nobody has done it. */
export async function stateOf(system: CentralSystem, task: Task): Promise<TaskState> {
  if (task.counts) return { task, counts: task.counts, waiting: 0 }
  if (task.deadline < system.clock().toISOString()) {
    await endOverdue(system, task)
    const ended = await system.store.getTask(task.taskId)
    if (ended?.counts) return { task: ended, counts: ended.counts, waiting: 0 }
  }
  const counts = countsOf(await system.store.listTallies(task.taskId))
  return { task, counts, waiting: Math.max(0, task.targets - endedIn(counts)) }
}

/** Waits for its end, until then at the most; as it stands then. */
export function waitForTask(
  system: CentralSystem,
  taskId: string,
  until: number,
): Promise<TaskState | undefined> {
  return poll(
    () => readTask(system, taskId),
    (state) => state?.task.endedAt !== undefined,
    until,
  )
}

/** Takes back what has not been sent. What was sent ends by its deadline, and the task with it. */
export async function cancelTask(
  system: CentralSystem,
  taskId: string,
): Promise<{ cancelled: boolean; state: TaskState } | undefined> {
  const state = await readTask(system, taskId)
  if (!state || state.task.endedAt !== undefined) return state && { cancelled: false, state }
  const task = await system.store.cancelTask(taskId, system.clock().toISOString())
  if (!task) {
    const ended = await readTask(system, taskId)
    return ended && { cancelled: false, state: ended }
  }
  const steps = Array.from(
    { length: task.batches },
    (_, batch): TaskStep => ({ taskId, step: 'cancel', batch }),
  )
  await system.schedule(steps)
  return { cancelled: true, state: { ...state, task } }
}
