import {
  BATCH_SIZE,
  type CallRecord,
  type CallStatus,
  type Page,
  type PageRequest,
  type Task,
} from '../store/port.ts'
import { asOf } from './call.ts'
import type { CentralSystem } from './system.ts'
import { callOfTask } from './task-steps.ts'

export interface TaskResult {
  chargePointId: string
  messageId: string
  /** Waiting: the call has not been asked for yet. */
  status: CallStatus | 'Waiting'
  call?: CallRecord
}

/** Batches that one page looks through for a status. */
const BATCHES_AT_ONCE = 20

/** How the call of each charge point of a task stands, in the order of its batches. */
export async function listResults(
  system: CentralSystem,
  task: Task,
  { limit, cursor }: PageRequest,
  status?: TaskResult['status'],
): Promise<Page<TaskResult> | 'invalid-cursor'> {
  const start = readCursor(cursor)
  if (!start || start.batch > task.batches) return 'invalid-cursor'
  const found: (TaskResult & Position)[] = []
  let { batch, position } = start
  for (let looks = 0; batch < task.batches && found.length <= limit && looks < BATCHES_AT_ONCE; looks++) {
    const results = await resultsOf(system, task, batch, position)
    found.push(...results.filter((each) => status === undefined || each.status === status))
    batch += 1
    position = 0
  }
  const shown = found.slice(0, fitting(found.slice(0, limit)))
  const next = found[shown.length]
  const rest: Position | undefined = next ?? (batch < task.batches ? { batch, position: 0 } : undefined)
  return {
    items: shown.map(({ batch: _, position: __, ...result }) => result),
    ...(rest ? { cursor: writeCursor(rest) } : {}),
  }
}

/** Lambda answers with 6 MB at the most. */
const PAGE_MAX_BYTES = 4_000_000

/** How many results fit on a page; one at least. */
function fitting(results: TaskResult[]): number {
  let bytes = 0
  const beyond = results.findIndex((result) => {
    bytes += Buffer.byteLength(JSON.stringify(result))
    return bytes > PAGE_MAX_BYTES
  })
  return beyond < 0 ? results.length : Math.max(1, beyond)
}

interface Position {
  batch: number
  position: number
}

async function resultsOf(
  { store, clock }: CentralSystem,
  { taskId, cancelledAt, endedAt }: Task,
  batch: number,
  from: number,
): Promise<(TaskResult & Position)[]> {
  const now = clock().toISOString()
  const { chargePointIds = [] } = (await store.getBatch(taskId, batch)) ?? {}
  const ids = chargePointIds.slice(from)
  const keys = ids.map((chargePointId) => ({ chargePointId, messageId: callOfTask(taskId, chargePointId) }))
  const calls = await store.getCalls(keys)
  const unasked = cancelledAt !== undefined ? 'Cancelled' : endedAt !== undefined ? 'Expired' : 'Waiting'
  return keys.map((key, place) => {
    const call = calls[place] && asOf(calls[place], now)
    return {
      ...key,
      status: call?.status ?? unasked,
      ...(call ? { call } : {}),
      batch,
      position: from + place,
    }
  })
}

function writeCursor({ batch, position }: Position): string {
  return Buffer.from(`${batch}.${position}`).toString('base64url')
}

function readCursor(cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return { batch: 0, position: 0 }
  const match = /^(\d{1,6})\.(\d{1,3})$/.exec(Buffer.from(cursor, 'base64url').toString())
  const position = Number(match?.[2])
  return match && position < BATCH_SIZE ? { batch: Number(match[1]), position } : undefined
}
