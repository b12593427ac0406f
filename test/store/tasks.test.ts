import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InvalidCursorError } from '../../lib/store/paging.ts'
import { BATCH_SIZE, CLOSED_STATUSES, type Task } from '../../lib/store/port.ts'
import { startSystem, type TestSystem } from '../support/system.ts'
import { readThrough } from './pages.ts'

describe('tasks', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const aTask = async (more: Partial<Task> = {}): Promise<Task> => {
    const createdAt = test.clock.advance(1)
    const task: Task = {
      taskId: v7({ msecs: Date.parse(createdAt) }),
      action: 'Reset',
      payload: { type: 'Soft' },
      createdAt,
      timeoutSeconds: 60,
      whenOffline: 'queue',
      expiresAt: '2026-03-02T08:00:00.000Z',
      deadline: '2026-03-02T08:01:00.000Z',
      batches: 0,
      targets: 0,
      gathered: false,
      ...more,
    }
    await test.store.createTask(task)
    return task
  }
  const read = (task: Task) => test.store.getTask(task.taskId)

  it('are kept as they were created, the first time', async () => {
    const task = await aTask({
      origin: 'me',
      payload: { chargingProfileId: 1, vendor: { '': [1e300, null] } },
      filter: { vendor: 'V', connectorStatus: 'Faulted' },
    })
    await test.store.createTask({ ...task, action: 'ClearCache' })
    expect(await read(task)).toEqual(task)
    expect(await test.store.getTask(v7())).toBeUndefined()
  })

  it('are listed newest first, page by page', async () => {
    const tasks = [await aTask(), await aTask(), await aTask()].reverse()
    const { items, pages } = await readThrough((page) => test.store.listTasks({}, page))
    expect(items.slice(0, 3)).toEqual(tasks)
    expect(new Set(items.map(({ taskId }) => taskId)).size).toBe(items.length)
    expect(pages).toBe(Math.ceil(items.length / 2))
    await expect(test.store.listTasks({}, { limit: 2, cursor: 'elsewhere' })).rejects.toThrow(
      InvalidCursorError,
    )
  })

  it('keep a batch as it was first written', async () => {
    const { taskId } = await aTask()
    await test.store.addBatch(taskId, 0, ['CP1', 'CP2'], 'from here')
    await test.store.addBatch(taskId, 0, ['CP3'], 'from there')
    await test.store.addBatch(taskId, 12, ['CP4'])
    expect(await test.store.getBatch(taskId, 0)).toEqual({
      chargePointIds: ['CP1', 'CP2'],
      next: 'from here',
    })
    expect(await test.store.getBatch(taskId, 12)).toEqual({ chargePointIds: ['CP4'] })
    expect(await test.store.getBatch(taskId, 1)).toBeUndefined()
  })

  it('count a gathered batch once, in its turn', async () => {
    const task = await aTask()
    const note = (batch: number, targets: number, done = false) =>
      test.store.noteGathered(task.taskId, { batch, targets, done })
    expect(await note(0, 100)).toMatchObject({ batches: 1, targets: 100, gathered: false })
    expect(await note(0, 100)).toMatchObject({ batches: 1, targets: 100, gathered: false })
    expect(await note(2, 100)).toMatchObject({ batches: 1, targets: 100 })
    expect(await note(1, 7, true)).toMatchObject({ batches: 2, targets: 107, gathered: true })
    expect(await note(1, 7, true)).toEqual(await read(task))
    expect(await test.store.noteGathered(v7(), { batch: 0, targets: 1, done: true })).toBeUndefined()
  })

  it('are cancelled once, and not after their end', async () => {
    const task = await aTask()
    const first = await test.store.cancelTask(task.taskId, '2026-03-01T09:00:00.000Z')
    expect(first?.cancelledAt).toBe('2026-03-01T09:00:00.000Z')
    expect(await test.store.cancelTask(task.taskId, '2026-03-01T10:00:00.000Z')).toEqual(first)
    const over = await aTask()
    const counts = { Answered: 1, Refused: 0, TimedOut: 0, Undelivered: 0, Expired: 0, Cancelled: 0 }
    await test.store.endTask(over.taskId, { endedAt: '2026-03-01T09:00:00.000Z', counts })
    expect(await test.store.cancelTask(over.taskId, '2026-03-01T10:00:00.000Z')).toBeUndefined()
    expect(await test.store.cancelTask(v7(), '2026-03-01T10:00:00.000Z')).toBeUndefined()
    expect(await test.store.getTask(over.taskId)).not.toHaveProperty('cancelledAt')
  })

  it('end once, with what they ended with', async () => {
    const task = await aTask()
    const counts = { Answered: 3, Refused: 1, TimedOut: 0, Undelivered: 0, Expired: 0, Cancelled: 0 }
    const end = { endedAt: '2026-03-01T09:00:00.000Z', counts }
    await test.store.endTask(task.taskId, end)
    await test.store.endTask(task.taskId, {
      endedAt: '2026-03-01T10:00:00.000Z',
      counts: { ...counts, Answered: 9 },
    })
    expect(await read(task)).toEqual({ ...task, ...end })
  })

  it('tally the first end of each call, and when the last of them came', async () => {
    const { taskId } = await aTask()
    const tally = (position: number, status: (typeof CLOSED_STATUSES)[number], second: number) =>
      test.store.tallyEnds(taskId, 3, [{ position, status, at: `2026-03-01T09:00:0${second}.000Z` }])
    expect(await tally(0, 'Answered', 4)).toEqual({
      batch: 3,
      ends: { 0: 'Answered' },
      lastAt: '2026-03-01T09:00:04.000Z',
    })
    expect(await tally(0, 'TimedOut', 5)).toEqual({
      batch: 3,
      ends: { 0: 'Answered' },
      lastAt: '2026-03-01T09:00:04.000Z',
    })
    expect(await tally(99, 'Expired', 2)).toEqual({
      batch: 3,
      ends: { 0: 'Answered', 99: 'Expired' },
      lastAt: '2026-03-01T09:00:04.000Z',
    })
    expect(await tally(99, 'Expired', 2)).toMatchObject({ ends: { 0: 'Answered', 99: 'Expired' } })
    expect((await tally(7, 'Refused', 6)).lastAt).toBe('2026-03-01T09:00:06.000Z')
  })

  it('tally the ends of a whole batch that come at once', async () => {
    const { taskId } = await aTask()
    const status = (position: number) => CLOSED_STATUSES[position % 6] ?? 'Answered'
    const at = (position: number) => new Date(Date.parse('2026-03-01T09:00:00Z') + position).toISOString()
    await Promise.all(
      Array.from({ length: BATCH_SIZE }, (_, position) =>
        test.store.tallyEnds(taskId, 0, [{ position, status: status(position), at: at(position) }]),
      ),
    )
    await test.store.tallyEnds(taskId, 10, [{ position: 0, status: 'Answered', at: at(0) }])
    await test.store.tallyEnds(taskId, 2, [{ position: 0, status: 'Answered', at: at(0) }])
    const tallies = await test.store.listTallies(taskId)
    expect(tallies.map(({ batch }) => batch)).toEqual([0, 2, 10])
    expect(tallies[0]).toEqual({
      batch: 0,
      ends: Object.fromEntries(
        Array.from({ length: BATCH_SIZE }, (_, position) => [position, status(position)]),
      ),
      lastAt: at(BATCH_SIZE - 1),
    })
    expect(await test.store.listTallies(v7())).toEqual([])
  })
})
