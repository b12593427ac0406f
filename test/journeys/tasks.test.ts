import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { aBootedStation, aStation, PATIENCE, readAll, type Station, withSettings } from '../support/fleet.ts'

const NOBODY = { answered: 0, refused: 0, timedOut: 0, undelivered: 0, expired: 0, cancelled: 0, waiting: 0 }

describe('a task', () => {
  let busbar: Busbar
  let serial = 0
  const stations: Station[] = []
  beforeAll(async () => {
    busbar = await startBusbar(withSettings({ READ_CONFIGURATION_AFTER: '0' }))
  })
  afterAll(async () => {
    for (const station of stations) station.hangUp()
    await busbar.stop()
  })

  const aName = () => `CP${String(++serial).padStart(2, '0')}`

  async function aFleet(size: number, more: Parameters<typeof aBootedStation>[2] = {}): Promise<Station[]> {
    const fleet = await Promise.all(Array.from({ length: size }, () => aBootedStation(busbar, aName(), more)))
    stations.push(...fleet)
    return fleet
  }

  const idsOf = (fleet: Station[]) => fleet.map(({ chargePointId }) => chargePointId)

  const start = (body: object, wait?: number) =>
    busbar.api('POST', '/tasks', body, wait ? { prefer: `wait=${wait}` } : {})

  const read = async (taskId: string, query = '') => {
    const { status, body } = await busbar.api('GET', `/tasks/${taskId}${query}`, undefined, {
      prefer: 'wait=25',
    })
    expect(status).toBe(200)
    return body
  }

  it('asks every charge point of a list once, and with Prefer: wait it is answered when it has ended', async () => {
    const fleet = await aFleet(3)
    const chargePointIds = [...idsOf(fleet), ...idsOf(fleet)]
    const payload = { type: 'Soft' }
    const { status, headers, body } = await start({ action: 'Reset', payload, chargePointIds }, 20)

    expect(status).toBe(200)
    expect(body).toMatchObject({
      action: 'Reset',
      payload,
      status: 'Ended',
      origin: expect.any(String),
      counts: { ...NOBODY, targets: 3, answered: 3 },
    })
    expect(body.startedAt <= body.endedAt && body.endedAt <= body.deadline).toBe(true)
    expect(headers.get('location')).toBe(`/api/tasks/${body.taskId}`)
    const { items, ...task } = await read(body.taskId)
    expect(task).toEqual(body)
    expect(items).toEqual(
      fleet.map(({ chargePointId, asked }) => ({
        chargePointId,
        messageId: asked[0]?.messageId,
        status: 'Answered',
        response: { status: 'Accepted' },
        sentAt: expect.any(String),
        closedAt: expect.any(String),
      })),
    )
    for (const { asked } of fleet) expect(asked).toMatchObject([{ action: 'Reset', payload, open: 0 }])
    const call = await busbar.api(
      'GET',
      `/charge-points/${items[0].chargePointId}/calls/${items[0].messageId}`,
    )
    expect(call.body).toMatchObject({ taskId: body.taskId, status: 'Answered', origin: body.origin })
  })

  it('without Prefer: wait is answered at once, and read until it has ended', async () => {
    const [station] = (await aFleet(1)) as [Station]
    station.replies.ClearCache = undefined
    const { status, body } = await start({ action: 'ClearCache', chargePointIds: [station.chargePointId] })
    expect(status).toBe(202)
    expect(body).toMatchObject({ status: 'Running', counts: { ...NOBODY, targets: 1, waiting: 1 } })
    const { messageId } = await station.wasAsked('ClearCache')
    expect((await busbar.api('GET', `/tasks/${body.taskId}`)).body).toMatchObject({
      status: 'Running',
      items: [{ messageId, status: 'Sent' }],
    })
    station.answer(messageId, { status: 'Rejected' })
    expect(await read(body.taskId)).toMatchObject({
      status: 'Ended',
      counts: { ...NOBODY, targets: 1, answered: 1 },
      items: [{ status: 'Answered', response: { status: 'Rejected' } }],
    })
  })

  describe('for those that a filter means', () => {
    let acme: Station
    let other: Station
    let plain: Station
    beforeAll(async () => {
      const boots = [
        { chargePointVendor: 'Filtered', chargePointModel: 'Fast', firmwareVersion: '7.1' },
        { chargePointVendor: 'Filtered', chargePointModel: 'Slow', firmwareVersion: '7.2' },
      ]
      const named = (boot: object | undefined, more: object) =>
        aBootedStation(busbar, aName(), { ...(boot ? { boot } : {}), ...more })
      for (const siteId of ['utrecht-1', 'utrecht-2'])
        await busbar.api('POST', '/sites', { siteId, name: siteId })
      acme = await named(boots[0], { siteId: 'utrecht-1', tags: ['indoor', 'fast'] })
      other = await named(boots[1], { siteId: 'utrecht-2', tags: ['indoor'] })
      plain = await named(undefined, {})
      stations.push(acme, other, plain)
      const status = { connectorId: 1, errorCode: 'NoError', status: 'SuspendedEVSE' }
      await other.call('StatusNotification', status)
    })

    it.each([
      ['vendor', { vendor: 'Filtered' }, () => [acme, other]],
      ['model', { model: 'Slow' }, () => [other]],
      ['firmwareVersion', { firmwareVersion: '7.1' }, () => [acme]],
      ['connectorStatus', { connectorStatus: 'SuspendedEVSE' }, () => [other]],
      ['siteId', { siteId: 'utrecht-1' }, () => [acme]],
      ['tag', { tag: 'indoor' }, () => [acme, other]],
      ['several at once', { vendor: 'Filtered', tag: 'fast' }, () => [acme]],
      ['nobody', { vendor: 'Filtered', tag: 'outdoor' }, () => []],
    ])('by %s: %j', async (_, filter, meant) => {
      const { status, body } = await start({ action: 'ClearCache', filter }, 20)
      expect({ status, body }).toMatchObject({ status: 200, body: { status: 'Ended', filter } })
      const { items } = await read(body.taskId)
      expect(items.map(({ chargePointId }: any) => chargePointId).sort()).toEqual(idsOf(meant()).sort())
      expect(body.counts).toEqual({ ...NOBODY, targets: meant().length, answered: meant().length })
    })

    it('an empty filter means every charge point', async () => {
      const { body } = await start(
        { action: 'ClearCache', filter: { all: true }, timeoutSeconds: 2, whenOffline: 'refuse' },
        25,
      )
      const registered = await readAll(busbar, '/charge-points')
      expect(body).toMatchObject({ status: 'Ended', counts: { targets: registered.length, waiting: 0 } })
    })
  })

  it('tells of every charge point how it ended, in pages, and of one status alone', async () => {
    const [one, two, three, four] = (await aFleet(4)) as [Station, Station, Station, Station]
    two.replies.UnlockConnector = 'NotSupported'
    three.replies.UnlockConnector = undefined
    four.hangUp()
    await expect
      .poll(
        async () => (await busbar.api('GET', `/charge-points/${four.chargePointId}`)).body.connectionState,
        PATIENCE,
      )
      .toBe('offline')
    one.replies.UnlockConnector = { status: 'Unlocked' }
    const chargePointIds = [...idsOf([one, two, three, four]), 'nobody']
    const wish = {
      action: 'UnlockConnector',
      payload: { connectorId: 1 },
      timeoutSeconds: 8,
      whenOffline: 'refuse',
    }
    const { body } = await start({ ...wish, chargePointIds }, 20)

    expect(body).toMatchObject({
      status: 'Ended',
      counts: { ...NOBODY, targets: 5, answered: 1, refused: 1, timedOut: 1, undelivered: 2 },
    })
    const results = await readAll(busbar, `/tasks/${body.taskId}`, 2)
    expect(results).toMatchObject([
      { chargePointId: one.chargePointId, status: 'Answered', response: { status: 'Unlocked' } },
      { chargePointId: two.chargePointId, status: 'Refused', error: { code: 'NotSupported' } },
      { chargePointId: three.chargePointId, status: 'TimedOut', error: { code: 'TimedOut' } },
      {
        chargePointId: four.chargePointId,
        status: 'Undelivered',
        error: { code: 'offline', description: `charge point ${four.chargePointId} is not connected` },
      },
      {
        chargePointId: 'nobody',
        status: 'Undelivered',
        error: { code: 'unknown', description: 'no charge point nobody is registered' },
      },
    ])
    const undelivered = await readAll(busbar, `/tasks/${body.taskId}?status=Undelivered`, 1)
    expect(undelivered).toEqual(results.slice(3))
    expect(await readAll(busbar, `/tasks/${body.taskId}?status=Sent`)).toEqual([])
    expect((await busbar.api('GET', `/tasks/${body.taskId}?cursor=nonsense`)).status).toBe(400)
  })

  it('waits for those that are away, and sends when they are back', async () => {
    const chargePointId = aName()
    await busbar.register(chargePointId)
    const { status, body } = await start({ action: 'ClearCache', chargePointIds: [chargePointId] })
    expect({ status, body }).toMatchObject({ status: 202, body: { whenOffline: 'queue', status: 'Running' } })
    await expect
      .poll(async () => (await busbar.api('GET', `/tasks/${body.taskId}`)).body.items, PATIENCE)
      .toMatchObject([{ chargePointId, status: 'Queued' }])
    const station = aStation(busbar, chargePointId)
    stations.push(station)
    await station.connect()
    await station.call('Heartbeat')
    expect(await read(body.taskId)).toMatchObject({
      status: 'Ended',
      counts: { ...NOBODY, targets: 1, answered: 1 },
    })
    expect(station.asked).toHaveLength(1)
  })

  it('cancelled, takes back what was not sent, and ends with the answer to what was', async () => {
    const [here] = (await aFleet(1, { replies: { ClearCache: undefined } })) as [Station]
    const away = aName()
    await busbar.register(away)
    const chargePointIds = [here.chargePointId, away]
    const { body } = await start({ action: 'ClearCache', chargePointIds })
    const path = `/tasks/${body.taskId}`
    const { messageId } = await here.wasAsked('ClearCache')
    await expect
      .poll(async () => (await busbar.api('GET', path)).body.items, PATIENCE)
      .toMatchObject([{ status: 'Sent' }, { status: 'Queued' }])

    const cancelled = await busbar.api('DELETE', path)
    expect(cancelled).toMatchObject({
      status: 200,
      body: { status: 'Running', cancelledAt: expect.any(String) },
    })
    await expect
      .poll(async () => (await busbar.api('GET', path)).body, PATIENCE)
      .toMatchObject({
        status: 'Running',
        counts: { ...NOBODY, targets: 2, waiting: 1, cancelled: 1 },
        items: [{ status: 'Sent' }, { status: 'Cancelled' }],
      })
    here.answer(messageId, { status: 'Accepted' })
    expect(await read(body.taskId)).toMatchObject({
      status: 'Cancelled',
      counts: { ...NOBODY, targets: 2, answered: 1, cancelled: 1 },
    })
    const late = aStation(busbar, away)
    stations.push(late)
    await late.connect()
    await late.call('Heartbeat')
    expect(late.asked).toEqual([])
  })

  it('that has ended cannot be cancelled', async () => {
    const { body } = await start({ action: 'ClearCache', chargePointIds: ['nobody'] }, 20)
    expect(body).toMatchObject({ status: 'Ended', counts: { undelivered: 1 } })
    const refused = await busbar.api('DELETE', `/tasks/${body.taskId}`)
    expect(refused).toMatchObject({ status: 409, body: { type: '/problems/not-running' } })
    expect((await busbar.api('DELETE', '/tasks/none')).status).toBe(404)
    expect((await busbar.api('GET', '/tasks/none')).status).toBe(404)
  })

  it.each([
    ['a payload that breaks the schema', { action: 'Reset', payload: { type: 'Warm' } }, 'payload.type'],
    ['an action there is not', { action: 'Explode' }, undefined],
    ['a time that has passed', { action: 'ClearCache', expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    ['a list and a filter', { action: 'ClearCache', filter: { all: true } }, 'chargePointIds'],
    ['an empty list', { action: 'ClearCache', chargePointIds: [] }, 'chargePointIds'],
    [
      'a filter that is not known',
      { action: 'ClearCache', chargePointIds: undefined, filter: { city: 'x' } },
      'filter',
    ],
  ])('with %s is refused, and nothing is sent', async (_, wish, path) => {
    const [station] = (await aFleet(1)) as [Station]
    const { status, body } = await start({ chargePointIds: [station.chargePointId], ...wish }, 5)
    expect(status).toBe(400)
    if (path) expect(body.issues[0].path).toContain(path)
    await station.call('Heartbeat')
    expect(station.asked).toEqual([])
  })

  it('never carries a secret', async () => {
    const payload = { key: 'AuthorizationKey', value: '00112233445566778899aabbccddeeff' }
    const { status } = await start({ action: 'ChangeConfiguration', payload, chargePointIds: ['CP01'] })
    expect(status).toBe(409)
  })

  it('is listed, the newest first, in pages', async () => {
    const { body: first } = await start({ action: 'ClearCache', chargePointIds: ['nobody'] }, 20)
    const { body: second } = await start({ action: 'ClearCache', chargePointIds: ['nobody'] }, 20)
    const page = await busbar.api('GET', '/tasks?limit=2')
    expect(page.body.items).toEqual([second, first])
    const listed = await readAll(busbar, '/tasks', 3)
    const ids = listed.map(({ taskId }) => taskId)
    expect(ids).toEqual([...new Set(ids)].sort().reverse())
    expect(listed.slice(0, 2)).toEqual([second, first])
  })
})
