import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aChargePoint } from '../support/system.ts'
import { pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const aUser = async (more: object = {}) => (await api.post('/users', { name: 'Somebody', ...more })).body

const pathOfUser = ({ userId }: { userId: string }) => `/users/${userId}`

describe('POST /users', () => {
  test('registers one, under an id of our own', async () => {
    const facts = { name: 'Ada Lovelace', email: 'Ada@Example.org', phone: '+31 20 555 0100', note: 'first' }
    const created = await api.post('/users', facts)
    expect(created.status).toBe(201)
    expect(created.body).toEqual({
      ...facts,
      userId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      createdAt: api.clock.iso(),
      updatedAt: api.clock.iso(),
      version: 1,
      idTags: [],
    })
    expect(created.headers.get('location')).toBe(`/api/users/${created.body.userId}`)
    const read = await api.get(pathOfUser(created.body))
    expect(read.body).toEqual(created.body)
    expect(read.headers.get('etag')).toBe(created.headers.get('etag'))
  })

  test.each([
    [{}, ['name']],
    [{ name: '' }, ['name']],
    [{ name: 'two\nlines' }, ['name']],
    [{ name: 'x'.repeat(101) }, ['name']],
    [{ name: 'A', email: 'nowhere' }, ['email']],
    [{ name: 'A', userId: 'mine' }, ['userId']],
  ])('refuses %j', async (body, paths) => {
    const refused = await api.post('/users', body)
    expect(problemOf(refused)).toEqual([400, 'invalid'])
    expect(pathsOf(refused)).toEqual(paths)
  })
})

describe('PATCH /users/{userId}', () => {
  test('sets, keeps and removes', async () => {
    const user = await aUser({ email: 'a@example.org', phone: '1', note: 'n' })
    const changed = await api.patch(pathOfUser(user), { email: 'b@example.org', phone: null })
    expect(changed.body).toMatchObject({ name: 'Somebody', email: 'b@example.org', note: 'n', version: 2 })
    expect(changed.body).not.toHaveProperty('phone')
    expect((await api.get(pathOfUser(user))).headers.get('etag')).toBe(changed.headers.get('etag'))
  })

  test('refuses an edit of what was edited since', async () => {
    const user = await aUser()
    const etag = (await api.get(pathOfUser(user))).headers.get('etag') ?? ''
    expect((await api.patch(pathOfUser(user), { note: '1' }, { 'if-match': etag })).status).toBe(200)
    const late = await api.patch(pathOfUser(user), { note: '2' }, { 'if-match': etag })
    expect(problemOf(late)).toEqual([412, 'changed'])
    expect(problemOf(await api.delete(pathOfUser(user), { 'if-match': etag }))).toEqual([412, 'changed'])
    expect((await api.delete(pathOfUser(user), { 'if-match': '*' })).status).toBe(204)
  })

  test('loses no edit where several come at once', async () => {
    const user = await aUser()
    const edits = [{ name: 'Zed' }, { email: 'z@example.org' }, { phone: '7' }]
    const statuses = await Promise.all(
      edits.map(async (edit) => (await api.patch(pathOfUser(user), edit)).status),
    )
    expect(statuses).toEqual([200, 200, 200])
    const { body } = await api.get(pathOfUser(user))
    expect(body).toMatchObject({ name: 'Zed', email: 'z@example.org', phone: '7', version: 4 })
    const { items } = (await api.get('/users?email=z@example.org&name=ze')).body
    expect(items).toHaveLength(1)
  })

  test('knows no user that is none', async () => {
    expect(problemOf(await api.patch('/users/nobody', { note: 'a' }))).toEqual([404, 'unknown'])
    expect(problemOf(await api.get('/users/nobody'))).toEqual([404, 'unknown'])
    expect(problemOf(await api.delete('/users/nobody'))).toEqual([404, 'unknown'])
  })
})

describe('GET /users', () => {
  const namesOf = async (query: string): Promise<string[]> => {
    const names: string[] = []
    let cursor = ''
    do {
      const { body } = await api.get(`/users?limit=2&${query}${cursor && `&cursor=${cursor}`}`)
      names.push(...body.items.map(({ name }: { name: string }) => name))
      cursor = body.cursor ?? ''
    } while (cursor)
    return names
  }

  test('lists by name, both ways, and by what a name begins with', async () => {
    for (const name of ['list b', 'List A', 'LIST ä', 'list', 'List A', 'listless#1']) await aUser({ name })
    const all = ['list', 'List A', 'List A', 'list b', 'LIST ä', 'listless#1']
    expect(await namesOf('name=LIST')).toEqual(all)
    expect(await namesOf('name=list&order=desc')).toEqual([...all].reverse())
    expect(await namesOf('name=list%20')).toEqual(all.slice(1, 5))
    expect(await namesOf('name=list%20A')).toEqual(['List A', 'List A'])
    expect(await namesOf('name=listless%231')).toEqual(['listless#1'])
    expect(await namesOf('name=Listz')).toEqual([])
    expect((await namesOf('')).slice(-1)).not.toEqual(await namesOf('order=desc'))
  })

  test('finds those of an email address, whatever its case, as it is now', async () => {
    const user = await aUser({ name: 'Mail 2', email: 'Shared@example.org' })
    await aUser({ name: 'Mail 1', email: 'shared@EXAMPLE.org' })
    expect(await namesOf('email=shared@example.org')).toEqual(['Mail 1', 'Mail 2'])
    expect(await namesOf('email=shared@example.org&order=desc')).toEqual(['Mail 2', 'Mail 1'])
    await api.patch(pathOfUser(user), { name: 'Mail 0' })
    expect(await namesOf('email=shared@example.org')).toEqual(['Mail 0', 'Mail 1'])
    await api.patch(pathOfUser(user), { email: null })
    expect(await namesOf('email=shared@example.org')).toEqual(['Mail 1'])
    await api.patch(pathOfUser(user), { email: 'other@example.org' })
    expect(await namesOf('email=other@example.org')).toEqual(['Mail 0'])
  })

  test('refuses what is no cursor of this list', async () => {
    await aUser({ name: 'Cursor 1' })
    await aUser({ name: 'Cursor 2' })
    const { cursor } = (await api.get('/users?limit=1&name=cursor')).body
    expect((await api.get(`/users?limit=1&name=cursor&cursor=${cursor}`)).body.items).toHaveLength(1)
    expect(problemOf(await api.get(`/users?name=somebody&cursor=${cursor}`))).toEqual([400, 'invalid'])
    expect(problemOf(await api.get(`/sites?cursor=${cursor}`))).toEqual([400, 'invalid'])
  })
})

describe('the id tags of a user', () => {
  test('are told with the user, and keep the user from being removed', async () => {
    const user = await aUser()
    for (const idTag of ['Own-2', 'Own-1']) await api.post('/id-tags', { idTag, userId: user.userId })
    expect((await api.get(pathOfUser(user))).body.idTags).toEqual(['Own-1', 'Own-2'])
    expect((await api.get('/id-tags/Own-1')).body.userId).toBe(user.userId)
    const refused = await api.delete(pathOfUser(user))
    expect(problemOf(refused)).toEqual([409, 'in-use'])
    await api.patch('/id-tags/Own-1', { userId: null })
    await api.delete('/id-tags/Own-2')
    expect((await api.get(pathOfUser(user))).body.idTags).toEqual([])
    expect((await api.delete(pathOfUser(user))).status).toBe(204)
  })

  test('can be given to somebody else, who has to be there', async () => {
    const [one, other] = [await aUser(), await aUser()]
    await api.post('/id-tags', { idTag: 'Handed', userId: one.userId })
    const refused = await api.patch('/id-tags/Handed', { userId: 'nobody' })
    expect(problemOf(refused)).toEqual([400, 'invalid'])
    expect(pathsOf(refused)).toEqual(['userId'])
    expect((await api.patch('/id-tags/Handed', { userId: other.userId })).body.userId).toBe(other.userId)
    expect((await api.get(pathOfUser(one))).body.idTags).toEqual([])
    expect((await api.get(pathOfUser(other))).body.idTags).toEqual(['Handed'])
  })

  test('keep their transactions, whatever becomes of the user', async () => {
    const user = await aUser()
    await api.post('/id-tags', { idTag: 'Charged', userId: user.userId })
    const chargePoint = await aChargePoint(api)
    const start = { connectorId: 1, idTag: 'Charged', meterStart: 0, timestamp: api.clock.iso() }
    const { transactionId } = await chargePoint.call('StartTransaction', start)
    await api.delete('/id-tags/Charged')
    expect((await api.delete(pathOfUser(user))).status).toBe(204)
    expect((await api.get(`/transactions/${transactionId}`)).body.idTag).toBe('Charged')
  })
})
