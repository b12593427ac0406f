import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { aBootedStation, readAll, type Station, withSettings } from '../support/fleet.ts'

const FILE_MAX_BYTES = 256 * 1024

describe('files', () => {
  let busbar: Busbar
  let serial = 0
  const log: string[] = []
  const stations: Station[] = []
  beforeAll(async () => {
    const settings = { FILE_MAX_BYTES: String(FILE_MAX_BYTES), READ_CONFIGURATION_AFTER: '0' }
    busbar = await startBusbar(withSettings(settings), (line) => log.push(line))
  })
  afterAll(async () => {
    for (const station of stations) station.hangUp()
    await busbar.stop()
  })

  async function someStation(): Promise<Station> {
    const station = await aBootedStation(busbar, `CP${++serial}`)
    stations.push(station)
    return station
  }

  const put = (url: string, body: Uint8Array) => fetch(url, { method: 'PUT', body: new Uint8Array(body) })

  async function bytesAt(url: string): Promise<Buffer> {
    const response = await fetch(url)
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`)
    return Buffer.from(await response.arrayBuffer())
  }

  /** Firmware that the operator has announced and sent. */
  async function someFirmware(content: Uint8Array, name = 'acme-1.2.3.bin') {
    const { status, body } = await busbar.api('POST', '/files', { name, bytes: content.length })
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { status: 'Awaited', upload: { method: 'PUT' } },
    })
    expect((await put(body.upload.url, content)).status).toBe(200)
    const stored = await busbar.api('GET', `/files/${body.fileId}`)
    expect(stored.body).toMatchObject({ status: 'Stored', bytes: content.length, name })
    return stored.body
  }

  const read = async (path: string) => (await busbar.api('GET', path)).body

  const jobOf = ({ chargePointId }: Station, messageId: string) =>
    read(`/charge-points/${chargePointId}/jobs/${messageId}`)

  /** Has the station asked for diagnostics: where to, and by which call. */
  async function askForDiagnostics(station: Station): Promise<{ messageId: string; location: string }> {
    station.replies.GetDiagnostics = { fileName: '/var/log/../diag<1>.zip' }
    const { status, body } = await busbar.command(station.chargePointId, 'GetDiagnostics')
    expect({ status, body }).toMatchObject({ status: 200, body: { status: 'Answered', composed: true } })
    expect(body.payload.location).toMatch(/^busbar:files\//)
    const { payload } = await station.wasAsked('GetDiagnostics')
    return { messageId: body.messageId, location: payload.location }
  }

  it('firmware goes from the operator to the charge point, byte by byte, and the update to its end', async () => {
    const content = randomBytes(200_000)
    const firmware = await someFirmware(content)
    const station = await someStation()
    station.replies.UpdateFirmware = {}
    const payload = { location: firmware.uri }
    const { body: call } = await busbar.command(station.chargePointId, 'UpdateFirmware', payload)
    expect(call).toMatchObject({ status: 'Answered', payload: { location: firmware.uri }, composed: true })

    const { location } = (await station.wasAsked('UpdateFirmware')).payload
    expect(location.startsWith(busbar.local.url)).toBe(true)
    const job = () => jobOf(station, call.messageId)
    expect(await job()).toMatchObject({ kind: 'firmware', status: 'Accepted', fileId: firmware.fileId })
    const reported = ['Downloading', 'Downloaded', 'Installing', 'Installed']
    for (const status of reported) {
      if (status === 'Downloaded') expect((await bytesAt(location)).equals(content)).toBe(true)
      await station.call('FirmwareStatusNotification', { status })
      expect((await job()).status).toBe(status)
    }
    const ended = await job()
    expect(
      ended.steps.map(({ status }: any) => status).filter((each: string) => each !== 'Accepted'),
    ).toEqual(reported)
    expect(ended.endedAt).toBe(ended.steps.at(-1).at)
    expect(await readAll(busbar, `/charge-points/${station.chargePointId}/jobs`)).toEqual([ended])
    expect((await read(`/charge-points/${station.chargePointId}`)).firmware.status).toBe('Installed')

    const known = JSON.stringify([ended, await read(`/charge-points/${station.chargePointId}/calls`)])
    expect(known).not.toMatch(/X-Amz-/i)
  })

  it('firmware is listed, can be had again by the operator, and is gone once removed', async () => {
    const content = randomBytes(1000)
    const firmware = await someFirmware(content, 'ünïcode "quoted".bin')
    expect((await read('/files')).items[0]).toMatchObject({ fileId: firmware.fileId, status: 'Stored' })
    const response = await fetch(firmware.download.url)
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true)
    expect((await busbar.api('DELETE', `/files/${firmware.fileId}`)).status).toBe(204)
    expect((await fetch(firmware.download.url)).status).toBe(404)
    expect((await busbar.api('GET', `/files/${firmware.fileId}`)).status).toBe(404)
    const station = await someStation()
    const refused = await busbar.command(station.chargePointId, 'UpdateFirmware', { location: firmware.uri })
    expect(refused).toMatchObject({ status: 400, body: { issues: [{ path: 'payload.location' }] } })
  })

  it('firmware that never came is not offered to a charge point', async () => {
    const { body } = await busbar.api('POST', '/files', { name: 'late.bin', bytes: 10 })
    const station = await someStation()
    const refused = await busbar.command(station.chargePointId, 'UpdateFirmware', { location: body.uri })
    expect(refused).toMatchObject({ status: 400, body: { issues: [{ path: 'payload.location' }] } })
    await station.call('Heartbeat')
    expect(station.asked).toEqual([])
  })

  it('diagnostics come from the charge point to a URL of ours, and are listed under it', async () => {
    const station = await someStation()
    const content = randomBytes(100_000)
    const { messageId, location } = await askForDiagnostics(station)
    expect(await jobOf(station, messageId)).toMatchObject({ kind: 'diagnostics', status: 'Accepted' })
    expect(await readAll(busbar, `/charge-points/${station.chargePointId}/files`)).toMatchObject([
      { kind: 'diagnostics', status: 'Awaited', messageId },
    ])
    await station.call('DiagnosticsStatusNotification', { status: 'Uploading' })
    expect((await put(location, content)).status).toBe(200)
    await station.call('DiagnosticsStatusNotification', { status: 'Uploaded' })

    expect(await jobOf(station, messageId)).toMatchObject({ status: 'Uploaded', endedAt: expect.any(String) })
    const [file] = await readAll(busbar, `/charge-points/${station.chargePointId}/files`)
    expect(file).toMatchObject({
      name: 'diag<1>.zip',
      status: 'Stored',
      bytes: content.length,
      chargePointId: station.chargePointId,
    })
    const { download } = await read(`/files/${file.fileId}`)
    expect((await bytesAt(download.url)).equals(content)).toBe(true)
    expect(JSON.stringify(await read('/files'))).not.toContain(file.fileId)
  })

  it('diagnostics that are too large are not kept', async () => {
    const station = await someStation()
    const { messageId, location } = await askForDiagnostics(station)
    expect((await put(location, randomBytes(FILE_MAX_BYTES + 1))).status).toBe(200)
    await station.call('DiagnosticsStatusNotification', { status: 'Uploaded' })
    const job = await jobOf(station, messageId)
    expect(job).toMatchObject({ status: 'TooLarge', endedAt: expect.any(String) })
    const file = await read(`/files/${job.fileId}`)
    expect(file).toMatchObject({ status: 'TooLarge', bytes: FILE_MAX_BYTES + 1 })
    expect(file).not.toHaveProperty('download')
  })

  it('diagnostics that are said to have come and have not end the job', async () => {
    const station = await someStation()
    const { messageId } = await askForDiagnostics(station)
    await station.call('DiagnosticsStatusNotification', { status: 'Uploaded' })
    expect(await jobOf(station, messageId)).toMatchObject({ status: 'NothingArrived' })
  })

  it('a charge point that has nothing to upload ends the job with its answer', async () => {
    const station = await someStation()
    station.replies.GetDiagnostics = {}
    const { body } = await busbar.command(station.chargePointId, 'GetDiagnostics')
    expect(await jobOf(station, body.messageId)).toMatchObject({
      status: 'NothingToUpload',
      endedAt: expect.any(String),
    })
  })

  it('larger firmware than is taken is refused, and what is sent must be as large as was said', async () => {
    const tooLarge = await busbar.api('POST', '/files', { name: 'x.bin', bytes: FILE_MAX_BYTES + 1 })
    expect(tooLarge).toMatchObject({ status: 400, body: { issues: [{ path: 'bytes' }] } })
    const { body } = await busbar.api('POST', '/files', { name: 'x.bin', bytes: 100 })
    for (const bytes of [99, 101]) expect((await put(body.upload.url, randomBytes(bytes))).status).toBe(403)
    expect(await read(`/files/${body.fileId}`)).toMatchObject({ status: 'Awaited' })
  })

  it.each(['../x', 'a/b', 'a\\b', '..', 'line\nbreak', ''])('a name like %j is refused', async (name) => {
    expect((await busbar.api('POST', '/files', { name, bytes: 1 })).status).toBe(400)
  })

  it('a URL is good for its verb and its file, and for nothing else', async () => {
    const content = randomBytes(100)
    const { download, fileId } = await someFirmware(content)
    const station = await someStation()
    const { location } = await askForDiagnostics(station)
    const elsewhere = location.replace(/[0-9a-f-]{36}/, fileId)
    const attempts = [
      fetch(download.url, { method: 'PUT', body: 'x' }),
      fetch(download.url, { method: 'DELETE' }),
      fetch(location),
      fetch(location, { method: 'DELETE' }),
      fetch(elsewhere, { method: 'PUT', body: 'x' }),
      fetch(download.url.split('?')[0]),
      fetch(`${download.url}0`),
    ]
    const statuses = (await Promise.all(attempts)).map(({ status }) => status)
    expect(statuses).toEqual(attempts.map(() => 403))
    expect((await bytesAt(download.url)).equals(content)).toBe(true)
  })

  it('no URL that works is in the log', () => {
    expect(log.join('\n')).not.toMatch(/X-Amz-Signature=[0-9a-f]{64}/i)
  })
})
