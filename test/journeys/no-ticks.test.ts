import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCall, request } from '../../lib/central-system/request.ts'
import type { Refusal } from '../../lib/central-system/system.ts'
import { listResults } from '../../lib/central-system/task-results.ts'
import { createTask, readTask } from '../../lib/central-system/tasks.ts'
import type { CallRecord, Task } from '../../lib/store/port.ts'
import { aChargePoint, startSystem, type TestSystem } from '../support/system.ts'

/** Ticks are recorded and never delivered. */
describe('without a single tick', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const ask = async (chargePointId: string, action: string, more: object = {}): Promise<CallRecord> =>
    made(await request(test.system, chargePointId, { action, payload: {}, whenOffline: 'queue', ...more }))

  const statusOf = async ({ chargePointId, messageId }: CallRecord) =>
    (await readCall(test.system, chargePointId, messageId))?.status

  /** The calls that were pushed over a connection, and none of the answers. */
  const sentTo = ({ connectionId }: { connectionId: string }): string[] =>
    test.pushed
      .filter((each) => each.connectionId === connectionId)
      .map(({ frame }) => JSON.parse(frame))
      .filter(([type]) => type === 2)
      .map(([, messageId]) => messageId)

  it('calls that are not answered are TimedOut by their deadlines, and every message sends the next one', async () => {
    const chargePoint = await aChargePoint(test)
    const { chargePointId } = chargePoint
    const calls = [
      await ask(chargePointId, 'ClearCache'),
      await ask(chargePointId, 'GetLocalListVersion'),
      await ask(chargePointId, 'ClearCache'),
    ] as const
    for (const [turn, call] of calls.entries()) {
      expect(sentTo(chargePoint)).toEqual(calls.slice(0, turn + 1).map(({ messageId }) => messageId))
      expect(await statusOf(call)).toBe('Sent')
      test.clock.advance(31)
      expect(await statusOf(call)).toBe('TimedOut')
      await chargePoint.call('Heartbeat')
    }
    expect(sentTo(chargePoint)).toEqual(calls.map(({ messageId }) => messageId))
    const next = await ask(chargePointId, 'ClearCache')
    expect(await statusOf(next)).toBe('Sent')
    await chargePoint.answer(next.messageId, { status: 'Accepted' })
    expect(await statusOf(next)).toBe('Answered')
  })

  it('calls that wait expire, and the first message after a connect sends what still waits', async () => {
    const chargePoint = await aChargePoint(test, { connected: false })
    const { chargePointId } = chargePoint
    const soon = new Date(test.clock.now().getTime() + 60_000).toISOString()
    const first = await ask(chargePointId, 'ClearCache', { expiresAt: soon })
    const second = await ask(chargePointId, 'GetLocalListVersion')
    test.clock.advance(61)
    expect([await statusOf(first), await statusOf(second)]).toEqual(['Expired', 'Queued'])
    await chargePoint.connect()
    await chargePoint.call('Heartbeat')
    expect(sentTo(chargePoint)).toEqual([second.messageId])
    await chargePoint.answer(second.messageId, { listVersion: 0 })
    expect([await statusOf(first), await statusOf(second)]).toEqual(['Expired', 'Answered'])
  })

  it('a charge point that hangs up over a call has the next one sent over its new connection', async () => {
    const chargePoint = await aChargePoint(test)
    const { chargePointId } = chargePoint
    const first = await ask(chargePointId, 'ClearCache')
    const second = await ask(chargePointId, 'GetLocalListVersion')
    const before = { connectionId: chargePoint.connectionId }
    await chargePoint.connect()
    await chargePoint.call('Heartbeat')
    expect([sentTo(before), sentTo(chargePoint)]).toEqual([[first.messageId], [second.messageId]])
    await chargePoint.answer(second.messageId, { listVersion: 0 })
    test.clock.advance(31)
    expect([await statusOf(first), await statusOf(second)]).toEqual(['TimedOut', 'Answered'])
  })

  it('a task ends by its deadline, whoever of its charge points was never heard of again', async () => {
    const answering = await aChargePoint(test)
    const silent = await aChargePoint(test)
    const away = await aChargePoint(test, { connected: false })
    const chargePointIds = [answering, silent, away].map((each) => each.chargePointId)
    const task = made(await createTask(test.system, { action: 'ClearCache', payload: {}, chargePointIds }))
    await test.takeSteps()
    const [messageId] = sentTo(answering) as [string]
    await answering.answer(messageId, { status: 'Accepted' })

    test.clock.advance(31)
    const { items } = (await listResults(test.system, task, { limit: 10 })) as Exclude<
      Awaited<ReturnType<typeof listResults>>,
      string
    >
    expect(items.map(({ status }) => status)).toEqual(['Answered', 'TimedOut', 'Queued'])
    test.clock.advance((Date.parse(task.deadline) - test.clock.now().getTime()) / 1000 + 1)
    const state = await readTask(test.system, task.taskId)
    expect(state).toMatchObject({ waiting: 0, counts: { Answered: 1, TimedOut: 1, Expired: 1 } })
    expect(state?.task.endedAt && state.task.endedAt <= task.deadline).toBe(true)
  })

  it('nobody was waited for: the ticks lie there untouched', () => {
    expect(test.ticks.length).toBeGreaterThan(0)
  })
})

function made<T extends CallRecord | Task>(result: T | Refusal): T {
  if ('refused' in result) throw new Error(JSON.stringify(result))
  return result
}
