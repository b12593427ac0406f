import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isPassword } from '../../lib/central-system/password.ts'
import type { Store } from '../../lib/store/port.ts'
import { aChargePoint, anIdTag } from '../support/system.ts'
import { pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
/** Fails the nth write of an id tag, once. */
let failAt = 0
beforeAll(async () => {
  api = await startApi({
    store: (store): Store => ({
      ...store,
      async createIdTag(idTag) {
        if (failAt > 0 && --failAt === 0) throw new Error('the store is away')
        return store.createIdTag(idTag)
      },
    }),
  })
})
afterAll(() => api.stop())

const idTags = (...tags: (string | object)[]) => ({
  kind: 'id-tags',
  rows: tags.map((tag) => (typeof tag === 'string' ? { idTag: tag } : tag)),
})

async function imported(body: object) {
  const { status, body: started, headers } = await api.post('/imports', body)
  expect(status, JSON.stringify(started)).toBe(202)
  expect(headers.get('location')).toBe(`/api/imports/${started.importId}`)
  await api.takeSteps()
  return (await api.get(`/imports/${started.importId}`)).body
}

async function importedCsv(query: string, text: string) {
  const headers = { 'content-type': 'text/csv' }
  const { status, body } = await api.ask('POST', `/imports?${query}`, { text, headers })
  expect(status, JSON.stringify(body)).toBe(202)
  await api.takeSteps()
  return (await api.get(`/imports/${body.importId}`)).body
}

const counts = (more: object) => ({
  rows: expect.any(Number),
  created: 0,
  updated: 0,
  unchanged: 0,
  failed: 0,
  cancelled: 0,
  waiting: 0,
  ...more,
})

describe('an import', () => {
  test('registers its rows as POST does, and changes nothing the second time', async () => {
    const body = idTags('i1', {
      idTag: 'i2',
      parentIdTag: 'P',
      note: 'a note',
      expiryDate: '2030-01-01T00:00:00+02:00',
    })
    const first = await imported(body)
    expect(first).toMatchObject({ status: 'Ended', counts: counts({ created: 2 }), items: [] })
    const { body: tag } = await api.get('/id-tags/i2')
    expect(tag).toMatchObject({ parentIdTag: 'P', note: 'a note', blocked: false, version: 1 })
    expect(tag.expiryDate).toBe('2029-12-31T22:00:00.000Z')
    api.clock.advance(1)
    for (const mode of ['create', 'upsert'])
      expect((await imported({ ...body, mode })).counts).toEqual(counts({ unchanged: 2 }))
    expect((await api.get('/id-tags/i2')).body).toEqual(tag)
  })

  test('tells of each row what is wrong with it, and takes the others', async () => {
    await anIdTag(api, { idTag: 'there', note: 'mine' })
    api.clock.advance(1)
    const rows = [
      'good',
      'there',
      'GOOD',
      { note: 'none' },
      { idTag: 'x'.repeat(21) },
      { idTag: 'odd', blockd: true },
    ]
    const { counts: found, items } = await imported(
      idTags(...rows, { idTag: 'There', note: 'yours' }, { idTag: 'u', userId: 'nobody' }),
    )
    expect(found).toEqual(counts({ created: 1, unchanged: 1, failed: 6 }))
    expect(items).toEqual([
      { row: 3, id: 'GOOD', message: 'row 1 has the same idTag' },
      {
        row: 4,
        message: expect.stringContaining('idTag'),
        issues: [{ path: 'idTag', message: expect.any(String) }],
      },
      {
        row: 5,
        id: 'x'.repeat(21),
        message: expect.any(String),
        issues: [{ path: 'idTag', message: expect.any(String) }],
      },
      {
        row: 6,
        id: 'odd',
        message: 'blockd: there is no such property',
        issues: [{ path: 'blockd', message: 'there is no such property' }],
      },
      { row: 7, id: 'There', message: 'row 2 has the same idTag' },
      {
        row: 8,
        id: 'u',
        message: expect.any(String),
        issues: [{ path: 'userId', message: expect.any(String) }],
      },
    ])
  })

  test('leaves what is there as it is, or gives it what the row gives', async () => {
    await anIdTag(api, { idTag: 'kept', note: 'mine', parentIdTag: 'P' })
    api.clock.advance(1)
    const body = idTags({ idTag: 'KEPT', note: 'yours', blocked: true })
    const { items } = await imported(body)
    expect(items).toMatchObject([
      { row: 1, message: 'KEPT is registered already, with another blocked, note' },
    ])
    expect((await imported({ ...body, mode: 'upsert' })).counts).toEqual(counts({ updated: 1 }))
    const { body: tag } = await api.get('/id-tags/kept')
    expect(tag).toMatchObject({ idTag: 'kept', note: 'yours', blocked: true, parentIdTag: 'P', version: 2 })
  })

  test('takes what was registered out of the inbox', async () => {
    await api.store.rememberUnknown('id-tag', 'inbox', api.clock.iso())
    await api.store.rememberUnknown('charge-point', 'inbox', api.clock.iso())
    await imported(idTags('inbox'))
    await imported({ kind: 'charge-points', rows: [{ chargePointId: 'inbox' }] })
    expect((await api.get('/unknown-id-tags')).body.items).toEqual([])
    expect((await api.get('/unknown-charge-points')).body.items).toEqual([])
  })

  test('pages its errors, in the order of the rows', async () => {
    const rows = Array.from({ length: 250 }, (_, index) => ({ idTag: 'x'.repeat(30), note: String(index) }))
    const { importId, counts: found } = await imported(
      idTags(...rows.map((row, index) => ({ ...row, idTag: `${row.idTag}${index}` }))),
    )
    expect(found).toEqual(counts({ failed: 250 }))
    const numbers: number[] = []
    for (let cursor = ''; ; ) {
      const { body } = await api.get(`/imports/${importId}?limit=70${cursor}`)
      numbers.push(...body.items.map(({ row }: { row: number }) => row))
      if (!body.cursor) break
      cursor = `&cursor=${body.cursor}`
    }
    expect(numbers).toEqual(Array.from({ length: 250 }, (_, index) => index + 1))
    expect(problemOf(await api.get(`/imports/${importId}?cursor=nonsense`))).toEqual([400, 'invalid'])
    const csv = await api.get(`/imports/${importId}`, { accept: 'text/csv' })
    expect(csv.text.split('\r\n')).toHaveLength(252)
  })

  test('goes on where it was torn off, and nothing is done twice', async () => {
    const { body } = await api.post('/imports', idTags('t1', 't2', 't3', 't4', 't5'))
    failAt = 4
    const step = api.steps.find((each) => 'import' in each && each.import === 'rows')
    await expect(api.takeSteps()).rejects.toThrow('the store is away')
    expect((await api.get(`/imports/${body.importId}`)).body).toMatchObject({
      status: 'Running',
      counts: counts({ waiting: 5 }),
    })
    api.clock.advance(30)
    for (let time = 0; time < 2; time++) {
      if (step) api.steps.unshift(step)
      await api.takeSteps()
      const { body: ended } = await api.get(`/imports/${body.importId}`)
      expect(ended).toMatchObject({ status: 'Ended', counts: counts({ created: 5 }) })
    }
    const { items } = (await api.get('/audit?operation=createIdTag&limit=200')).body
    const ofImport = items.filter((each: { importId?: string }) => each.importId === body.importId)
    expect(ofImport.map(({ target }: { target: string }) => target).sort()).toEqual(
      ['t1', 't2', 't3', 't4', 't5'].map((idTag) => `/id-tags/${idTag}`),
    )
  })

  test('asks again for what was lost, and gives it up after a day', async () => {
    const { body } = await api.post('/imports', idTags('l1'))
    const take = async (importId: string) => {
      const own = api.steps.splice(0).filter((each) => 'importId' in each && each.importId === importId)
      const check = own.find((each) => 'import' in each && each.import === 'check')
      if (check) api.steps.push({ ...check, afterSeconds: 0 })
      await api.takeSteps()
    }
    await take(body.importId)
    expect((await api.get(`/imports/${body.importId}`)).body.counts).toEqual(counts({ created: 1 }))
    const { body: late } = await api.post('/imports', idTags('l2'))
    api.clock.advance(24 * 3600 + 1)
    await take(late.importId)
    expect((await api.get(`/imports/${late.importId}`)).body).toMatchObject({
      status: 'Ended',
      counts: counts({ failed: 1 }),
      items: [{ row: 1, id: 'l2', message: 'it could not be taken in a day' }],
    })
  })

  test('is cancelled: what was not taken is not', async () => {
    api.clock.advance(1)
    const { body } = await api.post('/imports', idTags('c1', 'c2'))
    const cancelled = await api.post(`/imports/${body.importId}/cancel`, undefined)
    expect(cancelled.body).toMatchObject({ status: 'Running', cancelledAt: api.clock.iso() })
    await api.takeSteps()
    const { body: ended } = await api.get(`/imports/${body.importId}`)
    expect(ended).toMatchObject({ status: 'Cancelled', counts: counts({ cancelled: 2 }) })
    expect((await api.get('/id-tags/c1')).status).toBe(404)
    expect(problemOf(await api.post(`/imports/${body.importId}/cancel`, undefined))).toEqual([
      409,
      'not-running',
    ])
    expect(problemOf(await api.post('/imports/nothing/cancel', undefined))).toEqual([404, 'unknown'])
    expect((await api.get('/imports?limit=1')).body.items).toMatchObject([{ importId: body.importId }])
  })

  test('takes ten thousand rows, in a hundred steps', async () => {
    api.clock.advance(1)
    const rows = Array.from({ length: 10_000 }, (_, index) => ({ idTag: `M${index}`, note: 'x'.repeat(300) }))
    const { body, status } = await api.post('/imports', { kind: 'id-tags', rows })
    expect(status).toBe(202)
    const own = api.steps.filter((each) => 'importId' in each && each.importId === body.importId)
    expect(own.filter((each) => 'import' in each && each.import === 'rows')).toHaveLength(100)
    await api.post(`/imports/${body.importId}/cancel`, undefined)
    await api.takeSteps()
    expect((await api.get(`/imports/${body.importId}`)).body.counts).toEqual(counts({ cancelled: 10_000 }))
  })

  test('is refused as a whole where it makes no sense', async () => {
    expect(pathsOf(await api.post('/imports', { kind: 'users', rows: [] }))).toEqual(['kind', 'rows'])
    const many = Array.from({ length: 10_001 }, () => ({ idTag: 'x' }))
    expect(pathsOf(await api.post('/imports', idTags(...many)))).toEqual(['rows'])
    expect(
      pathsOf(await api.post('/imports', idTags('a', { idTag: 'b', note: 'x'.repeat(40_000) }))),
    ).toEqual(['rows[1]'])
    const text = JSON.stringify({ ...idTags('a'), filling: 'x'.repeat(5_000_000) })
    expect(problemOf(await api.ask('POST', '/imports', { text }))).toEqual([413, 'too-large'])
    expect(problemOf(await api.get('/imports/nothing'))).toEqual([404, 'unknown'])
  })
})

describe('charge points with passwords', () => {
  test('wait sealed: no password is in the store, before or after', async () => {
    const rows = Array.from({ length: 3 }, (_, index) => ({
      chargePointId: `S${index}`,
      password: `very-secret-${index}`,
    }))
    const { body } = await api.post('/imports', { kind: 'charge-points', rows })
    const step = api.steps.find((each) => 'import' in each && each.import === 'rows')
    const key = step && 'key' in step ? step.key : ''
    expect(key).toHaveLength(43)
    const before = await everything()
    await api.takeSteps()
    const after = await everything()
    for (const bytes of [before, after]) {
      expect(bytes).not.toContain('very-secret')
      expect(bytes).not.toContain(Buffer.from('very-secret').toString('base64').slice(0, 12))
      expect(bytes).not.toContain(key)
    }
    expect(after).not.toContain('"ROWS"')
    expect((await api.get(`/imports/${body.importId}`)).body.counts).toEqual(counts({ created: 3 }))
    const { passwordHash = '' } = (await api.store.getChargePoint('S1')) ?? {}
    expect(await isPassword(Buffer.from('very-secret-1'), passwordHash)).toBe(true)
    expect(api.told.join()).not.toContain('very-secret')
    expect(JSON.stringify(api.logged)).not.toContain('very-secret')
    api.clock.advance(1)
    expect((await imported({ kind: 'charge-points', mode: 'upsert', rows })).counts).toEqual(
      counts({ unchanged: 3 }),
    )
  })

  test('need one where their profile asks for it', async () => {
    const rows = [
      { chargePointId: 'N1', securityProfile: 2 },
      { chargePointId: 'N2', securityProfile: 1, password: 'password-of-N2' },
      { chargePointId: 'N3', password: 'short' },
    ]
    const { counts: found, items } = await imported({ kind: 'charge-points', rows })
    expect(found).toEqual(counts({ created: 1, failed: 2 }))
    expect(items[0]).toMatchObject({ row: 1, id: 'N1', message: expect.stringContaining('needs a password') })
    expect(items[1].issues[0].path).toBe('password')
    expect(JSON.stringify(items)).not.toContain('short"')
  })

  test('have to authenticate anew where an import has given them another', async () => {
    const chargePoint = await aChargePoint(api)
    const { chargePointId, connectionId } = chargePoint
    api.clock.advance(1)
    const rows = [{ chargePointId, password: 'another-password' }]
    const { items } = await imported({ kind: 'charge-points', rows })
    expect(items[0].message).toBe(`${chargePointId} is registered already, with another password`)
    expect(api.closed).not.toContain(connectionId)
    expect((await imported({ kind: 'charge-points', mode: 'upsert', rows })).counts).toEqual(
      counts({ updated: 1 }),
    )
    expect(api.closed).toContain(connectionId)
    const { items: entries } = (await api.get(`/audit?target=/charge-points/${chargePointId}`)).body
    expect(entries).toMatchObject([
      {
        operation: 'changeChargePoint',
        given: ['chargePointId', 'password'],
        before: { hasPassword: false },
        after: { hasPassword: true },
      },
    ])
  })

  test('keep their registration status unless the row says another one', async () => {
    const { chargePointId } = await aChargePoint(api, { status: 'Rejected', connected: false })
    api.clock.advance(1)
    const rows = [{ chargePointId, description: 'new', wantedConfiguration: { A: '1' } }]
    expect((await imported({ kind: 'charge-points', mode: 'upsert', rows })).counts).toEqual(
      counts({ updated: 1 }),
    )
    expect((await api.get(`/charge-points/${chargePointId}`)).body).toMatchObject({
      registrationStatus: 'Rejected',
      description: 'new',
      wantedConfiguration: { A: '1' },
    })
    api.clock.advance(1)
    expect((await imported({ kind: 'charge-points', mode: 'upsert', rows })).counts).toEqual(
      counts({ unchanged: 1 }),
    )
  })
})

test('the error of a row ends where its room does, in the middle of a surrogate pair too', async () => {
  const wide = '😀'.repeat(300)
  const {
    status,
    counts: found,
    items,
  } = await imported(idTags(`a${wide}`, { idTag: 'wide', [`b${wide}`]: 1 }))
  expect([status, found]).toEqual(['Ended', counts({ failed: 2 })])
  expect(items).toMatchObject([{ row: 1 }, { row: 2, id: 'wide' }])
})

describe('CSV', () => {
  test('is read by the names of its columns', async () => {
    const text = [
      '\ufefftags,chargePointId,securityProfile,password,strict,heartbeatInterval,wantedConfiguration',
      'fast;in\\;door,"V,1",1,password-of-V1,TRUE,60,"{""HeartbeatInterval"":""60""}"',
      ',V2,,,,,',
      '',
      ',V3,7,,maybe,6x,{',
    ].join('\r\n')
    const { counts: found, items } = await importedCsv('kind=charge-points', text)
    expect(found).toEqual(counts({ created: 2, failed: 1 }))
    expect(items).toMatchObject([{ row: 3, id: 'V3' }])
    expect(items[0].issues.map(({ path }: { path: string }) => path).sort()).toEqual([
      'heartbeatInterval',
      'securityProfile',
      'strict',
      'wantedConfiguration',
    ])
    expect((await api.get('/charge-points/V%2C1')).body).toMatchObject({
      tags: ['fast', 'in;door'],
      securityProfile: 1,
      hasPassword: true,
      strict: true,
      heartbeatInterval: 60,
      wantedConfiguration: { HeartbeatInterval: '60' },
    })
  })

  test('with a cell too many fails in that row alone; empty ones, and those missing at the end, say nothing', async () => {
    const text = ['idTag,note,blocked', 'ragged1,x', 'ragged2', 'ragged3,x,true,,', 'ragged4,x,true,,y'].join(
      '\n',
    )
    const { counts: found, items } = await importedCsv('kind=id-tags', text)
    expect(found).toEqual(counts({ created: 3, failed: 1 }))
    expect(items).toMatchObject([
      { row: 4, id: 'ragged4', issues: [{ path: 'cell 5', message: 'there is no such property' }] },
    ])
    expect((await api.get('/id-tags/ragged3')).body).toMatchObject({ note: 'x', blocked: true })
  })

  test('that was exported is imported again, and changes nothing', async () => {
    await imported(
      idTags('=cmd()', '-1', '007', {
        idTag: "'=x",
        note: 'two\r\nlines, "quoted"',
        maxActiveTransactions: -1,
        allowedSites: ['a;b', 'c\\'],
      }),
    )
    api.clock.advance(1)
    for (const kind of ['id-tags', 'charge-points']) {
      const { text } = await api.get(`/${kind}`, { accept: 'text/csv' })
      const { counts: found, items } = await importedCsv(`kind=${kind}&mode=upsert`, text)
      expect(items).toEqual([])
      expect(found).toEqual(counts({ unchanged: found.rows }))
      expect(found.rows).toBeGreaterThan(5)
    }
  })

  test.each([
    ['kind=id-tags', 'idTag,colour\r\na,red', 'invalid', ['colour']],
    ['kind=id-tags', 'idTag,idTag\r\na,b', 'invalid', ['idTag']],
    ['kind=id-tags', `${'x,'.repeat(100)}idTag\r\n`, 'invalid', ['']],
    ['mode=create', 'idTag\r\na', 'invalid', ['kind']],
    ['kind=id-tags', 'idTag\r\n', 'invalid', ['rows']],
    ['kind=id-tags', 'idTag\r\n"a', 'malformed', undefined],
  ])('that cannot be read is refused: %s %j', async (query, text, name, paths) => {
    const refused = await api.ask('POST', `/imports?${query}`, {
      text,
      headers: { 'content-type': 'text/csv' },
    })
    expect(problemOf(refused)).toEqual([400, name])
    expect(refused.body.issues?.map(({ path }: { path: string }) => path)).toEqual(paths)
  })

  test('is for imports alone', async () => {
    const refused = await api.ask('POST', '/id-tags', {
      text: 'idTag',
      headers: { 'content-type': 'text/csv' },
    })
    expect(problemOf(refused)).toEqual([415, 'unsupported-media-type'])
  })
})

/** Every item of the table, as text. */
async function everything(): Promise<string> {
  const { TableNames = [] } = await api.client.send(
    new (await import('@aws-sdk/client-dynamodb')).ListTablesCommand({}),
  )
  const { Items = [] } = await api.client.send(new ScanCommand({ TableName: TableNames[0] ?? '' }))
  return JSON.stringify(Items, (_, value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  )
}
