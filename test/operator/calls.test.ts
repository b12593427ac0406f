import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aChargePoint } from '../support/system.ts'
import { answerNext, callsOf, pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

describe('POST …/calls', () => {
  test('sends a call, which is open', async () => {
    const chargePoint = await aChargePoint(api, { chargePointId: 'CP 1/β' })
    const sent = await api.ask('POST', callsOf(chargePoint), {
      body: { action: 'Reset', payload: { type: 'Soft' } },
      claims: { client_id: 'a-machine', sub: 'a-machine' },
    })
    expect(sent.status).toBe(202)
    expect(sent.body).toMatchObject({
      chargePointId: 'CP 1/β',
      action: 'Reset',
      payload: { type: 'Soft' },
      status: 'Sent',
      origin: 'a-machine',
      timeoutSeconds: 30,
      whenOffline: 'refuse',
    })
    const location = sent.headers.get('location') ?? ''
    expect(location).toBe(`/api${callsOf(chargePoint)}/${sent.body.messageId}`)
    expect(sent.headers.has('preference-applied')).toBe(false)
    const frame = JSON.parse(api.pushed.at(-1)?.frame ?? '')
    expect(frame).toEqual([2, sent.body.messageId, 'Reset', { type: 'Soft' }])
    const read = await api.get(location.replace('/api', ''))
    expect(read.body).toEqual(sent.body)
    expect(read.headers.get('etag')).toBe(sent.headers.get('etag'))
    expect((await api.get(`/charge-points/CP%201%2F%CE%B2`)).body.calls).toEqual({
      queued: 0,
      inFlight: sent.body.messageId,
    })
  })

  test('waits for the answer', async () => {
    const chargePoint = await aChargePoint(api)
    const [closed] = await Promise.all([
      api.post(callsOf(chargePoint), { action: 'ClearCache' }, { prefer: 'respond-async, wait=10' }),
      answerNext(api, chargePoint, 'ClearCache', { status: 'Accepted' }),
    ])
    expect(closed.status).toBe(200)
    expect(closed.headers.get('preference-applied')).toBe('wait=10')
    expect(closed.headers.get('location')).toContain(closed.body.messageId)
    expect(closed.body).toMatchObject({
      status: 'Answered',
      payload: {},
      response: { status: 'Accepted' },
      closedAt: api.clock.iso(),
    })
  })

  test('gives up waiting before the call gives up', async () => {
    const chargePoint = await aChargePoint(api)
    const open = await api.post(callsOf(chargePoint), { action: 'ClearCache' }, { prefer: 'wait=0' })
    expect(open.status).toBe(202)
    expect(open.headers.get('preference-applied')).toBe('wait=0')
    const [later] = await Promise.all([
      api.get(`${callsOf(chargePoint)}/${open.body.messageId}`, { prefer: 'wait="999"' }),
      answerNext(api, chargePoint, 'ClearCache', { status: 'Rejected' }),
    ])
    expect(later.headers.get('preference-applied')).toBe('wait=25')
    expect(later.body).toMatchObject({ status: 'Answered', response: { status: 'Rejected' } })
  })

  test('waits since the request came, however long the sending took', async () => {
    const chargePoint = await aChargePoint(api)
    const { store } = api.system
    const { takeSlot, getCall } = store
    let looks = 0
    store.takeSlot = async (wish) => {
      await sleep(1_100)
      return takeSlot(wish)
    }
    store.getCall = (...key) => {
      looks += 1
      return getCall(...key)
    }
    const open = await api
      .post(callsOf(chargePoint), { action: 'ClearCache' }, { prefer: 'wait=1' })
      .finally(() => Object.assign(store, { takeSlot, getCall }))
    expect(open.status).toBe(202)
    expect(looks).toBe(1)
  })

  test('tells a refusal by CALLERROR, a timeout and a dead connection as they are', async () => {
    const chargePoint = await aChargePoint(api)
    const path = callsOf(chargePoint)
    const { messageId } = (await api.post(path, { action: 'ClearCache', timeoutSeconds: 5 })).body
    await chargePoint.send(JSON.stringify([4, messageId, 'NotSupported', 'no cache', { a: 1 }]))
    expect((await api.get(`${path}/${messageId}`, { prefer: 'wait=5' })).body).toMatchObject({
      status: 'Refused',
      error: { code: 'NotSupported', description: 'no cache', details: { a: 1 } },
    })
    api.clock.advance(1)
    const late = (await api.post(path, { action: 'ClearCache', timeoutSeconds: 5 })).body
    api.clock.advance(6)
    expect((await api.get(`${path}/${late.messageId}`)).body).toMatchObject({
      status: 'TimedOut',
      error: { code: 'TimedOut' },
    })
    await chargePoint.answer(late.messageId, { status: 'Accepted' })
    expect((await api.get(`${path}/${late.messageId}`)).body).toMatchObject({
      status: 'TimedOut',
      lateReply: { response: { status: 'Accepted' }, at: api.clock.iso() },
    })
    api.gone.add(chargePoint.connectionId)
    const lost = await api.post(path, { action: 'ClearCache' })
    expect(lost.status).toBe(200)
    expect(lost.body).toMatchObject({ status: 'Undelivered', error: { code: 'Undelivered' } })
    expect((await api.get(path)).body.items.map(({ status }: { status: string }) => status)).toEqual([
      'Undelivered',
      'TimedOut',
      'Refused',
    ])
  })

  test('queues for a busy charge point, and for one that is away if asked to', async () => {
    const chargePoint = await aChargePoint(api)
    const path = callsOf(chargePoint)
    await api.post(path, { action: 'ClearCache' })
    const waiting = await api.post(path, { action: 'GetLocalListVersion' })
    expect(waiting.body).toMatchObject({ status: 'Queued' })
    expect((await api.get(path.replace('/calls', ''))).body.calls.queued).toBe(1)
    const away = await aChargePoint(api, { connected: false })
    expect(problemOf(await api.post(callsOf(away), { action: 'ClearCache' }))).toEqual([409, 'offline'])
    const expiresAt = new Date(api.clock.now().getTime() + 3600_000)
    const queued = await api.post(callsOf(away), {
      action: 'ClearCache',
      whenOffline: 'queue',
      expiresAt: expiresAt.toISOString().replace('.000Z', '+00:00'),
    })
    expect(queued.status).toBe(202)
    expect(queued.body).toMatchObject({
      status: 'Queued',
      whenOffline: 'queue',
      expiresAt: expiresAt.toISOString(),
    })
    api.clock.advance(3601)
    expect((await api.get(`${callsOf(away)}/${queued.body.messageId}`)).body).toMatchObject({
      status: 'Expired',
    })
  })

  test('is full at fifty', async () => {
    const away = await aChargePoint(api, { connected: false })
    const body = { action: 'ClearCache', whenOffline: 'queue' }
    for (let count = 0; count < 50; count++) expect((await api.post(callsOf(away), body)).status).toBe(202)
    const headers = { 'idempotency-key': 'full' }
    expect(problemOf(await api.post(callsOf(away), body, headers))).toEqual([429, 'queue-full'])
    const { messageId } = (await api.get(`${callsOf(away)}?limit=2`)).body.items[1]
    expect(messageId).toEqual(expect.any(String))
    const again = await api.post(callsOf(away), body, headers)
    expect(again.headers.has('idempotency-replayed')).toBe(false)
  })

  test('never shows an AuthorizationKey, and lets none wait', async () => {
    const secret = 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00'
    const body = { action: 'ChangeConfiguration', payload: { key: 'AuthorizationKey', value: secret } }
    const away = await aChargePoint(api, { connected: false })
    const queued = await api.post(callsOf(away), { ...body, whenOffline: 'queue' })
    expect(problemOf(queued)).toEqual([409, 'secret'])
    const chargePoint = await aChargePoint(api)
    await api.post(callsOf(chargePoint), body, { 'idempotency-key': 'secret' })
    const replayed = await api.post(callsOf(chargePoint), body, { 'idempotency-key': 'secret' })
    expect(replayed.headers.get('idempotency-replayed')).toBe('true')
    expect(api.pushed.at(-1)?.frame).toContain(secret)
    await answerNext(api, chargePoint, 'ChangeConfiguration', { status: 'Accepted' })
    for (const each of [away, chargePoint]) {
      const { items } = (await api.get(callsOf(each))).body
      for (const { messageId } of items) await api.get(`${callsOf(each)}/${messageId}`)
    }
    await api.get(`/charge-points/${chargePoint.chargePointId}/configuration`)
    expect(api.told.join()).not.toContain(secret)
    expect(JSON.stringify(api.logged)).not.toContain(secret)
  })
})

describe('a call shows', () => {
  test('what it led to', async () => {
    const chargePoint = await aChargePoint(api)
    const path = callsOf(chargePoint)
    const reset = (await api.post(path, { action: 'Reset', payload: { type: 'Soft' } })).body
    await chargePoint.answer(reset.messageId, { status: 'Accepted' })
    api.clock.advance(30)
    await chargePoint.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' })
    const bootedAt = api.clock.iso()
    expect((await api.get(`${path}/${reset.messageId}`)).body).toMatchObject({ bootedAt })
    const payload = { idTag: 'Remote', connectorId: 1 }
    const remote = (await api.post(path, { action: 'RemoteStartTransaction', payload })).body
    expect(remote).not.toHaveProperty('composed')
    await chargePoint.answer(remote.messageId, { status: 'Accepted' })
    const timestamp = api.clock.advance(5)
    const start = { connectorId: 1, idTag: 'Remote', meterStart: 0, timestamp }
    const { transactionId } = await chargePoint.call('StartTransaction', start)
    expect((await api.get(`${path}/${remote.messageId}`)).body).toMatchObject({ transactionId })
    expect((await api.get(`/transactions/${transactionId}`)).body.remoteStart).toBe(remote.messageId)
  })

  test('that its payload was filled in', async () => {
    const chargePoint = await aChargePoint(api)
    const { body } = await api.post(callsOf(chargePoint), { action: 'SendLocalList' })
    expect(body).toMatchObject({ composed: true, payload: { listVersion: 1, updateType: 'Full' } })
  })
})

describe('GET …/calls', () => {
  test('pages, newest first', async () => {
    const away = await aChargePoint(api, { connected: false })
    const sent: string[] = []
    for (let count = 0; count < 5; count++) {
      api.clock.advance(1)
      sent.push(
        (await api.post(callsOf(away), { action: 'ClearCache', whenOffline: 'queue' })).body.messageId,
      )
    }
    const first = (await api.get(`${callsOf(away)}?limit=3`)).body
    const second = (await api.get(`${callsOf(away)}?limit=3&cursor=${first.cursor}`)).body
    const listed = [...first.items, ...second.items].map(({ messageId }) => messageId)
    expect(listed).toEqual(sent.reverse())
    expect(second).not.toHaveProperty('cursor')
  })

  test('is read from either end, and by status, action and time as they are now', async () => {
    const chargePoint = await aChargePoint(api)
    const path = callsOf(chargePoint)
    const ids: string[] = []
    const times: string[] = []
    for (const action of ['ClearCache', 'GetLocalListVersion', 'ClearCache', 'GetLocalListVersion']) {
      times.push(api.clock.advance(10))
      ids.push((await api.post(path, { action, whenOffline: 'queue' })).body.messageId)
    }
    const listed = async (query: string) => {
      const { status, body } = await api.get(`${path}?${query}`)
      expect(status, JSON.stringify(body)).toBe(200)
      return body.items.map(({ messageId }: { messageId: string }) => ids.indexOf(messageId))
    }
    expect(await listed('order=asc')).toEqual([0, 1, 2, 3])
    const { cursor } = (await api.get(`${path}?order=asc&limit=3`)).body
    expect(await listed(`order=asc&limit=3&cursor=${cursor}`)).toEqual([3])
    expect(await listed('action=ClearCache')).toEqual([2, 0])
    expect(await listed(`from=${times[1]}&to=${times[3]}&order=asc`)).toEqual([1, 2])
    expect(await listed('status=Sent')).toEqual([0])
    expect(await listed('status=Queued&action=ClearCache')).toEqual([2])
    api.clock.advance(3600)
    expect(await listed('status=TimedOut')).toEqual([0])
    expect(await listed('status=Expired&order=asc')).toEqual([1, 2, 3])
    expect(pathsOf(await api.get(`${path}?from=${times[1]}&to=${times[0]}`))).toEqual(['to'])
    expect(pathsOf(await api.get(`${path}?status=Lost`))).toEqual(['status'])
  })

  test('a nonsensical preference is none', async () => {
    const chargePoint = await aChargePoint(api)
    const { body } = await api.post(
      callsOf(chargePoint),
      { action: 'ClearCache' },
      { prefer: 'wait=-1, wait=soon' },
    )
    const read = await api.get(`${callsOf(chargePoint)}/${body.messageId}`, { prefer: 'return=minimal' })
    expect(read.headers.has('preference-applied')).toBe(false)
  })
})

describe('DELETE …/calls/{messageId}', () => {
  test('takes back what waits, and nothing else', async () => {
    const chargePoint = await aChargePoint(api)
    const path = callsOf(chargePoint)
    const sent = (await api.post(path, { action: 'ClearCache' })).body
    const waiting = (await api.post(path, { action: 'GetLocalListVersion' })).body
    expect(problemOf(await api.delete(`${path}/${sent.messageId}`))).toEqual([409, 'not-queued'])
    const cancelled = await api.delete(`${path}/${waiting.messageId}`)
    expect(cancelled.body).toMatchObject({ status: 'Cancelled', closedAt: api.clock.iso() })
    expect((await api.delete(`${path}/${waiting.messageId}`)).status).toBe(200)
    const target = `${path}/${waiting.messageId}`
    const { items } = (await api.get(`/audit?operation=cancelCall&target=${encodeURIComponent(target)}`)).body
    expect(items).toHaveLength(1)
    await chargePoint.answer(sent.messageId, { status: 'Accepted' })
    expect(api.pushed.map(({ frame }) => frame).join()).not.toContain(waiting.messageId)
    expect(problemOf(await api.delete(`${path}/${sent.messageId}`))).toEqual([409, 'not-queued'])
    expect(problemOf(await api.delete(`${path}/nothing`))).toEqual([404, 'unknown'])
    const other = await aChargePoint(api)
    expect(problemOf(await api.get(`${callsOf(other)}/${sent.messageId}`))).toEqual([404, 'unknown'])
  })
})
