import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

describe('POST /sites', () => {
  test('registers one under the id that is given, with all that is given', async () => {
    const facts = {
      siteId: 'Utrecht 1#α',
      name: 'Utrecht',
      address: '1 Station Road',
      location: { latitude: 52.0893, longitude: 5.1101 },
      timeZone: 'Europe/Amsterdam',
      note: 'n',
    }
    const created = await api.post('/sites', facts)
    expect(created.status).toBe(201)
    expect(created.body).toEqual({
      ...facts,
      createdAt: api.clock.iso(),
      updatedAt: api.clock.iso(),
      version: 1,
    })
    expect(created.headers.get('location')).toBe('/api/sites/Utrecht%201%23%CE%B1')
    const read = await api.get('/sites/Utrecht%201%23%CE%B1')
    expect(read.body).toEqual(created.body)
    expect(problemOf(await api.post('/sites', facts))).toEqual([409, 'exists'])
  })

  test('makes an id where none is given', async () => {
    const { body } = await api.post('/sites', { name: 'Nameless' })
    expect(body.siteId).toMatch(/^[0-9a-f-]{36}$/)
  })

  test.each([
    [{}, ['name']],
    [{ name: 'A', siteId: 'a/b' }, ['siteId']],
    [{ name: 'A', siteId: '..' }, ['siteId']],
    [{ name: 'A', location: { latitude: 91, longitude: 0 } }, ['location.latitude']],
    [{ name: 'A', location: { latitude: 1 } }, ['location.longitude']],
    [{ name: 'A', timeZone: 'Europe/Nowhere' }, ['timeZone']],
    [{ name: 'A', timeZone: '+01:00' }, ['timeZone']],
    [{ name: 'A', timeZone: '' }, ['timeZone']],
  ])('refuses %j', async (body, paths) => {
    const refused = await api.post('/sites', body)
    expect(problemOf(refused)).toEqual([400, 'invalid'])
    expect([...new Set(pathsOf(refused))]).toEqual(paths)
  })
})

test('PATCH /sites/{siteId} sets, keeps and removes, unless it was edited since', async () => {
  const location = { latitude: 1, longitude: 2 }
  const { headers } = await api.post('/sites', { siteId: 'edited', name: 'B', location, note: 'n' })
  const etag = headers.get('etag') ?? ''
  const edit = { name: 'A', location: null, timeZone: 'UTC' }
  const changed = await api.patch('/sites/edited', edit, { 'if-match': etag })
  expect(changed.body).toMatchObject({ name: 'A', timeZone: 'UTC', note: 'n', version: 2 })
  expect(changed.body).not.toHaveProperty('location')
  expect(problemOf(await api.patch('/sites/edited', edit, { 'if-match': etag }))).toEqual([412, 'changed'])
  expect(problemOf(await api.delete('/sites/edited', { 'if-match': etag }))).toEqual([412, 'changed'])
  expect(problemOf(await api.patch('/sites/nowhere', edit))).toEqual([404, 'unknown'])
})

test('GET /sites lists by name, both ways, as it is now', async () => {
  for (const name of ['row c', 'Row B', 'ROW a']) await api.post('/sites', { siteId: name, name })
  await api.patch('/sites/row%20c', { name: 'Row 0' })
  const namesOf = async (query: string) =>
    (await api.get(`/sites?${query}`)).body.items.map(({ name }: { name: string }) => name)
  expect(await namesOf('name=row')).toEqual(['Row 0', 'ROW a', 'Row B'])
  expect(await namesOf('name=row&order=desc')).toEqual(['Row B', 'ROW a', 'Row 0'])
})

describe('charge points on a site', () => {
  test('need it to be there', async () => {
    const nowhere = await api.post('/charge-points', { chargePointId: 'Lost', siteId: 'nowhere' })
    expect(problemOf(nowhere)).toEqual([400, 'invalid'])
    expect(pathsOf(nowhere)).toEqual(['siteId'])
    expect((await api.get('/charge-points/Lost')).status).toBe(404)
    await api.post('/charge-points', { chargePointId: 'Lost' })
    expect(pathsOf(await api.patch('/charge-points/Lost', { siteId: 'nowhere' }))).toEqual(['siteId'])
  })

  test('keep it from being removed', async () => {
    await api.post('/sites', { siteId: 'busy', name: 'Busy' })
    await api.post('/charge-points', { chargePointId: 'There 1', siteId: 'busy' })
    const refused = await api.delete('/sites/busy')
    expect(problemOf(refused)).toEqual([409, 'in-use'])
    expect(refused.body.detail).toContain('There 1')
    await api.patch('/charge-points/There%201', { siteId: null })
    expect((await api.store.getLive('There 1'))?.siteId).toBeUndefined()
    expect((await api.delete('/sites/busy')).status).toBe(204)
    expect(problemOf(await api.get('/sites/busy'))).toEqual([404, 'unknown'])
  })
})
