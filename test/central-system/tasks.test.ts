import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { request } from '../../lib/central-system/request.ts'
import type { TaskStep } from '../../lib/central-system/system.ts'
import { listResults, type TaskResult } from '../../lib/central-system/task-results.ts'
import {
  cancelTask,
  createTask,
  readTask,
  runTaskStep,
  type TaskWish,
} from '../../lib/central-system/tasks.ts'
import { tick } from '../../lib/central-system/tick.ts'
import type { Task } from '../../lib/store/port.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'

const RESET = { action: 'Reset', payload: { type: 'Soft' } }

describe('a task', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const create = async (wish: Partial<TaskWish>): Promise<Task> => {
    const task = await createTask(test.system, { ...RESET, ...wish })
    if ('refused' in task) throw new Error(`${task.refused}: ${task.detail}`)
    return task
  }
  const results = async (task: Task, status?: TaskResult['status'], limit = 200) => {
    const current = (await test.store.getTask(task.taskId)) ?? task
    const page = await listResults(test.system, current, { limit }, status)
    if (page === 'invalid-cursor') throw new Error(page)
    return page.items
  }
  const idsOf = (chargePoints: TestChargePoint[]) => chargePoints.map(({ chargePointId }) => chargePointId)
  const answer = (chargePoint: TestChargePoint, task: Task, response: object = { status: 'Accepted' }) =>
    results(task).then((items) =>
      chargePoint.answer(
        items.find(({ chargePointId }) => chargePointId === chargePoint.chargePointId)?.messageId ?? '',
        response,
      ),
    )

  it('is a call for each charge point, named once or twice, and ends with the last of them', async () => {
    const chargePoints = await Promise.all([aChargePoint(test), aChargePoint(test)])
    const ids = idsOf(chargePoints)
    const task = await create({ chargePointIds: [...ids, ...ids], origin: 'somebody' })
    expect(await readTask(test.system, task.taskId)).toMatchObject({ waiting: 2, task: { targets: 2 } })
    expect(await results(task)).toMatchObject([{ status: 'Waiting' }, { status: 'Waiting' }])
    await test.takeSteps()
    expect(await results(task)).toMatchObject([
      { chargePointId: ids[0], status: 'Sent', call: { origin: 'somebody', payload: { type: 'Soft' } } },
      { chargePointId: ids[1], status: 'Sent' },
    ])
    await answer(chargePoints[0] as TestChargePoint, task)
    expect(await readTask(test.system, task.taskId)).toMatchObject({ waiting: 1, counts: { Answered: 1 } })
    const endedAt = test.clock.advance(5)
    await answer(chargePoints[1] as TestChargePoint, task, { status: 'Rejected' })
    expect(await readTask(test.system, task.taskId)).toMatchObject({
      waiting: 0,
      counts: { Answered: 2, TimedOut: 0 },
      task: { endedAt },
    })
  })

  it('sends nothing twice, however often its steps are taken', async () => {
    const chargePoint = await aChargePoint(test)
    const task = await create({ chargePointIds: [chargePoint.chargePointId] })
    const send = { taskId: task.taskId, step: 'send', batch: 0 } as const
    await Promise.all([1, 2, 3].map(() => runTaskStep(test.system, send)))
    await answer(chargePoint, task)
    await runTaskStep(test.system, send)
    expect(test.pushed.filter(({ connectionId }) => connectionId === chargePoint.connectionId)).toHaveLength(
      1,
    )
    expect(await test.store.getLive(chargePoint.chargePointId)).not.toHaveProperty('inFlight')
    expect(await readTask(test.system, task.taskId)).toMatchObject({ counts: { Answered: 1 } })
  })

  it('tells how each ended: answered, refused, silent, unknown, offline, too late', async () => {
    const [good, bad, silent] = await Promise.all([
      aChargePoint(test),
      aChargePoint(test),
      aChargePoint(test),
    ])
    const away = await aChargePoint(test, { connected: false })
    const ids = [...idsOf([good, bad, silent, away]), 'nobody']
    const expiresAt = new Date(test.clock.now().getTime() + 60_000).toISOString()
    const task = await create({ chargePointIds: ids, expiresAt, timeoutSeconds: 10 })
    await test.takeSteps()
    await answer(good, task)
    const refused = (await results(task))[1]
    await bad.send(JSON.stringify([4, refused?.messageId, 'InternalError', 'no', {}]))
    test.clock.advance(11)
    for (const each of test.ticks.splice(0)) await tick(test.system, each)
    test.clock.advance(120)
    const state = await readTask(test.system, task.taskId)
    expect(state).toMatchObject({
      waiting: 0,
      counts: { Answered: 1, Refused: 1, TimedOut: 1, Undelivered: 1, Expired: 1, Cancelled: 0 },
      task: { endedAt: expiresAt },
    })
    const description = expect.stringContaining('nobody')
    expect(await results(task)).toMatchObject([
      { status: 'Answered', call: { response: { status: 'Accepted' } } },
      { status: 'Refused', call: { error: { code: 'InternalError' } } },
      { status: 'TimedOut' },
      { status: 'Expired' },
      { status: 'Undelivered', call: { error: { code: 'unknown', description } } },
    ])
    expect((await results(task, 'TimedOut')).map(({ chargePointId }) => chargePointId)).toEqual([
      silent.chargePointId,
    ])
  })

  it('refuses those that are offline where it is told to', async () => {
    const away = await aChargePoint(test, { connected: false })
    const task = await create({ chargePointIds: [away.chargePointId], whenOffline: 'refuse' })
    await test.takeSteps()
    expect(await results(task)).toMatchObject([
      { status: 'Undelivered', call: { error: { code: 'offline' } } },
    ])
    expect((await readTask(test.system, task.taskId))?.task.endedAt).toBeDefined()
  })

  it('finds its charge points by a filter, a batch at a time', async () => {
    const labelled = { tags: ['depot'], siteId: 'north' }
    const found = await Promise.all(Array.from({ length: 103 }, () => aChargePoint(test, labelled)))
    await aChargePoint(test, { tags: ['depot'], siteId: 'south' })
    const [first] = found
    await first?.call('BootNotification', {
      chargePointVendor: 'V',
      chargePointModel: 'M',
      firmwareVersion: '7',
    })
    await first?.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Faulted' })
    await test.store.relist({ kind: 'chargePoint', chargePointId: first?.chargePointId ?? '' })
    const task = await create({ filter: { tag: 'depot', siteId: 'north' } })
    await test.takeSteps()
    const state = await readTask(test.system, task.taskId)
    expect(state).toMatchObject({ waiting: 103, task: { targets: 103, gathered: true } })
    const sent = (await results(task)).map(({ chargePointId }) => chargePointId)
    expect(sent.sort()).toEqual(idsOf(found).sort())
    for (const filter of [
      { vendor: 'V', model: 'M' },
      { firmwareVersion: '7' },
      { connectorStatus: 'Faulted' },
    ]) {
      const narrow = await create({ filter })
      await test.takeSteps()
      expect((await results(narrow)).map(({ chargePointId }) => chargePointId)).toEqual([
        first?.chargePointId,
      ])
    }
    const none = await create({ filter: { vendor: 'Nobody' } })
    await test.takeSteps()
    expect(await readTask(test.system, none.taskId)).toMatchObject({
      waiting: 0,
      task: { targets: 0, endedAt: none.createdAt },
    })
  })

  it('finds each of them once, though the fleet changes and its steps are taken again', async () => {
    const siteId = 'changing'
    const fleet = await Promise.all(Array.from({ length: 130 }, () => aChargePoint(test, { siteId })))
    const task = await create({ filter: { siteId } })
    const [first] = test.steps
      .splice(0)
      .filter((each) => 'step' in each && each.step === 'gather') as TaskStep[]
    if (!first) throw new Error('nothing is gathered')
    await runTaskStep(test.system, first)
    for (const each of fleet.slice(0, 50))
      await test.store.updateChargePoint(each.chargePointId, { siteId: 'elsewhere' }, test.clock.iso())
    await runTaskStep(test.system, first)
    await test.takeSteps()
    const { targets = 0, batches = 0 } = (await test.store.getTask(task.taskId)) ?? {}
    const found = await Promise.all(
      Array.from({ length: batches }, (_, batch) => test.store.getBatch(task.taskId, batch)),
    )
    const ids = found.flatMap((each) => each?.chargePointIds ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    expect(targets).toBe(ids.length)
    test.clock.advance(20 * 60)
    expect(await readTask(test.system, task.taskId)).toMatchObject({ waiting: 0 })
  })

  it('is read page by page, in one order, with or without a status', async () => {
    const ids = Array.from({ length: 205 }, (_, position) => `nobody-${String(position).padStart(3, '0')}`)
    const task = await create({ chargePointIds: ids })
    await test.takeSteps()
    for (const status of [undefined, 'Undelivered'] as const) {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await listResults(
          test.system,
          task,
          { limit: 60, ...(cursor === undefined ? {} : { cursor }) },
          status,
        )
        if (page === 'invalid-cursor') throw new Error(page)
        seen.push(...page.items.map(({ chargePointId }) => chargePointId))
        cursor = page.cursor
      } while (cursor !== undefined)
      expect(seen).toEqual(ids)
    }
    expect(await results(task, 'Answered')).toEqual([])
    expect(await listResults(test.system, task, { limit: 5, cursor: 'nonsense' })).toBe('invalid-cursor')
  })

  it('takes back what has not been sent; what was sent has its own end', async () => {
    const sent = await aChargePoint(test)
    const busy = await aChargePoint(test)
    const away = await aChargePoint(test, { connected: false })
    await request(test.system, busy.chargePointId, RESET)
    const task = await create({ chargePointIds: idsOf([sent, busy, away]) })
    await test.takeSteps()
    expect(await cancelTask(test.system, task.taskId)).toMatchObject({ cancelled: true })
    await test.takeSteps()
    expect((await results(task)).map(({ status }) => status)).toEqual(['Sent', 'Cancelled', 'Cancelled'])
    expect((await readTask(test.system, task.taskId))?.task.endedAt).toBeUndefined()
    await answer(sent, task)
    expect(await readTask(test.system, task.taskId)).toMatchObject({
      counts: { Answered: 1, Cancelled: 2 },
      task: { cancelledAt: expect.any(String), endedAt: expect.any(String) },
    })
    expect(await cancelTask(test.system, task.taskId)).toMatchObject({ cancelled: false })
    expect(await cancelTask(test.system, '019ab3f2-0000-7000-8000-000000000000')).toBeUndefined()
  })

  it('cancelled before a step was taken, sends nothing at all', async () => {
    const chargePoint = await aChargePoint(test)
    const task = await create({ chargePointIds: [chargePoint.chargePointId] })
    await cancelTask(test.system, task.taskId)
    await test.takeSteps()
    expect(await results(task)).toMatchObject([{ status: 'Cancelled' }])
    expect(test.pushed.filter(({ connectionId }) => connectionId === chargePoint.connectionId)).toEqual([])
  })

  it('does not begin with what every charge point would refuse, or with a secret', async () => {
    const refusal = (wish: Partial<TaskWish>) =>
      createTask(test.system, { ...RESET, chargePointIds: ['a'], ...wish })
    expect(await refusal({ action: 'Explode' })).toMatchObject({ refused: 'unknown-action' })
    expect(await refusal({ payload: { type: 'Gentle' } })).toMatchObject({
      refused: 'invalid',
      issues: [{ path: 'type' }],
    })
    const secret = { key: 'AuthorizationKey', value: '00112233445566778899aabbccddeeff' }
    expect(await refusal({ action: 'ChangeConfiguration', payload: secret })).toMatchObject({
      refused: 'secret',
    })
  })
})
