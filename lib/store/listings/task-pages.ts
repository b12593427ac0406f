import { partitions } from '../keys.ts'
import { pageOfRows } from '../paging.ts'
import type { Page, PageRequest, Task, TaskFilter } from '../port.ts'
import type { Item, TableClient } from '../table-client.ts'
import { toTask } from '../tasks.ts'
import { pageOfPlaces } from './page.ts'
import { lists } from './places.ts'

export function pageOfTasks(table: TableClient, filter: TaskFilter, page: PageRequest): Promise<Page<Task>> {
  const find = (items: (Item | undefined)[]) =>
    items.map((item) => {
      const task = item && toTask(item)
      return task && matches(filter, task) ? task : undefined
    })
  const { from, to } = filter
  const range = {
    newestFirst: !filter.oldestFirst,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }
  const list = listOf(filter)
  if (list !== undefined)
    return pageOfPlaces(table, { list, ...range }, page, async (records) =>
      find(await table.getMany(records, { consistent: true })),
    )
  const all = { index: 'list', partition: partitions.tasks, ...range } as const
  return pageOfRows(table, all, page, async (rows) => find(rows))
}

function listOf({ running, action, origin }: TaskFilter): string | undefined {
  const { tasks: of } = lists
  if (running) return of.running()
  if (origin !== undefined) return of.origin(origin)
  return action === undefined ? undefined : of.action(action)
}

function matches({ action, origin, running, from, to }: TaskFilter, task: Task): boolean {
  return (
    (action === undefined || task.action === action) &&
    (origin === undefined || task.origin === origin) &&
    (running === undefined || running === (task.endedAt === undefined)) &&
    (from === undefined || task.createdAt >= from) &&
    (to === undefined || task.createdAt < to)
  )
}
