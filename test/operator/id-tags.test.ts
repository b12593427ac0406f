import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aChargePoint } from '../support/system.ts'
import { pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

describe('POST /id-tags', () => {
  test('registers one', async () => {
    const created = await api.post('/id-tags', { idTag: 'Tag 1/a' })
    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toBe('/api/id-tags/Tag%201%2Fa')
    expect(created.body).toEqual({
      idTag: 'Tag 1/a',
      blocked: false,
      maxActiveTransactions: 1,
      createdAt: api.clock.iso(),
      updatedAt: api.clock.iso(),
      version: 1,
      activeTransactions: [],
    })
    const read = await api.get('/id-tags/Tag%201%2Fa')
    expect(read.body).toEqual(created.body)
    expect(read.headers.get('etag')).toBe(created.headers.get('etag'))
  })

  test('keeps all that is given, instants in UTC', async () => {
    const facts = {
      idTag: 'ALL',
      parentIdTag: 'FLEET',
      blocked: true,
      maxActiveTransactions: 0,
      note: 'lost',
    }
    const { body } = await api.post('/id-tags', { ...facts, expiryDate: '2027-01-01T00:00:00+02:00' })
    expect(body).toMatchObject({ ...facts, expiryDate: '2026-12-31T22:00:00.000Z' })
  })

  test('compares without case', async () => {
    await api.post('/id-tags', { idTag: 'CaSe' })
    expect(problemOf(await api.post('/id-tags', { idTag: 'cAsE' }))).toEqual([409, 'exists'])
    expect((await api.get('/id-tags/CASE')).body.idTag).toBe('CaSe')
  })

  test('takes it out of the inbox, in whatever case it was presented', async () => {
    const chargePoint = await aChargePoint(api)
    await chargePoint.call('Authorize', { idTag: 'newcomer' })
    await chargePoint.call('Authorize', { idTag: 'Newcomer' })
    const { items } = (await api.get('/unknown-id-tags')).body
    expect(items).toEqual([
      {
        idTag: 'Newcomer',
        attempts: 2,
        firstAt: api.clock.iso(),
        lastAt: api.clock.iso(),
        chargePointId: chargePoint.chargePointId,
      },
    ])
    await api.post('/id-tags', { idTag: 'NEWCOMER' })
    expect((await api.get('/unknown-id-tags')).body.items).toEqual([])
  })

  test.each([
    [{}, ['idTag']],
    [{ idTag: '' }, ['idTag']],
    [{ idTag: 'x'.repeat(21) }, ['idTag']],
    [{ idTag: 'a\tb' }, ['idTag']],
    [{ idTag: '.' }, ['idTag']],
    [{ idTag: 'a', parentIdTag: 'x'.repeat(21) }, ['parentIdTag']],
    [{ idTag: 'a', expiryDate: '2027-01-01' }, ['expiryDate']],
    [{ idTag: 'a', expiryDate: '2027-01-01T00:00:00' }, ['expiryDate']],
    [{ idTag: 'a', expiryDate: '9999-12-31T23:59:59-01:00' }, ['expiryDate']],
    [{ idTag: 'a', blocked: 'no' }, ['blocked']],
    [{ idTag: 'a', maxActiveTransactions: -2 }, ['maxActiveTransactions']],
    [{ idTag: 'a', userId: 'nobody' }, ['userId']],
    [{ idTag: 'a', allowedSites: [] }, ['allowedSites']],
    [{ idTag: 'a', allowedSites: [''] }, ['allowedSites[0]']],
    [{ idTag: 'a', allowedChargePoints: Array(101).fill('CP') }, ['allowedChargePoints']],
    [{ idTag: 'a', maxActiveTransactions: 1.5 }, ['maxActiveTransactions']],
    [{ idTag: 'a', colour: 'red' }, ['colour']],
  ])('refuses %j', async (body, paths) => {
    const refused = await api.post('/id-tags', body)
    expect(problemOf(refused)).toEqual([400, 'invalid'])
    expect(pathsOf(refused)).toEqual(paths)
  })
})

test('GET /id-tags pages without case, and leaves nothing out', async () => {
  for (const idTag of ['zz-B', 'ZZ-a', 'zz-C', 'ZZ-d']) await api.post('/id-tags', { idTag })
  const all: string[] = []
  let cursor = ''
  do {
    const { body } = await api.get(`/id-tags?limit=2${cursor && `&cursor=${cursor}`}`)
    expect(body.items.length).toBeLessThanOrEqual(2)
    all.push(...body.items.map(({ idTag }: { idTag: string }) => idTag))
    cursor = body.cursor ?? ''
  } while (cursor)
  expect(all).toEqual([...all].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)))
  expect(all.slice(-4)).toEqual(['ZZ-a', 'zz-B', 'zz-C', 'ZZ-d'])
})

