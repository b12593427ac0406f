import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CallRecord, Live } from '../../lib/store/port.ts'
import { aChargePoint, startSystem, type TestSystem } from '../support/system.ts'

describe('calls on record', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const aCall = async (chargePointId: string, more: Partial<CallRecord> = {}): Promise<CallRecord> => {
    const call: CallRecord = {
      chargePointId,
      messageId: v7(),
      action: 'Reset',
      payload: { type: 'Soft' },
      status: 'Queued',
      createdAt: test.clock.iso(),
      timeoutSeconds: 60,
      expiresAt: '2026-03-02T08:00:00.000Z',
      ...more,
    }
    await test.store.recordCall(call)
    return call
  }
  const now = '2026-03-01T08:00:00.000Z'
  const deadline = '2026-03-01T08:01:00.000Z'
  const liveOf = async (chargePointId: string) => (await test.store.getLive(chargePointId)) as Live
  const queued = async (ids: string[]) => {
    const { chargePointId } = await aChargePoint(test)
    for (const messageId of ids) await test.store.enqueueCall(chargePointId, messageId)
    return chargePointId
  }

  it('stay as they were recorded first', async () => {
    const task = { taskId: v7(), batch: 0, position: 12, size: 100 }
    const call = await aCall('R1', { composed: true, task })
    expect(await test.store.recordCall({ ...call, action: 'ClearCache' })).toBe('exists')
    expect(await test.store.recordCall({ ...call, messageId: v7() })).toBe('recorded')
    expect(await test.store.getCall('R1', call.messageId)).toEqual(call)
  })

  it('are read many at once in the order asked for', async () => {
    const calls = await Promise.all(Array.from({ length: 120 }, (_, place) => aCall(`Many${place}`)))
    const wanted = calls.toReversed().flatMap((call) => [call, { ...call, messageId: v7() }])
    const found = await test.store.getCalls(wanted)
    expect(found).toEqual(calls.toReversed().flatMap((call) => [call, undefined]))
    expect(await test.store.getCalls([])).toEqual([])
  })

  it('take the slot with the live record as it stands then, again when they hold it', async () => {
    const { chargePointId, connectionId } = await aChargePoint(test)
    const slot = { chargePointId, messageId: 'M1', deadline, now, allowed: ['Accepted'] as const }
    for (const anew of [true, false]) {
      expect(await test.store.takeSlot(slot)).toEqual({
        taken: true,
        anew,
        connectionId,
        live: await liveOf(chargePointId),
      })
    }
    expect((await liveOf(chargePointId)).inFlight).toEqual({ messageId: 'M1', deadline, connectionId })
    expect(await test.store.takeSlot({ ...slot, messageId: 'M2' })).toEqual({ taken: false, reason: 'busy' })
  })

  it('leave the queue from any place in it', async () => {
    const chargePointId = await queued(['M1', 'M2', 'M3'])
    const live = await liveOf(chargePointId)
    const taken = await test.store.takeNext(live, 1, now, deadline)
    expect(taken).toMatchObject({
      messageId: 'M2',
      live: { queue: ['M1', 'M3'], inFlight: { messageId: 'M2' } },
    })
    expect(taken?.live).toEqual(await liveOf(chargePointId))
    expect(await test.store.takeNext(live, 1, now, deadline), 'it is another one’s').toBeUndefined()
    expect(await test.store.takeNext(live, 0, now, deadline)).toBeUndefined()
    expect(await test.store.takeNext(live, 3, now, deadline)).toBeUndefined()
  })

  it('leave the queue only from the place they are in', async () => {
    const chargePointId = await queued(['M1', 'M2', 'M3'])
    const live = await liveOf(chargePointId)
    expect((await test.store.dropQueued(live, 1))?.queue).toEqual(['M1', 'M3'])
    expect((await test.store.dropQueued(live, 1))?.queue).toEqual(['M1', 'M3'])
    expect(await test.store.takeNext(live, 1, now, deadline)).toBeUndefined()
    expect((await test.store.dropQueued(live, 0))?.queue).toEqual(['M3'])
  })

  it('wait once, however often they are put in the queue', async () => {
    const chargePointId = await queued(['M1', 'M2', 'M1'])
    expect(await test.store.enqueueCall(chargePointId, 'M2')).toMatchObject({ queue: ['M1', 'M2'] })
  })

  it('keep the first of what came of them', async () => {
    const call = await aCall('N1', { status: 'Answered' })
    const note = (
      consequence: Parameters<typeof test.store.noteConsequence>[2],
      messageId = call.messageId,
    ) => test.store.noteConsequence('N1', messageId, consequence)
    await note({ transactionId: 7 })
    await note({ transactionId: 8 })
    await note({ bootedAt: now })
    await note({ bootedAt: deadline })
    expect(await test.store.getCall('N1', call.messageId)).toEqual({
      ...call,
      transactionId: 7,
      bootedAt: now,
    })
    await note({ transactionId: 7 }, 'nobody')
    expect(await test.store.getCall('N1', 'nobody')).toBeUndefined()
  })
})
