import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aChargePoint, type TestChargePoint } from '../support/system.ts'
import { answerNext, callsOf, pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const idsOf = (chargePoints: { chargePointId: string }[]) => chargePoints.map((each) => each.chargePointId)

async function several(count: number, more: Parameters<typeof aChargePoint>[1] = {}) {
  const chargePoints: TestChargePoint[] = []
  for (let each = 0; each < count; each++) chargePoints.push(await aChargePoint(api, more))
  return chargePoints
}

/** A ClearCache for these, whose calls are asked for. */
async function aTask(chargePoints: { chargePointId: string }[], more: object = {}) {
  const created = await api.post('/tasks', {
    action: 'ClearCache',
    chargePointIds: idsOf(chargePoints),
    ...more,
  })
  expect(created.status, created.text).toBe(202)
  await api.takeSteps()
  return { taskId: created.body.taskId as string, path: `/tasks/${created.body.taskId}` }
}

const resultOf = (body: any, { chargePointId }: { chargePointId: string }) =>
  body.items.find((each: any) => each.chargePointId === chargePointId)

describe('POST /tasks', () => {
  test('sends one action to each charge point that is named, once', async () => {
    const [one, other, away] = [...(await several(2)), ...(await several(1, { connected: false }))]
    const chargePoints = [one, other, away] as TestChargePoint[]
    const ids = idsOf(chargePoints)
    const created = await api.ask('POST', '/tasks', {
      body: {
        action: 'Reset',
        payload: { type: 'Soft' },
        chargePointIds: [...ids, ...ids],
        timeoutSeconds: 60,
      },
      claims: { sub: 's', username: 'ann' },
    })
    expect(created.status).toBe(202)
    const { taskId } = created.body
    expect(created.headers.get('location')).toBe(`/api/tasks/${taskId}`)
    const startedAt = api.clock.iso()
    expect(created.body).toMatchObject({
      action: 'Reset',
      payload: { type: 'Soft' },
      status: 'Running',
      origin: 'ann',
      timeoutSeconds: 60,
      whenOffline: 'queue',
      startedAt,
      counts: { targets: 3, waiting: 3, answered: 0 },
    })
    expect(created.body).not.toHaveProperty('endedAt')
    await api.takeSteps()
    const running = (await api.get(`/tasks/${taskId}`)).body
    expect(idsOf(running.items)).toEqual(ids)
    const { messageId } = resultOf(running, chargePoints[0] as TestChargePoint)
    expect(resultOf(running, chargePoints[0] as TestChargePoint)).toEqual({
      chargePointId: ids[0],
      messageId,
      status: 'Sent',
      sentAt: startedAt,
    })
    expect(resultOf(running, chargePoints[2] as TestChargePoint)).toMatchObject({ status: 'Queued' })
    const call = (await api.get(`${callsOf(chargePoints[0] as TestChargePoint)}/${messageId}`)).body
    expect(call).toMatchObject({ taskId, origin: 'ann', timeoutSeconds: 60 })
  })

  test('shows how each of the calls ended', async () => {
    const chargePoints = await several(3)
    const [fine, refusing, silent] = chargePoints as [TestChargePoint, TestChargePoint, TestChargePoint]
    const { path } = await aTask([...chargePoints, { chargePointId: 'nobody' }])
    await answerNext(api, fine, 'ClearCache', { status: 'Accepted' })
    const { messageId } = resultOf((await api.get(path)).body, refusing)
    await refusing.send(JSON.stringify([4, messageId, 'NotSupported', 'no cache', {}]))
    const running = (await api.get(path)).body
    expect(running.status).toBe('Running')
    expect(running.counts).toEqual({
      targets: 4,
      waiting: 1,
      answered: 1,
      refused: 1,
      timedOut: 0,
      undelivered: 1,
      expired: 0,
      cancelled: 0,
    })
    expect(resultOf(running, fine)).toMatchObject({
      status: 'Answered',
      response: { status: 'Accepted' },
      closedAt: api.clock.iso(),
    })
    expect(resultOf(running, refusing)).toMatchObject({
      status: 'Refused',
      error: { code: 'NotSupported', description: 'no cache' },
    })
    expect(resultOf(running, { chargePointId: 'nobody' })).toMatchObject({
      status: 'Undelivered',
      error: { code: 'unknown' },
    })
    api.clock.advance(16 * 60)
    const ended = (await api.get(path)).body
    expect(ended).toMatchObject({ status: 'Ended', endedAt: expect.any(String) })
    expect(ended.counts).toMatchObject({ waiting: 0, answered: 1, refused: 1, timedOut: 1, undelivered: 1 })
    expect(resultOf(ended, silent)).toMatchObject({ status: 'TimedOut', error: { code: 'TimedOut' } })
  })

  test('takes identities as long as any that is let in', async () => {
    const [chargePoint] = (await several(1, { chargePointId: 'x'.repeat(255) })) as [TestChargePoint]
    const { path } = await aTask([chargePoint])
    expect(resultOf((await api.get(path)).body, chargePoint)).toMatchObject({ status: 'Sent' })
    const tooLong = { action: 'ClearCache', chargePointIds: ['x'.repeat(256)] }
    expect(pathsOf(await api.post('/tasks', tooLong))).toEqual(['chargePointIds[0]'])
  })

  test('waits for the end', async () => {
    const [chargePoint] = (await several(1)) as [TestChargePoint]
    const body = { action: 'ClearCache', chargePointIds: idsOf([chargePoint]) }
    const steps = async () => {
      while (api.steps.every(({ afterSeconds }) => afterSeconds > 0))
        await new Promise((resolve) => setTimeout(resolve, 5))
      await api.takeSteps()
      await answerNext(api, chargePoint, 'ClearCache', { status: 'Accepted' })
    }
    const [ended] = await Promise.all([api.post('/tasks', body, { prefer: 'wait=20' }), steps()])
    expect(ended.status).toBe(200)
    expect(ended.headers.get('preference-applied')).toBe('wait=20')
    expect(ended.body).toMatchObject({ status: 'Ended', counts: { targets: 1, answered: 1 } })
    const read = await api.get(`/tasks/${ended.body.taskId}`, { prefer: 'wait=20' })
    expect(read.body).toMatchObject({ ...ended.body, items: [{ status: 'Answered' }] })
    const etag = read.headers.get('etag') ?? ''
    expect((await api.get(`/tasks/${ended.body.taskId}`, { 'if-none-match': etag })).status).toBe(304)
  })

  test('finds charge points by what they have in common', async () => {
    const [here] = (await several(1, { siteId: 'Here', tags: ['fast', 'indoor'] })) as [TestChargePoint]
    await several(1, { siteId: 'Here', tags: ['slow'] })
    await several(1, { siteId: 'There', tags: ['fast'] })
    const boot = { chargePointVendor: 'Acme', chargePointModel: 'M1', firmwareVersion: '1.0' }
    await here.call('BootNotification', boot)
    const status = { errorCode: 'NoError', status: 'Faulted', timestamp: api.clock.iso() }
    await here.call('StatusNotification', { connectorId: 1, ...status })
    const filter = {
      vendor: 'Acme',
      model: 'M1',
      firmwareVersion: '1.0',
      connectorStatus: 'Faulted',
      siteId: 'Here',
      tag: 'fast',
    }
    const created = await api.post('/tasks', { action: 'ClearCache', filter })
    expect(created.body).toMatchObject({ filter, counts: { targets: 0 } })
    await api.takeSteps()
    const { body } = await api.get(`/tasks/${created.body.taskId}`)
    expect(body.counts).toMatchObject({ targets: 1, waiting: 1 })
    expect(idsOf(body.items)).toEqual([here.chargePointId])
  })

  test('means every charge point by all, and by nothing less', async () => {
    const all = (await api.get('/charge-points?limit=200')).body.items
    const created = await api.post('/tasks', {
      action: 'ClearCache',
      filter: { all: true },
      whenOffline: 'refuse',
    })
    await api.takeSteps()
    const { body } = await api.get(`/tasks/${created.body.taskId}?limit=200`)
    expect(body.whenOffline).toBe('refuse')
    expect(body.filter).toEqual({ all: true })
    expect(idsOf(body.items)).toEqual(idsOf(all))
    for (const filter of [{}, { all: true, vendor: 'V' }]) {
      const refused = await api.post('/tasks', { action: 'Reset', payload: { type: 'Hard' }, filter })
      expect(problemOf(refused)).toEqual([400, 'invalid'])
      expect(refused.body.issues).toEqual([
        { path: 'filter', message: expect.stringContaining('{"all": true}') },
      ])
    }
  })

  test('takes ten thousand charge points, however long their names are', async () => {
    const name = (each: number) => `${'東'.repeat(43)}${String(each).padStart(5, '0')}`
    const chargePointIds = Array.from({ length: 10_000 }, (_, each) => name(each))
    const created = await api.post('/tasks', { action: 'ClearCache', chargePointIds })
    expect(created.status).toBe(202)
    expect(created.body.counts).toMatchObject({ targets: 10_000, waiting: 10_000 })
    api.steps.length = 0
    const { body } = await api.get(`/tasks/${created.body.taskId}?limit=2`)
    expect(body.items).toMatchObject([
      { chargePointId: name(0), status: 'Waiting' },
      { chargePointId: name(1), status: 'Waiting' },
    ])
    const more = await api.post('/tasks', {
      action: 'ClearCache',
      chargePointIds: [...chargePointIds, 'one more'],
    })
    expect(problemOf(more)).toEqual([400, 'invalid'])
  })

  test.each([
    [{ chargePointIds: ['A'] }, ['action']],
    [{ action: 'ClearCache' }, ['chargePointIds']],
    [{ action: 'ClearCache', chargePointIds: ['A'], filter: { all: true } }, ['chargePointIds']],
    [{ action: 'ClearCache', chargePointIds: [] }, ['chargePointIds']],
    [{ action: 'ClearCache', chargePointIds: [''] }, ['chargePointIds[0]']],
    [{ action: 'ClearCache', filter: { site: 'x' } }, ['filter.site']],
    [{ action: 'ClearCache', filter: { connectorStatus: 'Broken' } }, ['filter.connectorStatus']],
    [{ action: 'ClearCache', filter: { all: true }, timeoutSeconds: 601 }, ['timeoutSeconds']],
    [{ action: 'ClearCache', filter: { all: true }, whenOffline: 'wait' }, ['whenOffline']],
    [{ action: 'ClearCache', filter: { all: true }, expiresAt: '2020-01-01T00:00:00Z' }, ['expiresAt']],
    [{ action: 'ClearCache', filter: { all: true }, expiresAt: '2099-01-01T00:00:00Z' }, ['expiresAt']],
    [{ action: 'Reset', payload: { type: 'Mild' }, filter: { all: true } }, ['payload.type']],
  ])('refuses %j', async (body, paths) => {
    const refused = await api.post('/tasks', body)
    expect(problemOf(refused)).toEqual([400, 'invalid'])
    expect(pathsOf(refused)).toEqual(paths)
  })

  test('knows the actions, and sends no secret to many', async () => {
    const unknown = await api.post('/tasks', { action: 'Heartbeat', filter: { all: true } })
    expect(problemOf(unknown)).toEqual([400, 'unknown-action'])
    expect(unknown.body.detail).toContain('ClearCache')
    const payload = { key: 'AuthorizationKey', value: 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00' }
    const secret = await api.post('/tasks', { action: 'ChangeConfiguration', payload, filter: { all: true } })
    expect(problemOf(secret)).toEqual([409, 'secret'])
    expect(secret.text).not.toContain(payload.value)
  })
})

describe('GET /tasks', () => {
  test('pages, newest first, without results', async () => {
    const chargePoints = await several(1)
    const made: string[] = []
    for (let count = 0; count < 3; count++) {
      api.clock.advance(1)
      made.push((await aTask(chargePoints)).taskId)
    }
    const first = (await api.get('/tasks?limit=2')).body
    const second = (await api.get(`/tasks?limit=1&cursor=${first.cursor}`)).body
    const listed = [...first.items, ...second.items]
    expect(listed.map(({ taskId }) => taskId)).toEqual(made.reverse())
    expect(listed[0]).toMatchObject({ status: 'Running', counts: { targets: 1, waiting: 1 } })
    expect(listed[0]).not.toHaveProperty('items')
    expect(problemOf(await api.get('/tasks?cursor=nonsense'))).toEqual([400, 'invalid'])
  })
})

describe('GET /tasks/{taskId}', () => {
  test('pages through the results, and through those of one status', async () => {
    const chargePoints = await several(5)
    const { path } = await aTask(chargePoints)
    await answerNext(api, chargePoints[3] as TestChargePoint, 'ClearCache', { status: 'Accepted' })
    const first = (await api.get(`${path}?limit=3`)).body
    const second = (await api.get(`${path}?limit=3&cursor=${first.cursor}`)).body
    expect(idsOf([...first.items, ...second.items])).toEqual(idsOf(chargePoints))
    expect(second).not.toHaveProperty('cursor')
    const answered = (await api.get(`${path}?status=Answered`)).body
    expect(idsOf(answered.items)).toEqual([chargePoints[3]?.chargePointId])
    expect((await api.get(`${path}?status=Waiting`)).body.items).toEqual([])
    expect(pathsOf(await api.get(`${path}?status=Gone`))).toEqual(['status'])
    expect(pathsOf(await api.get(`${path}?cursor=nonsense`))).toEqual(['cursor'])
  })

  test('knows what is not there', async () => {
    expect(problemOf(await api.get('/tasks/nothing'))).toEqual([404, 'unknown'])
    expect(problemOf(await api.get('/tasks/nothing', { prefer: 'wait=0' }))).toEqual([404, 'unknown'])
    expect(problemOf(await api.delete('/tasks/nothing'))).toEqual([404, 'unknown'])
  })
})

describe('DELETE /tasks/{taskId}', () => {
  test('takes back what was not sent', async () => {
    const [sent] = (await several(1)) as [TestChargePoint]
    const [away] = (await several(1, { connected: false })) as [TestChargePoint]
    const { path } = await aTask([sent, away])
    const cancelled = await api.delete(path)
    expect(cancelled.body).toMatchObject({ status: 'Running', cancelledAt: api.clock.iso() })
    await api.takeSteps()
    const half = (await api.get(path)).body
    expect(half.counts).toMatchObject({ waiting: 1, cancelled: 1 })
    expect(resultOf(half, away)).toMatchObject({ status: 'Cancelled', closedAt: api.clock.iso() })
    expect((await api.delete(path)).status).toBe(200)
    await answerNext(api, sent, 'ClearCache', { status: 'Accepted' })
    expect((await api.get(path)).body).toMatchObject({
      status: 'Cancelled',
      counts: { targets: 2, waiting: 0, answered: 1, cancelled: 1 },
      endedAt: api.clock.iso(),
    })
    expect((await api.delete(path)).body.status).toBe('Cancelled')
  })

  test('is refused when it has ended by itself', async () => {
    const [chargePoint] = (await several(1)) as [TestChargePoint]
    const { path } = await aTask([chargePoint])
    await answerNext(api, chargePoint, 'ClearCache', { status: 'Accepted' })
    const refused = await api.delete(path)
    expect(problemOf(refused)).toEqual([409, 'not-running'])
    expect(refused.body.detail).toContain(api.clock.iso())
  })
})
