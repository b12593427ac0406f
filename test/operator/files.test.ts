import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aChargePoint } from '../support/system.ts'
import { callAndAnswer, callsOf, pathOf, pathsOf, problemOf, startApi, type TestApi } from './support.ts'

let api: TestApi
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.stop())

const later = (seconds: number) => new Date(api.clock.now().getTime() + seconds * 1000).toISOString()

const aFile = async (name = 'acme-1.2.3.bin', bytes = 1000) =>
  (await api.post('/files', { name, bytes })).body.fileId as string

describe('POST /files', () => {
  test('tells how the content is sent, and the file is Stored once that has come', async () => {
    const created = await api.ask('POST', '/files', {
      body: { name: 'acme 1.2.3 (β).bin', bytes: 1000 },
      claims: { sub: 's', username: 'ann' },
    })
    expect(created.status).toBe(201)
    const { fileId, upload, ...file } = created.body
    expect(created.headers.get('location')).toBe(`/api/files/${fileId}`)
    expect(created.headers.get('cache-control')).toBe('no-store')
    expect(file).toEqual({
      kind: 'firmware',
      name: 'acme 1.2.3 (β).bin',
      status: 'Awaited',
      bytes: 1000,
      uri: `busbar:files/${fileId}`,
      origin: 'ann',
      createdAt: api.clock.iso(),
    })
    expect(upload).toEqual({
      method: 'PUT',
      url: expect.stringContaining(`${fileId}?put=`),
      headers: { 'Content-Length': '1000' },
      expiresAt: later(3600),
    })
    const path = `/files/${fileId}`
    const awaited = (await api.get(path)).body
    expect(awaited).toEqual({ fileId, ...file })
    api.files.set(fileId, { bytes: 1000 })
    const stored = await api.get(path)
    expect(stored.headers.get('cache-control')).toBe('no-store')
    expect(stored.body).toEqual({
      fileId,
      ...file,
      status: 'Stored',
      download: { url: expect.stringContaining(`${fileId}?get=`), expiresAt: later(900) },
    })
    expect((await api.store.getFile(fileId))?.status).toBe('Stored')
    const [listed] = (await api.get('/files?limit=1')).body.items
    expect(listed).toEqual({ fileId, ...file, status: 'Stored' })
  })

  test('keeps the URL nowhere', async () => {
    const headers = { 'idempotency-key': 'upload' }
    const body = { name: 'once.bin', bytes: 10 }
    const first = await api.post('/files', body, headers)
    const again = await api.post('/files', body, headers)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    const { upload, ...file } = first.body
    expect(upload.url).toContain('put=')
    expect(again.body).toEqual(file)
  })

  test.each([
    [{ name: '', bytes: 1 }, 'name'],
    [{ name: 'x'.repeat(256), bytes: 1 }, 'name'],
    [{ name: '../etc/passwd', bytes: 1 }, 'name'],
    [{ name: 'a\\b', bytes: 1 }, 'name'],
    [{ name: 'a\nb', bytes: 1 }, 'name'],
    [{ name: '..', bytes: 1 }, 'name'],
    [{ name: 'a', bytes: 0 }, 'bytes'],
    [{ name: 'a', bytes: 1_000_001 }, 'bytes'],
    [{ name: 'a', bytes: 1.5 }, 'bytes'],
    [{ name: 'a', bytes: 1, kind: 'diagnostics' }, 'kind'],
  ])('refuses %j', async (body, path) => {
    const refused = await api.post('/files', body)
    expect(problemOf(refused)).toEqual([400, 'invalid'])
    expect(pathsOf(refused)).toEqual([path])
  })
})

describe('GET /files', () => {
  test('pages through firmware, newest first', async () => {
    const made: string[] = []
    for (let count = 0; count < 3; count++) {
      api.clock.advance(1)
      made.push(await aFile())
    }
    const first = (await api.get('/files?limit=2')).body
    const second = (await api.get(`/files?limit=1&cursor=${first.cursor}`)).body
    expect([...first.items, ...second.items].map(({ fileId }) => fileId)).toEqual(made.reverse())
  })
})

describe('a file', () => {
  test('that comes larger than files may be is not kept', async () => {
    const fileId = await aFile()
    api.files.set(fileId, { bytes: 1_000_001 })
    const { body } = await api.get(`/files/${fileId}`)
    expect(body).toMatchObject({ status: 'TooLarge', bytes: 1_000_001 })
    expect(body).not.toHaveProperty('download')
    expect(api.files.has(fileId)).toBe(false)
  })

  test('can be removed, with its content', async () => {
    const fileId = await aFile()
    api.files.set(fileId, { bytes: 1000 })
    expect((await api.delete(`/files/${fileId}`)).status).toBe(204)
    expect(api.files.has(fileId)).toBe(false)
    expect(problemOf(await api.get(`/files/${fileId}`))).toEqual([404, 'unknown'])
    expect(problemOf(await api.delete(`/files/${fileId}`))).toEqual([404, 'unknown'])
  })
})

