import { EXISTS, expiresAfter, IS_NEW, keys, partitions } from './keys.ts'
import { pageOfTasks } from './listings/task-pages.ts'
import type { ClosedStatus, Tally, TallyEnd, Task, Tasks } from './port.ts'
import { withoutKeys } from './record.ts'
import type { Item, TableClient } from './table-client.ts'

/** As long as the calls of a task are kept. */
const RETENTION_DAYS = 90

/** The payload is kept as JSON text, as a call's is. */
export function toTask(item: Item): Task {
  const { payload, ...task } = withoutKeys<Omit<Task, 'payload'> & { payload: string }>(item)
  return { ...task, payload: JSON.parse(payload) }
}

/** One letter for each end keeps the ends of a hundred calls within one write unit. */
const LETTERS: Record<ClosedStatus, string> = {
  Answered: 'A',
  Refused: 'R',
  TimedOut: 'T',
  Undelivered: 'U',
  Expired: 'E',
  Cancelled: 'C',
}
const STATUSES = Object.fromEntries(
  Object.entries(LETTERS).map(([status, letter]) => [letter, status as ClosedStatus]),
)

/** `e12` is the end of the call in place 12. */
function toTally(item: Item): Tally {
  const ends = Object.entries(item).flatMap(([name, letter]) => {
    const place = /^e(\d+)$/.exec(name)?.[1]
    const status = STATUSES[String(letter)]
    return place === undefined || status === undefined ? [] : [[Number(place), status] as const]
  })
  return {
    batch: Number(item.sk.slice('TALLY#'.length)),
    ends: Object.fromEntries(ends),
    lastAt: String(item.lastAt),
  }
}

export function taskVerbs(table: TableClient): Tasks {
  async function tallyEnds(taskId: string, batch: number, ends: TallyEnd[]): Promise<Tally> {
    const key = keys.tally(taskId, batch)
    const lastAt = ends.reduce((last, { at }) => (at > last ? at : last), '')
    const first = await table.update({
      key,
      update: `SET ${counting(ends)},#lastAt=:lastAt,#ttl=:ttl`,
      condition: [
        '(attribute_not_exists(#lastAt) OR #lastAt <= :lastAt)',
        ...ends.map(({ position }) => `attribute_not_exists(#e${position})`),
      ].join(' AND '),
      values: { ...lettersOf(ends), lastAt, ttl: expiresAfter(RETENTION_DAYS, lastAt) },
    })
    if (first.written) return toTally(first.item)
    const known = first.item as Item
    const rest = ends.filter(({ position }) => !(`e${position}` in known))
    if (rest.length === 0) return toTally(known)
    if (rest.length < ends.length) return tallyEnds(taskId, batch, rest)
    // A call that ended later was counted before; the latest end stays the latest.
    const values = lettersOf(rest)
    return toTally((await table.update({ key, update: `SET ${counting(rest)}`, values })).item as Item)
  }

  return {
    async createTask(task) {
      await table.put(
        {
          ...keys.task(task.taskId),
          ...task,
          payload: JSON.stringify(task.payload),
          listPk: partitions.tasks,
          listSk: `${task.createdAt}#${task.taskId}`,
          ttl: expiresAfter(RETENTION_DAYS, task.createdAt),
        },
        { condition: IS_NEW },
      )
    },

    async getTask(taskId) {
      const item = await table.get(keys.task(taskId))
      return item && toTask(item)
    },

    listTasks: (filter, page) => pageOfTasks(table, filter, page),

    async addBatch(taskId, batch, chargePointIds, next) {
      await table.put(
        {
          ...keys.batch(taskId, batch),
          chargePointIds,
          ...(next === undefined ? {} : { next }),
          ttl: expiresAfter(RETENTION_DAYS, timeOf(taskId)),
        },
        { condition: IS_NEW },
      )
    },

    async getBatch(taskId, batch) {
      const item = await table.get(keys.batch(taskId, batch))
      return item && withoutKeys<{ chargePointIds: string[]; next?: string }>(item)
    },

    async noteGathered(taskId, { batch, targets, done }) {
      const { item } = await table.update({
        key: keys.task(taskId),
        update: 'SET #batches = :next, #targets = #targets + :targets, #gathered = :done',
        condition: '#batches = :batch',
        values: { batch, next: batch + 1, targets, done },
      })
      return item && toTask(item)
    },

    async cancelTask(taskId, at) {
      const { written, item } = await table.update({
        key: keys.task(taskId),
        update: 'SET #cancelledAt = if_not_exists(#cancelledAt, :at)',
        condition: `${EXISTS} AND attribute_not_exists(#endedAt)`,
        values: { at },
      })
      return written ? toTask(item) : undefined
    },

    tallyEnds,

    async listTallies(taskId) {
      const { pk } = keys.tally(taskId, 0)
      return (await table.queryAll({ partition: pk, prefix: 'TALLY#', consistent: true })).map(toTally)
    },

    async endTask(taskId, { endedAt, counts }) {
      await table.update({
        key: keys.task(taskId),
        update: 'SET #endedAt = :endedAt, #counts = :counts',
        condition: `${EXISTS} AND attribute_not_exists(#endedAt)`,
        values: { endedAt, counts },
      })
    },
  }
}

/** Each end in its place, unless one is there already. */
function counting(ends: TallyEnd[]): string {
  return ends
    .map(({ position, status }) => `#e${position}=if_not_exists(#e${position},:${LETTERS[status]})`)
    .join(',')
}

function lettersOf(ends: TallyEnd[]): Record<string, string> {
  return Object.fromEntries(ends.map(({ status }) => [LETTERS[status], LETTERS[status]]))
}

/** When a UUIDv7 was made: its first 48 bits. */
function timeOf(uuid: string): string {
  return new Date(Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)).toISOString()
}
