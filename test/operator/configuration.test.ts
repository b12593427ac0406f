import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aChargePoint, type TestChargePoint } from '../support/system.ts'
import { callAndAnswer, pathOf, pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const configurationOf = (chargePoint: { chargePointId: string }) =>
  api.get(`${pathOf(chargePoint)}/configuration`)

const readBy = (chargePoint: TestChargePoint, values: Record<string, string>) =>
  callAndAnswer(
    api,
    chargePoint,
    { action: 'GetConfiguration' },
    {
      configurationKey: Object.entries(values).map(([key, value]) => ({ key, value, readonly: false })),
    },
  )

describe('the wanted configuration', () => {
  test('is shown with what drifts from it, even before the charge point was read', async () => {
    const wantedConfiguration = { HeartbeatInterval: '300', MeterValueSampleInterval: '60', Missing: 'x' }
    const chargePoint = await aChargePoint(api, { wantedConfiguration })
    expect((await configurationOf(chargePoint)).body).toEqual({
      keys: [],
      unknownKeys: [],
      wanted: wantedConfiguration,
      drift: Object.entries(wantedConfiguration).map(([key, wanted]) => ({ key, wanted, reason: 'unread' })),
    })
    await readBy(chargePoint, { HeartbeatInterval: '300', MeterValueSampleInterval: '900' })
    expect((await configurationOf(chargePoint)).body).toMatchObject({
      readAt: api.clock.iso(),
      wanted: wantedConfiguration,
      drift: [
        { key: 'MeterValueSampleInterval', wanted: '60', actual: '900', reason: 'different' },
        { key: 'Missing', wanted: 'x', reason: 'missing' },
      ],
    })
  })

  test('is given to the charge point when an operator says so', async () => {
    const chargePoint = await aChargePoint(api, { wantedConfiguration: { A: '1', B: '2', C: '3' } })
    await readBy(chargePoint, { A: '1', B: '0', C: '0' })
    const path = `${pathOf(chargePoint)}/configuration/apply`
    const applied = await api.ask('POST', path, { claims: { sub: 's', username: 'ann' } })
    expect(applied.status).toBe(202)
    const { items } = applied.body
    expect(items.map(({ payload }: any) => payload)).toEqual(
      expect.arrayContaining([
        { key: 'B', value: '2' },
        { key: 'C', value: '3' },
      ]),
    )
    expect(items).toMatchObject([
      { action: 'ChangeConfiguration', origin: 'ann', status: 'Sent' },
      { action: 'ChangeConfiguration', origin: 'ann', status: 'Queued' },
    ])
    for (const { messageId } of items) await chargePoint.answer(messageId, { status: 'Accepted' })
    expect((await configurationOf(chargePoint)).body.drift).toEqual([])
    expect((await api.ask('POST', path)).body).toEqual({ items: [] })
  })

  test('cannot be given to one that is Rejected', async () => {
    const chargePoint = await aChargePoint(api, { status: 'Rejected', wantedConfiguration: { A: '1' } })
    const refused = await api.ask('POST', `${pathOf(chargePoint)}/configuration/apply`)
    expect(problemOf(refused)).toEqual([409, 'not-accepted'])
  })
})

test('a setting needs its reboot until the charge point has booted', async () => {
  const chargePoint = await aChargePoint(api)
  await readBy(chargePoint, { A: '1' })
  await callAndAnswer(
    api,
    chargePoint,
    { action: 'ChangeConfiguration', payload: { key: 'A', value: '2' } },
    { status: 'RebootRequired' },
  )
  const before = await configurationOf(chargePoint)
  expect(before.body.keys).toEqual([{ key: 'A', value: '2', readonly: false, rebootRequired: true }])
  api.clock.advance(60)
  await chargePoint.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' })
  const after = await configurationOf(chargePoint)
  expect(after.body.keys).toEqual([{ key: 'A', value: '2', readonly: false }])
  expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'))
})

describe('what the operator says of a charge point', () => {
  test('is kept from the start, and can be edited', async () => {
    for (const siteId of ['utrecht-1', 'utrecht-2']) await api.post('/sites', { siteId, name: siteId })
    const facts = { siteId: 'utrecht-1', wantedConfiguration: { HeartbeatInterval: '300' } }
    const created = await api.post('/charge-points', {
      chargePointId: 'Facts',
      tags: ['fast', 'indoor', 'fast'],
      ...facts,
    })
    expect(created.body).toMatchObject({ ...facts, tags: ['fast', 'indoor'] })
    const path = '/charge-points/Facts'
    const messageLogUntil = new Date(api.clock.now().getTime() + 31 * 86_400_000).toISOString()
    const changed = await api.patch(path, { siteId: 'utrecht-2', tags: ['slow'], messageLogUntil })
    expect(changed.body).toMatchObject({ ...facts, siteId: 'utrecht-2', tags: ['slow'], messageLogUntil })
    expect((await api.store.getLive('Facts'))?.logUntil).toBe(messageLogUntil)
    expect((await api.get(path)).body).toEqual(changed.body)
    const nothing = { siteId: null, tags: null, messageLogUntil: null, wantedConfiguration: null }
    const removed = (await api.patch(path, nothing)).body
    for (const name of Object.keys(nothing)) expect(removed).not.toHaveProperty(name)
    expect((await api.store.getLive('Facts'))?.logUntil).toBeUndefined()
  })

  test('is merged, key by key, whatever their case', async () => {
    const chargePoint = await aChargePoint(api, { wantedConfiguration: { A: '1', B: '2' } })
    const wanted = async (wantedConfiguration: unknown) =>
      (await api.patch(pathOf(chargePoint), { wantedConfiguration })).body.wantedConfiguration
    expect(await wanted({ C: '3' })).toEqual({ A: '1', B: '2', C: '3' })
    expect(await wanted({ a: '', B: null })).toEqual({ a: '', C: '3' })
    expect(await wanted({})).toEqual({ a: '', C: '3' })
    expect(await wanted({ A: null, c: null })).toBeUndefined()
  })

  test('is merged without loss when two edit it at once', async () => {
    const chargePoint = await aChargePoint(api, { wantedConfiguration: { A: '1' } })
    const edits = ['B', 'C'].map((key) =>
      api.patch(pathOf(chargePoint), { wantedConfiguration: { [key]: 'x' } }),
    )
    expect((await Promise.all(edits)).map(({ status }) => status)).toEqual([200, 200])
    const { wantedConfiguration } = (await api.get(pathOf(chargePoint))).body
    expect(wantedConfiguration).toEqual({ A: '1', B: 'x', C: 'x' })
  })

  const key51 = 'k'.repeat(51)
  const keys = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, key) => [`K${key}`, '']))

  test.each([
    [{ siteId: '' }, 'siteId'],
    [{ siteId: 'a?b' }, 'siteId'],
    [{ tags: Array.from({ length: 21 }, (_, each) => `t${each}`) }, 'tags'],
    [{ tags: ['x'.repeat(51)] }, 'tags[0]'],
    [{ wantedConfiguration: { [key51]: '1' } }, `wantedConfiguration.${key51}`],
    [{ wantedConfiguration: { A: 'x'.repeat(501) } }, 'wantedConfiguration.A'],
    [{ wantedConfiguration: { A: 1 } }, 'wantedConfiguration.A'],
    [{ wantedConfiguration: { A: '1', a: '2' } }, 'wantedConfiguration'],
    [{ wantedConfiguration: { authorizationkey: 'hush' } }, 'wantedConfiguration.authorizationkey'],
    [{ wantedConfiguration: keys(101) }, 'wantedConfiguration'],
  ])('is refused where it makes no sense: %j', async (facts, path) => {
    const chargePoint = await aChargePoint(api)
    for (const refused of [
      await api.post('/charge-points', { chargePointId: 'Senseless', ...facts }),
      await api.patch(pathOf(chargePoint), facts),
    ]) {
      expect(problemOf(refused)).toEqual([400, 'invalid'])
      expect(pathsOf(refused)).toEqual([path])
      expect(refused.text).not.toContain('hush')
    }
  })

  test.each(['2026-02-28T00:00:00Z', '2027-01-01T00:00:00Z', 'tomorrow'])(
    'logs no frames until %s',
    async (messageLogUntil) => {
      const chargePoint = await aChargePoint(api)
      expect(pathsOf(await api.patch(pathOf(chargePoint), { messageLogUntil }))).toEqual(['messageLogUntil'])
    },
  )

  test('has at most a hundred keys, however many edits they come in', async () => {
    const chargePoint = await aChargePoint(api, { wantedConfiguration: keys(100) })
    const one = await api.patch(pathOf(chargePoint), { wantedConfiguration: { Another: '1' } })
    expect(pathsOf(one)).toEqual(['wantedConfiguration'])
    const swap = { wantedConfiguration: { Another: '1', K1: null } }
    expect((await api.patch(pathOf(chargePoint), swap)).status).toBe(200)
  })
})