test('GET /id-tags/{idTag} tells the active transactions', async () => {
  const chargePoint = await aChargePoint(api)
  await api.post('/id-tags', { idTag: 'BUSY', maxActiveTransactions: 2 })
  const etag = (await api.get('/id-tags/BUSY')).headers.get('etag') ?? ''
  const start = (connectorId: number) =>
    chargePoint.call('StartTransaction', {
      connectorId,
      idTag: 'busy',
      meterStart: 0,
      timestamp: api.clock.iso(),
    })
  const ids = [(await start(1)).transactionId, (await start(2)).transactionId]
  const busy = await api.get('/id-tags/BUSY', { 'if-none-match': etag })
  expect(busy.status).toBe(200)
  expect(busy.body.activeTransactions).toEqual(ids.sort((a, b) => a - b))
})

describe('PATCH and DELETE /id-tags/{idTag}', () => {
  test('set, keep, remove', async () => {
    await api.post('/id-tags', {
      idTag: 'EDIT',
      parentIdTag: 'P',
      note: 'n',
      expiryDate: '2027-01-01T00:00:00Z',
    })
    const changed = await api.patch('/id-tags/edit', {
      blocked: true,
      parentIdTag: null,
      expiryDate: null,
      maxActiveTransactions: 3,
    })
    expect(changed.body).toMatchObject({
      idTag: 'EDIT',
      blocked: true,
      maxActiveTransactions: 3,
      note: 'n',
      version: 2,
    })
    expect(changed.body).not.toHaveProperty('parentIdTag')
    expect(changed.body).not.toHaveProperty('expiryDate')
    expect((await api.get('/id-tags/EDIT')).headers.get('etag')).toBe(changed.headers.get('etag'))
    expect(pathsOf(await api.patch('/id-tags/EDIT', { idTag: 'OTHER' }))).toEqual(['idTag'])
    expect(pathsOf(await api.patch('/id-tags/EDIT', { blocked: null }))).toEqual(['blocked'])
  })

  test('say where it may charge, and whether there is a limit', async () => {
    const places = { allowedSites: ['s 1', 's/2', 's 1'], allowedChargePoints: ['CP #1/α'] }
    const created = await api.post('/id-tags', { idTag: 'PLACES', ...places, maxActiveTransactions: -1 })
    const known = { allowedSites: ['s 1', 's/2'], allowedChargePoints: ['CP #1/α'] }
    expect(created.body).toMatchObject({ ...known, maxActiveTransactions: -1 })
    const changed = await api.patch('/id-tags/PLACES', {
      allowedSites: null,
      allowedChargePoints: ['A', 'B'],
    })
    expect(changed.body).toMatchObject({ allowedChargePoints: ['A', 'B'], version: 2 })
    expect(changed.body).not.toHaveProperty('allowedSites')
    expect(pathsOf(await api.patch('/id-tags/PLACES', { allowedSites: [] }))).toEqual(['allowedSites'])
    expect((await api.get('/id-tags/PLACES')).body).toEqual(changed.body)
  })

  test('lose nothing where several come at once', async () => {
    await api.post('/id-tags', { idTag: 'AT-ONCE' })
    const edits = [{ note: 'n' }, { parentIdTag: 'P' }, { blocked: true }, { allowedSites: ['s'] }]
    const answers = await Promise.all(edits.map((each) => api.patch('/id-tags/AT-ONCE', each)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect((await api.get('/id-tags/AT-ONCE')).body).toMatchObject({
      ...Object.assign({}, ...edits),
      version: 5,
    })
  })

  test('keep to If-Match', async () => {
    await api.post('/id-tags', { idTag: 'MATCH' })
    const { headers } = await api.get('/id-tags/MATCH')
    const own = { 'if-match': headers.get('etag') ?? '' }
    expect((await api.patch('/id-tags/MATCH', { note: 'a' }, own)).status).toBe(200)
    expect(problemOf(await api.patch('/id-tags/MATCH', { note: 'b' }, own))).toEqual([412, 'changed'])
    expect(problemOf(await api.delete('/id-tags/MATCH', own))).toEqual([412, 'changed'])
    expect(problemOf(await api.delete('/id-tags/MATCH', { 'if-match': '"7", "8"' }))).toEqual([
      412,
      'changed',
    ])
    expect((await api.delete('/id-tags/MATCH', { 'if-match': '"1", "2"' })).status).toBe(204)
    expect(problemOf(await api.delete('/id-tags/MATCH', { 'if-match': '*' }))).toEqual([404, 'unknown'])
    expect(problemOf(await api.patch('/id-tags/MATCH', {}))).toEqual([404, 'unknown'])
    expect(problemOf(await api.get('/id-tags/MATCH'))).toEqual([404, 'unknown'])
  })
})