describe('an update with firmware of ours', () => {
  test('is a job that ends with what the charge point says', async () => {
    const chargePoint = await aChargePoint(api)
    const path = `${pathOf(chargePoint)}/jobs`
    expect((await api.get(path)).body).toEqual({ items: [] })
    const fileId = await aFile()
    const call = { action: 'UpdateFirmware', payload: { location: `busbar:files/${fileId}` } }
    expect(problemOf(await api.post(callsOf(chargePoint), call))).toEqual([400, 'invalid'])
    api.files.set(fileId, { bytes: 1000 })
    await api.get(`/files/${fileId}`)
    const createdAt = api.clock.iso()
    const messageId = await callAndAnswer(api, chargePoint, call, {})
    expect(api.pushed.at(-1)?.frame).toContain(`https://depot.test/${fileId}`)
    expect((await api.get(`${callsOf(chargePoint)}/${messageId}`)).body.payload.location).toBe(
      call.payload.location,
    )
    api.clock.advance(60)
    await chargePoint.call('FirmwareStatusNotification', { status: 'Downloading' })
    const running = await api.get(`${path}/${messageId}`)
    expect(running.body).toMatchObject({
      chargePointId: chargePoint.chargePointId,
      messageId,
      kind: 'firmware',
      status: 'Downloading',
      fileId,
      createdAt,
    })
    expect(running.body).not.toHaveProperty('endedAt')
    await chargePoint.call('FirmwareStatusNotification', { status: 'Installed' })
    const etag = running.headers.get('etag') ?? ''
    const ended = (await api.get(`${path}/${messageId}`, { 'if-none-match': etag })).body
    expect(ended).toMatchObject({ status: 'Installed', endedAt: api.clock.iso() })
    expect(ended.steps.map((step: any) => step.status)).toEqual(
      expect.arrayContaining(['Downloading', 'Installed']),
    )
    expect((await api.get(path)).body).toEqual({ items: [ended] })
    expect(api.told.join()).not.toContain(`${fileId}?get=21600`)
  })

  test('show no token that is in the URL of another place, nor do the call, the task and the frame', async () => {
    const chargePoint = await aChargePoint(api)
    const token = 'sv=1&sig=c0ffee'
    const payload = { location: `https://blob.test/a.bin?${token}` }
    await api.patch(pathOf(chargePoint), {
      messageLogUntil: new Date(api.clock.now().getTime() + 3600_000).toISOString(),
    })
    await callAndAnswer(api, chargePoint, { action: 'UpdateFirmware', payload }, {})
    expect(api.pushed.at(-1)?.frame).toContain(token)
    const chargePointIds = [chargePoint.chargePointId]
    await api.post('/tasks', { action: 'UpdateFirmware', payload, chargePointIds })
    const lists = ['/jobs', '/calls', '/messages'].map((list) => `${pathOf(chargePoint)}${list}`)
    for (const path of [...lists, '/tasks']) {
      const { text } = await api.get(path)
      expect(text, path).toContain('https://blob.test/a.bin?***')
      expect(text, path).not.toContain('c0ffee')
    }
  })

  test('times out when nothing is heard of it', async () => {
    const chargePoint = await aChargePoint(api)
    const payload = { location: 'https://firmware.test/a.bin' }
    const messageId = await callAndAnswer(api, chargePoint, { action: 'UpdateFirmware', payload }, {})
    const path = `${pathOf(chargePoint)}/jobs/${messageId}`
    const { deadline } = (await api.get(path)).body
    api.clock.advance((Date.parse(deadline) - api.clock.now().getTime()) / 1000 + 1)
    expect((await api.get(path)).body).toMatchObject({
      status: 'TimedOut',
      endedAt: deadline,
      location: 'https://firmware.test/a.bin',
    })
    expect(problemOf(await api.get(`${pathOf(chargePoint)}/jobs/nothing`))).toEqual([404, 'unknown'])
  })
})

describe('diagnostics', () => {
  test('are listed below the charge point that sends them, and can be had once they have come', async () => {
    const chargePoint = await aChargePoint(api)
    const path = `${pathOf(chargePoint)}/files`
    expect((await api.get(path)).body).toEqual({ items: [] })
    const ask = async () => {
      api.clock.advance(1)
      const response = { fileName: 'log.zip' }
      return callAndAnswer(api, chargePoint, { action: 'GetDiagnostics' }, response)
    }
    const messageId = await ask()
    const [file] = (await api.get(path)).body.items
    expect(file).toMatchObject({
      kind: 'diagnostics',
      status: 'Awaited',
      chargePointId: chargePoint.chargePointId,
      messageId,
    })
    api.files.set(file.fileId, { bytes: 123 })
    await chargePoint.call('DiagnosticsStatusNotification', { status: 'Uploaded' })
    expect((await api.get(`/files/${file.fileId}`)).body).toMatchObject({
      status: 'Stored',
      name: 'log.zip',
      bytes: 123,
      download: { url: expect.stringContaining(file.fileId) },
    })
    expect((await api.get(`${pathOf(chargePoint)}/jobs/${messageId}`)).body).toMatchObject({
      kind: 'diagnostics',
      status: 'Uploaded',
      fileId: file.fileId,
      fileName: 'log.zip',
    })
    await ask()
    await ask()
    const first = (await api.get(`${path}?limit=2`)).body
    const second = (await api.get(`${path}?limit=2&cursor=${first.cursor}`)).body
    expect(first.items).toHaveLength(2)
    expect(second.items).toMatchObject([{ fileId: file.fileId }])
    const jobs = (await api.get(`${pathOf(chargePoint)}/jobs?limit=2`)).body
    const rest = (await api.get(`${pathOf(chargePoint)}/jobs?limit=2&cursor=${jobs.cursor}`)).body
    expect(rest.items).toMatchObject([{ messageId }])
    expect((await api.get('/files')).text).not.toContain(file.fileId)
  })
})
