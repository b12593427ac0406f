import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CENTRAL_SYSTEM_ACTIONS } from '../../lib/actions/index.ts'
import { dispatch } from '../../lib/central-system/dispatch.ts'
import { hashPassword } from '../../lib/central-system/password.ts'
import { receive } from '../../lib/central-system/receive.ts'
import { type CallRequest, cancel, readCall, request } from '../../lib/central-system/request.ts'
import type { Tick } from '../../lib/central-system/system.ts'
import { tick } from '../../lib/central-system/tick.ts'
import type { CallRecord } from '../../lib/store/port.ts'
import { authorize } from '../support/authorize.ts'
import { EXAMPLES } from '../support/examples.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'

describe('the central system calls', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const clearCache: CallRequest = { action: 'ClearCache', payload: {} }
  const ask = ({ chargePointId }: TestChargePoint, call: CallRequest = clearCache) =>
    request(test.system, chargePointId, call)
  const asked = async (chargePoint: TestChargePoint, call?: CallRequest) => {
    const record = await ask(chargePoint, call)
    if ('refused' in record) throw new Error(record.detail)
    return record
  }
  const read = async ({ chargePointId, messageId }: CallRecord) =>
    readCall(test.system, chargePointId, messageId)
  const sentTo = ({ connectionId }: TestChargePoint) =>
    test.pushed.filter((each) => each.connectionId === connectionId).map(({ frame }) => JSON.parse(frame))

  it('every action of the table, and reads the answer by id', async () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual([...CENTRAL_SYSTEM_ACTIONS.keys()].sort())
    const chargePoint = await aChargePoint(test)
    for (const [action, { request: payload, response }] of Object.entries(EXAMPLES)) {
      const call = await asked(chargePoint, { action, payload })
      expect(sentTo(chargePoint).at(-1)).toEqual([2, call.messageId, action, payload])
      await chargePoint.answer(call.messageId, response)
      expect(await read(call)).toMatchObject({ action, status: 'Answered', response })
    }
    expect(await test.store.getLive(chargePoint.chargePointId)).not.toHaveProperty('inFlight')
  })

  it.each([
    [{ action: 'Fly', payload: {} }, 'unknown-action'],
    [{ action: 'StartTransaction', payload: {} }, 'unknown-action'],
    [{ action: 'Reset', payload: {} }, 'invalid'],
    [{ action: 'Reset', payload: { type: 'soft' } }, 'invalid'],
    [{ action: 'Reset', payload: { type: 'Soft', hurry: true } }, 'invalid'],
    [{ action: 'DataTransfer', payload: { vendorId: 'v', data: 'x'.repeat(33_000) } }, 'too-large'],
  ])('but not %j', async (call, refused) => {
    const chargePoint = await aChargePoint(test)
    expect(await ask(chargePoint, call)).toMatchObject({ refused })
    expect(sentTo(chargePoint)).toEqual([])
  })

  it('nobody who is unknown, offline, or Rejected; and starts nothing on one that is Pending', async () => {
    expect(await request(test.system, 'Nobody', clearCache)).toMatchObject({ refused: 'unknown' })
    expect(await request(test.system, 'Nobody', { ...clearCache, whenOffline: 'queue' })).toMatchObject({
      refused: 'unknown',
    })
    expect(await ask(await aChargePoint(test, { connected: false }))).toMatchObject({ refused: 'offline' })
    expect(await ask(await aChargePoint(test, { status: 'Rejected' }))).toMatchObject({
      refused: 'not-accepted',
    })
    const pending = await aChargePoint(test, { status: 'Pending' })
    for (const action of ['RemoteStartTransaction', 'RemoteStopTransaction']) {
      const payload = EXAMPLES[action]?.request
      expect(await ask(pending, { action, payload })).toMatchObject({ refused: 'not-accepted' })
    }
    expect(await ask(pending)).toMatchObject({ status: 'Sent' })
  })

  it('one at a time: the next leaves when the first is answered, in order', async () => {
    const chargePoint = await aChargePoint(test)
    const calls = [await asked(chargePoint), await asked(chargePoint), await asked(chargePoint)]
    expect(calls.map(({ status }) => status)).toEqual(['Sent', 'Queued', 'Queued'])
    for (const [position, call] of calls.entries()) {
      expect(sentTo(chargePoint)).toHaveLength(position + 1)
      expect(sentTo(chargePoint).at(-1)[1]).toBe(call.messageId)
      await chargePoint.answer(call.messageId, { status: 'Accepted' })
    }
    for (const call of calls) expect(await read(call)).toMatchObject({ status: 'Answered' })
  })

  it('a CALLERROR ends it as Refused, with the code as the specification spells it', async () => {
    const chargePoint = await aChargePoint(test)
    for (const [frame, error] of [
      [['NotSupported', 'no', { a: 1 }], { code: 'NotSupported', description: 'no', details: { a: 1 } }],
      [['VendorSpecific', 'odd'], { code: 'GenericError', sentCode: 'VendorSpecific', description: 'odd' }],
      [['OccurrenceConstraintViolation'], { code: 'OccurenceConstraintViolation', description: '' }],
      [[], { code: 'GenericError', description: '' }],
    ] as const) {
      const call = await asked(chargePoint)
      await chargePoint.send(JSON.stringify([4, call.messageId, ...frame]))
      expect(await read(call)).toMatchObject({ status: 'Refused', error })
    }
  })

  it('a response that breaks its schema is kept as it came', async () => {
    const chargePoint = await aChargePoint(test)
    const call = await asked(chargePoint)
    await chargePoint.answer(call.messageId, { status: 'Perhaps' })
    expect(await read(call)).toMatchObject({ status: 'Answered', response: { status: 'Perhaps' } })
  })

  it('no answer: it is TimedOut at its deadline without any timer, and the next one goes', async () => {
    const chargePoint = await aChargePoint(test)
    const silent = await asked(chargePoint, { ...clearCache, timeoutSeconds: 10 })
    test.clock.advance(10)
    expect(await read(silent)).toMatchObject({ status: 'Sent' })
    test.clock.advance(1)
    expect(await read(silent)).toMatchObject({ status: 'TimedOut', closedAt: silent.deadline })
    expect(await asked(chargePoint)).toMatchObject({ status: 'Sent' })
  })

  it('a queue moves on when the station is heard after a deadline, or at the tick', async () => {
    for (const wake of ['heard', 'tick']) {
      const chargePoint = await aChargePoint(test)
      const silent = await asked(chargePoint, { ...clearCache, timeoutSeconds: 10 })
      const next = await asked(chargePoint)
      expect(
        test.ticks.find((each) => 'messageId' in each && each.messageId === silent.messageId),
      ).toMatchObject({
        afterSeconds: 11,
      })
      test.clock.advance(11)
      if (wake === 'heard') await chargePoint.call('Heartbeat')
      else await tick(test.system, silent)
      expect(await read(next)).toMatchObject({ status: 'Sent' })
      await tick(test.system, silent)
      expect(await test.store.getCall(silent.chargePointId, silent.messageId)).toMatchObject({
        status: 'TimedOut',
      })
      expect(sentTo(chargePoint)).toHaveLength(2)
    }
  })

  it('a tick before the deadline, or after the answer, does no harm', async () => {
    const chargePoint = await aChargePoint(test)
    const call = await asked(chargePoint)
    await tick(test.system, call)
    expect(await read(call)).toMatchObject({ status: 'Sent' })
    await chargePoint.answer(call.messageId, {})
    const next = await asked(chargePoint)
    await tick(test.system, call)
    expect(await read(call)).toMatchObject({ status: 'Answered' })
    expect(await test.store.getLive(chargePoint.chargePointId)).toMatchObject({
      inFlight: { messageId: next.messageId },
    })
    await tick(test.system, { chargePointId: 'Nobody', messageId: 'none' })
  })

  it("a reply after the deadline is still recorded, and frees no one else's slot", async () => {
    const chargePoint = await aChargePoint(test)
    const late = await asked(chargePoint, { ...clearCache, timeoutSeconds: 10 })
    test.clock.advance(11)
    const next = await asked(chargePoint)
    await chargePoint.answer(late.messageId, { status: 'Accepted' })
    expect(await read(late)).toMatchObject({
      status: 'TimedOut',
      lateReply: { response: { status: 'Accepted' } },
    })
    expect(await test.store.getLive(chargePoint.chargePointId)).toMatchObject({
      inFlight: { messageId: next.messageId },
    })
    await chargePoint.answer(next.messageId, { status: 'Accepted' })
    expect(await read(next)).toMatchObject({ status: 'Answered' })
  })

  it('the first reply wins; the second changes nothing', async () => {
    const chargePoint = await aChargePoint(test)
    const call = await asked(chargePoint)
    await chargePoint.answer(call.messageId, { status: 'Accepted' })
    const first = await read(call)
    await chargePoint.answer(call.messageId, { status: 'Rejected' })
    await chargePoint.send(JSON.stringify([4, call.messageId, 'GenericError', '', {}]))
    expect(await read(call)).toEqual(first)
  })

  it("cannot be closed by another charge point's reply", async () => {
    const [chargePoint, stranger] = [await aChargePoint(test), await aChargePoint(test)]
    const call = await asked(chargePoint)
    await stranger.answer(call.messageId, { status: 'Accepted' })
    expect(await read(call)).toMatchObject({ status: 'Sent' })
  })

  it('crosses a call of the station’s', async () => {
    const chargePoint = await aChargePoint(test)
    const call = await asked(chargePoint)
    expect(await chargePoint.call('Heartbeat')).toHaveProperty('currentTime')
    await chargePoint.answer(call.messageId, { status: 'Accepted' })
    expect(await read(call)).toMatchObject({ status: 'Answered' })
  })

  it('a station that is gone: Undelivered at once, and offline', async () => {
    const chargePoint = await aChargePoint(test)
    test.gone.add(chargePoint.connectionId)
    const call = await asked(chargePoint)
    expect(await read(call)).toMatchObject({ status: 'Undelivered', error: { code: 'Undelivered' } })
    expect(await ask(chargePoint)).toMatchObject({ refused: 'offline' })
  })

  it('a station that is gone, but may come back: the call waits for it at the head of the queue', async () => {
    const chargePoint = await aChargePoint(test)
    test.gone.add(chargePoint.connectionId)
    const call = await asked(chargePoint, { ...clearCache, whenOffline: 'queue' })
    const second = await asked(chargePoint, { ...clearCache, whenOffline: 'queue' })
    expect(await read(call)).toMatchObject({ status: 'Queued' })
    await chargePoint.connect()
    await chargePoint.call('Heartbeat')
    expect(sentTo(chargePoint).map(([, id]) => id)).toEqual([call.messageId])
    await chargePoint.answer(call.messageId, { status: 'Accepted' })
    expect(sentTo(chargePoint).map(([, id]) => id)).toEqual([call.messageId, second.messageId])
  })

  it('a reconnect frees the slot of the connection that is gone; an answer in time still counts', async () => {
    const chargePoint = await aChargePoint(test)
    const before = await asked(chargePoint)
    test.clock.advance(1)
    await chargePoint.connect()
    const after = await asked(chargePoint)
    expect(after.status).toBe('Sent')
    await chargePoint.answer(before.messageId, { status: 'Accepted' })
    expect(await read(before)).toMatchObject({ status: 'Answered' })
    expect(await test.store.getLive(chargePoint.chargePointId)).toMatchObject({
      inFlight: { messageId: after.messageId },
    })
  })

  it('a queued call expires, can be cancelled, and is passed over then', async () => {
    const chargePoint = await aChargePoint(test, { connected: false })
    const queue = { ...clearCache, whenOffline: 'queue' as const }
    const expiring = await asked(chargePoint, {
      ...queue,
      expiresAt: new Date(test.clock.now().getTime() + 5000).toISOString(),
    })
    const cancelled = await asked(chargePoint, queue)
    const waiting = await asked(chargePoint, queue)
    expect(await cancel(test.system, chargePoint.chargePointId, cancelled.messageId)).toMatchObject({
      cancelled: true,
    })
    test.clock.advance(6)
    await chargePoint.connect()
    await chargePoint.call('Heartbeat')
    expect(await read(expiring)).toMatchObject({ status: 'Expired' })
    expect(await read(cancelled)).toMatchObject({ status: 'Cancelled' })
    expect(await read(waiting)).toMatchObject({ status: 'Sent' })
    expect(sentTo(chargePoint)).toHaveLength(1)
    expect(await cancel(test.system, chargePoint.chargePointId, waiting.messageId)).toMatchObject({
      cancelled: false,
    })
  })

  it('takes only so many for one charge point, and ends the one too many', async () => {
    const chargePoint = await aChargePoint(test, { connected: false })
    const queue = { ...clearCache, whenOffline: 'queue' as const }
    for (let position = 0; position < 50; position++) await asked(chargePoint, queue)
    expect(await ask(chargePoint, queue)).toMatchObject({ refused: 'queue-full' })
    const { items } = await test.store.listCalls(chargePoint.chargePointId, { limit: 100 })
    expect(items.filter(({ status }) => status === 'Cancelled')).toHaveLength(1)
  })

  it('a push that fails for certain ends the call; one that may have arrived waits for the deadline', async () => {
    for (const [name, status] of [
      ['LimitExceededException', 'Undelivered'],
      ['TimeoutError', 'Sent'],
    ] as const) {
      const chargePoint = await aChargePoint(test)
      const push = {
        ...test.system.push,
        send: () => Promise.reject(Object.assign(new Error('no'), { name })),
      }
      const call = (await request(
        { ...test.system, push },
        chargePoint.chargePointId,
        clearCache,
      )) as CallRecord
      expect(await read(call)).toMatchObject({ status })
    }
  })

  it('keeps no AuthorizationKey, neither one it sends nor one it reads, and none that would have to wait', async () => {
    const chargePoint = await aChargePoint(test)
    const secret = 'Sup3rS3cretK3y-0123'
    const change = { action: 'ChangeConfiguration', payload: { key: 'authorizationKEY', value: secret } }
    const sent = await asked(chargePoint, change)
    expect(sentTo(chargePoint).at(-1)[3]).toEqual(change.payload)
    expect(await ask(chargePoint, change)).toMatchObject({ refused: 'secret' })
    await chargePoint.answer(sent.messageId, { status: 'Accepted' })
    const away = await aChargePoint(test, { connected: false })
    expect(await ask(away, { ...change, whenOffline: 'queue' })).toMatchObject({ refused: 'secret' })
    const get = await asked(chargePoint, { action: 'GetConfiguration', payload: {} })
    const configurationKey = [{ key: 'AuthorizationKey', readonly: false, value: secret }]
    await chargePoint.answer(get.messageId, { configurationKey })
    const { chargePointId } = chargePoint
    const kept = [
      await test.store.listCalls(chargePointId, { limit: 50 }),
      await test.store.getConfiguration(chargePointId),
      await test.store.getChargePoint(chargePointId),
    ]
    expect(JSON.stringify(kept)).toContain('***')
    expect(JSON.stringify([kept, test.logged])).not.toContain(secret)
  })

  it('an AuthorizationKey that the station accepts is its password from then on, and no other', async () => {
    const [old, fresh] = ['the password before', '00112233445566778899aabbccddeeff']
    const chargePoint = await aChargePoint(test, {
      securityProfile: 1,
      passwordHash: await hashPassword(old),
    })
    const { chargePointId } = chargePoint
    const authorization = (password: string) =>
      `Basic ${Buffer.from(`${chargePointId}:${password}`).toString('base64')}`
    const verdicts = () =>
      Promise.all(
        [old, fresh].map((password) =>
          authorize(test.system, { chargePointId, authorization: authorization(password) }),
        ),
      )
    for (const [status, expected] of [
      ['Rejected', ['known', 'unauthorized']],
      ['NotSupported', ['known', 'unauthorized']],
      ['Accepted', ['unauthorized', 'known']],
    ] as const) {
      const payload = { key: 'AuthorizationKey', value: fresh }
      const call = await asked(chargePoint, { action: 'ChangeConfiguration', payload })
      await chargePoint.answer(call.messageId, { status })
      expect(await verdicts(), status).toEqual(expected)
    }
  })

  it('leaves for a Pending station after its boot, and with whatever else it sends', async () => {
    const queue = { ...clearCache, whenOffline: 'queue' as const }
    for (const boots of [true, false]) {
      const chargePoint = await aChargePoint(test, { status: 'Pending', connected: false })
      const call = await asked(chargePoint, queue)
      await chargePoint.connect()
      if (boots) {
        await chargePoint.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' })
        expect(sentTo(chargePoint)).toHaveLength(0)
        const after = test.ticks.findLast(({ chargePointId }) => chargePointId === call.chargePointId)
        expect(after).toMatchObject({ after: 'boot', afterSeconds: 3 })
        await tick(test.system, after as Tick)
      } else await chargePoint.call('Heartbeat')
      expect(sentTo(chargePoint)).toHaveLength(1)
      expect(await read(call)).toMatchObject({ status: 'Sent' })
    }
  })

  it('is not sent to a station that was Rejected while it waited', async () => {
    const chargePoint = await aChargePoint(test)
    const first = await asked(chargePoint)
    const second = await asked(chargePoint)
    const live = await test.store.getLive(chargePoint.chargePointId)
    await test.store.updateChargePoint(
      chargePoint.chargePointId,
      { registrationStatus: 'Rejected' },
      test.clock.iso(),
    )
    if (live) {
      const { inFlight: _, ...before } = live
      await test.store.freeSlot(chargePoint.chargePointId, first.messageId)
      await dispatch(test.system, before)
    }
    expect(await read(second)).toMatchObject({ status: 'Queued' })
    expect(sentTo(chargePoint)).toHaveLength(1)
  })

  it('that is sent cannot be cancelled, even by one who read it waiting', async () => {
    const chargePoint = await aChargePoint(test)
    const call = await asked(chargePoint)
    const { closed } = await test.store.closeCall(call.chargePointId, call.messageId, {
      status: 'Cancelled',
      at: test.clock.iso(),
    })
    expect(closed).toBe(false)
    await chargePoint.answer(call.messageId, { status: 'Accepted' })
    expect(await read(call)).toMatchObject({ status: 'Answered' })
  })

  it('whose push fails late goes back into the queue even when another call holds the slot by then', async () => {
    const chargePoint = await aChargePoint(test)
    const old = chargePoint.connectionId
    let other: CallRecord | undefined
    const push = {
      ...test.system.push,
      send: async (connectionId: string, frame: string) => {
        if (connectionId !== old) return test.system.push.send(connectionId, frame)
        test.clock.advance(1)
        await chargePoint.connect()
        other = await asked(chargePoint)
        return 'gone' as const
      },
    }
    const queue = { ...clearCache, whenOffline: 'queue' as const }
    const call = (await request({ ...test.system, push }, chargePoint.chargePointId, queue)) as CallRecord
    expect(await read(call)).toMatchObject({ status: 'Queued' })
    expect((await test.store.getLive(chargePoint.chargePointId))?.queue).toEqual([call.messageId])
    await chargePoint.answer(other?.messageId ?? '', { status: 'Accepted' })
    expect(await read(call)).toMatchObject({ status: 'Sent' })
  })

  it('that could not be recorded frees the slot', async () => {
    const chargePoint = await aChargePoint(test)
    const store = { ...test.store, recordCall: () => Promise.reject(new Error('no room')) }
    await expect(request({ ...test.system, store }, chargePoint.chargePointId, clearCache)).rejects.toThrow(
      'no room',
    )
    expect(await ask(chargePoint)).toMatchObject({ status: 'Sent' })
  })

  it('is sent once by processes that find the slot free in the same millisecond', async () => {
    const chargePoint = await aChargePoint(test, { connected: false })
    const call = await asked(chargePoint, { ...clearCache, whenOffline: 'queue' })
    await chargePoint.connect()
    const live = await test.store.getLive(chargePoint.chargePointId)
    if (!live) throw new Error('no live record')
    await Promise.all([1, 2, 3, 4].map(() => dispatch(test.system, live)))
    expect(sentTo(chargePoint)).toHaveLength(1)
    expect(await read(call)).toMatchObject({ status: 'Sent' })
  })

  it('that was taken off the queue by a process that died goes back to its head', async () => {
    for (const by of ['the tick', 'the next message']) {
      const chargePoint = await aChargePoint(test, { connected: false })
      const call = await asked(chargePoint, { ...clearCache, whenOffline: 'queue' })
      await chargePoint.connect()
      const live = await test.store.getLive(chargePoint.chargePointId)
      if (!live) throw new Error('no live record')
      const store = { ...test.store, markSent: () => Promise.reject(new Error('died')) }
      await dispatch({ ...test.system, store }, live).catch(() => undefined)
      expect(await read(call)).toMatchObject({ status: 'Queued' })
      test.clock.advance(31)
      if (by === 'the tick') await tick(test.system, call)
      else await chargePoint.call('Heartbeat')
      expect(await read(call)).toMatchObject({ status: 'Sent' })
      expect(sentTo(chargePoint)).toHaveLength(1)
    }
  })

  it('with a secret in it does not wait for a station that is gone', async () => {
    const chargePoint = await aChargePoint(test)
    test.gone.add(chargePoint.connectionId)
    const payload = { key: 'AuthorizationKey', value: 'Sup3rS3cretK3y-0123' }
    const call = await asked(chargePoint, { action: 'ChangeConfiguration', payload, whenOffline: 'queue' })
    expect(await read(call)).toMatchObject({ status: 'Undelivered' })
    await chargePoint.connect()
    await chargePoint.call('Heartbeat')
    expect(sentTo(chargePoint)).toHaveLength(0)
  })

  it('a settle that fails is done again: by the tick, or when the slot is wanted', async () => {
    for (const by of ['the tick', 'the next call']) {
      const chargePoint = await aChargePoint(test)
      const first = await asked(chargePoint, { action: 'GetConfiguration', payload: {} })
      const second = await asked(chargePoint)
      const store = { ...test.store, changeConfiguration: () => Promise.reject(new Error('throttled')) }
      const answer = { configurationKey: [{ key: 'A', readonly: true, value: '1' }] }
      const failing = { ...test.system, store }
      await receive(failing, chargePoint, JSON.stringify([3, first.messageId, answer]))
      expect(await read(first)).toMatchObject({ status: 'Sent' })
      expect(await read(second)).toMatchObject({ status: 'Queued' })
      if (by === 'the tick') {
        const due = test.ticks.findLast(({ chargePointId }) => chargePointId === first.chargePointId)
        expect(due).toMatchObject({ messageId: first.messageId, afterSeconds: 2, unsettled: true })
        await tick(test.system, due as Tick)
      } else {
        test.clock.advance(31)
        await chargePoint.call('Heartbeat')
      }
      expect(await read(first)).toMatchObject({ status: 'Answered', response: answer })
      expect(await read(second)).toMatchObject({ status: 'Sent' })
      const known = await test.store.getConfiguration(chargePoint.chargePointId)
      expect(known?.keys).toMatchObject({ A: { value: '1' } })
    }
  })

  it('a queue that is full of calls that have expired has room', async () => {
    const chargePoint = await aChargePoint(test, { connected: false })
    const queue = { ...clearCache, whenOffline: 'queue' as const }
    for (let position = 0; position < 50; position++) await asked(chargePoint, queue)
    test.clock.advance(16 * 60)
    expect(await ask(chargePoint, queue)).toMatchObject({ status: 'Queued' })
  })

  it('a response that breaks its schema is counted against the station', async () => {
    const chargePoint = await aChargePoint(test)
    const call = await asked(chargePoint)
    await chargePoint.answer(call.messageId, { status: 'Perhaps' })
    expect(await test.store.getLive(chargePoint.chargePointId)).toMatchObject({
      violations: 1,
      lastViolation: { action: 'ClearCache', path: 'status' },
    })
  })

  it('settles what a configuration says: read whole, read in part, changed', async () => {
    const chargePoint = await aChargePoint(test)
    const play = async (action: string, payload: object, response: object) => {
      const call = await asked(chargePoint, { action, payload })
      await chargePoint.answer(call.messageId, response)
      const { keys = {} } = (await test.store.getConfiguration(chargePoint.chargePointId)) ?? {}
      return Object.fromEntries(Object.entries(keys).map(([name, { askedAt: _, ...rest }]) => [name, rest]))
    }
    const key = (name: string, value: unknown, readonly: unknown = false) => ({ key: name, value, readonly })
    expect(
      await play('GetConfiguration', {}, { configurationKey: [key('A', 1), key('B', true, 1)] }),
    ).toEqual({
      A: { value: '1', readonly: false },
      B: { value: 'true', readonly: true },
    })
    expect(
      await play('GetConfiguration', { key: ['C'] }, { configurationKey: [key('C', 'x')] }),
    ).toHaveProperty('B')
    expect(
      await play('ChangeConfiguration', { key: 'a', value: '2' }, { status: 'RebootRequired' }),
    ).toMatchObject({
      A: { value: '2', rebootRequired: true },
    })
    expect(await play('ChangeConfiguration', { key: 'A', value: '3' }, { status: 'Rejected' })).toMatchObject(
      {
        A: { value: '2' },
      },
    )
    const read = await play('GetConfiguration', {}, { configurationKey: [key('A', '9')] })
    expect(Object.keys(read)).toEqual(['A'])
    expect(read).toMatchObject({ A: { value: '9', readonly: false } })
  })

  it('what an answer changes is changed before the call reads as answered', async () => {
    const chargePoint = await aChargePoint(test)
    const call = await asked(chargePoint, {
      action: 'ChangeConfiguration',
      payload: { key: 'A', value: '1' },
    })
    let before: string | undefined
    const store = {
      ...test.store,
      changeConfiguration: async (...args: Parameters<typeof test.store.changeConfiguration>) => {
        before = (await read(call))?.status
        return test.store.changeConfiguration(...args)
      },
    }
    await receive(
      { ...test.system, store },
      chargePoint,
      JSON.stringify([3, call.messageId, { status: 'Accepted' }]),
    )
    expect([before, (await read(call))?.status]).toEqual(['Sent', 'Answered'])
  })

  it('a refusal that echoes the secret is kept without it', async () => {
    const chargePoint = await aChargePoint(test)
    const value = 'Sup3rS3cretK3y-0123'
    const call = await asked(chargePoint, {
      action: 'ChangeConfiguration',
      payload: { key: 'AuthorizationKey', value },
    })
    await chargePoint.send(
      JSON.stringify([4, call.messageId, 'GenericError', `cannot use ${value}`, { value }]),
    )
    expect(await read(call)).toMatchObject({ status: 'Refused', error: { code: 'GenericError' } })
    expect(JSON.stringify(await read(call))).not.toContain(value)
  })
})
