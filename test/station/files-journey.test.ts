import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Station } from '../../lib/station/station.ts'
import { type Busbar, startBusbar } from '../support/e2e.ts'
import { withSettings } from '../support/fleet.ts'

vi.setConfig({ testTimeout: 120_000 })
const PATIENCE = { timeout: 60_000, interval: 50 }

describe('files between a station and the whole central system', () => {
  let busbar: Busbar
  let serial = 0
  const events: string[] = []
  const stations: Station[] = []

  beforeAll(async () => {
    busbar = await startBusbar(withSettings({ READ_CONFIGURATION_AFTER: '0' }))
  })
  afterAll(async () => {
    for (const station of stations) station.close()
    await busbar?.stop()
  })

  async function someStation(): Promise<Station> {
    serial += 1
    const id = `FILES${serial}`
    await busbar.register(id)
    const url = `${busbar.local.wsUrl}/ocpp`
    const station = new Station({ id, url, workMs: 20, onEvent: ({ text }) => events.push(text) })
    stations.push(station)
    await station.connect()
    await station.accepted()
    return station
  }

  const read = async (path: string) => (await busbar.api('GET', path)).body
  const jobOf = (station: Station, messageId: string) =>
    read(`/charge-points/${station.id}/jobs/${messageId}`)
  /** What was told of it; a notification may be faster than the answer, which then is no step any more. */
  const stepsOf = (job: any) =>
    job.steps.map(({ status }: any) => status).filter((status: string) => status !== 'Accepted')

  test('GetDiagnostics: the bytes that the station sent are those the operator has', async () => {
    const station = await someStation()
    const { body: call } = await busbar.command(station.id, 'GetDiagnostics')
    expect(call).toMatchObject({
      status: 'Answered',
      response: { fileName: expect.stringMatching(/\.log$/) },
    })
    await expect.poll(async () => (await jobOf(station, call.messageId)).status, PATIENCE).toBe('Uploaded')
    const job = await jobOf(station, call.messageId)
    expect(stepsOf(job)).toEqual(['Uploading', 'Uploaded'])
    const file = await read(`/files/${job.fileId}`)
    expect(file).toMatchObject({ status: 'Stored', name: call.response.fileName })
    const content = await (await fetch(file.download.url)).text()
    expect(Buffer.byteLength(content)).toBe(file.bytes)
    expect(content).toContain(`DIAGNOSTICS of ${station.id}`)
    expect(content).toContain('"BootNotification"')
    expect(content).not.toMatch(/X-Amz-Signature/i)
  })

  test('UpdateFirmware: it is fetched, installed, and the station boots with the new version', async () => {
    const station = await someStation()
    const content = randomBytes(400_000)
    const created = await busbar.api('POST', '/files', { name: 'acme.bin', bytes: content.length })
    const put = await fetch(created.body.upload.url, { method: 'PUT', body: new Uint8Array(content) })
    expect(put.status).toBe(200)
    const { uri } = await read(`/files/${created.body.fileId}`)
    const { body: call } = await busbar.command(station.id, 'UpdateFirmware', { location: uri })
    expect(call.status).toBe('Answered')
    await expect.poll(async () => (await jobOf(station, call.messageId)).status, PATIENCE).toBe('Installed')
    expect(stepsOf(await jobOf(station, call.messageId))).toEqual([
      'Downloading',
      'Downloaded',
      'Installing',
      'Installed',
    ])
    expect(events).toContain(`firmware of ${content.length} bytes fetched`)
    await expect
      .poll(async () => (await read(`/charge-points/${station.id}`)).boot?.firmwareVersion, PATIENCE)
      .toBe('1.0.1')
  })

  test('UpdateFirmware of what is not there: DownloadFailed ends the job', async () => {
    const station = await someStation()
    const payload = { location: `http://127.0.0.1:1/firmware.bin`, retries: 1, retryInterval: 0 }
    const { body: call } = await busbar.command(station.id, 'UpdateFirmware', payload)
    await expect
      .poll(async () => (await jobOf(station, call.messageId)).status, PATIENCE)
      .toBe('DownloadFailed')
    expect(await jobOf(station, call.messageId)).toMatchObject({ endedAt: expect.any(String) })
  })

  test('GetLog over FTP: NotSupportedOperation ends the job', async () => {
    const station = await someStation()
    const log = { remoteLocation: 'ftp://example.com/logs' }
    const { body: call } = await busbar.command(station.id, 'GetLog', { logType: 'SecurityLog', log })
    expect(call).toMatchObject({ status: 'Answered', response: { status: 'Accepted' } })
    await expect
      .poll(async () => (await jobOf(station, call.messageId)).status, PATIENCE)
      .toBe('NotSupportedOperation')
  })
})
