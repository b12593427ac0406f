import { describe, expect, it } from 'vitest'
import { centralSystem } from './stage.ts'
import type { Station } from './station.ts'
import { inSeconds, reboots, reports } from './steps.ts'

const LOCATION = 'https://firmware.example.org/acme-2.0.bin'

describe('Firmware management', () => {
  const { api, station, command, chargePoint, read } = centralSystem()

  /** The charge point says how far it is. */
  async function tells(cp: Station, ...statuses: string[]): Promise<void> {
    for (const status of statuses) expect(await cp.call('FirmwareStatusNotification', { status })).toEqual({})
  }

  const jobOf = (cp: Station, { messageId }: { messageId: string }) => chargePoint(cp, `/jobs/${messageId}`)

  async function update(payload: object = { location: LOCATION }) {
    const cp = await station()
    cp.on('UpdateFirmware', {})
    const call = await command(cp, 'UpdateFirmware', payload)
    expect(call).toMatchObject({ status: 'Answered', response: {} })
    return { cp, call }
  }

  /** What a job looks like that was told of in these words. */
  const job = (...statuses: string[]) => ({
    kind: 'firmware',
    status: statuses.at(-1),
    steps: ['Accepted', ...statuses].map((status) => ({ status })),
  })

  /** From the answer to the new version's boot. */
  async function install(cp: Station): Promise<void> {
    await tells(cp, 'Downloading', 'Downloaded')
    for (const connectorId of [1, 2]) await reports(cp, connectorId, 'Unavailable')
    await tells(cp, 'Installing')
    await reboots(cp, { firmwareVersion: '2.0' })
    await tells(cp, 'Installed')
  }

  it('TC_044_1_CSMS Firmware update, installed: the job follows it through the boot to its end', async () => {
    const payload = { location: LOCATION, retrieveDate: inSeconds(1), retries: 1, retryInterval: 10 }
    const { cp, call } = await update(payload)
    expect(cp.received('UpdateFirmware')).toEqual([{ messageId: call.messageId, payload }])
    expect(await jobOf(cp, call)).toMatchObject({ status: 'Accepted', location: LOCATION })
    expect((await jobOf(cp, call)).endedAt).toBeUndefined()

    await install(cp)
    const ended = await jobOf(cp, call)
    expect(ended).toMatchObject(job('Downloading', 'Downloaded', 'Installing', 'Installed'))
    expect(ended.endedAt).toBe(ended.steps.at(-1).at)
    expect(await chargePoint(cp)).toMatchObject({
      boot: { firmwareVersion: '2.0' },
      firmware: { status: 'Installed' },
    })
  })

  it('TC_044_1_CSMS Firmware update from a file of ours: its URL is in the frame, and nowhere else', async () => {
    const content = 'firmware 2.0'
    const { body: file } = await api('POST', '/files', { name: 'acme-2.0.bin', bytes: content.length })
    const { method, url, headers } = file.upload
    expect((await fetch(url, { method, headers, body: content })).status).toBe(200)
    const { status: stored } = await read(`/files/${file.fileId}`)
    expect(stored).toBe('Stored')

    const { cp, call } = await update({ location: file.uri })
    expect(call).toMatchObject({ composed: true, payload: { location: file.uri } })
    const [{ payload }] = cp.received('UpdateFirmware') as [any]
    expect(payload).toEqual({ location: expect.any(String), retrieveDate: call.payload.retrieveDate })
    const download = await fetch(payload.location)
    expect({ status: download.status, text: await download.text() }).toEqual({ status: 200, text: content })
    expect(JSON.stringify(await read(`/charge-points/${cp.chargePointId}/calls`))).not.toContain(
      payload.location,
    )

    await install(cp)
    expect(await jobOf(cp, call)).toMatchObject({ status: 'Installed', fileId: file.fileId })
  })

  it.each([
    ['TC_044_2_CSMS Firmware update, download failed', ['Downloading', 'DownloadFailed']],
    [
      'TC_044_3_CSMS Firmware update, installation failed',
      ['Downloading', 'Downloaded', 'Installing', 'InstallationFailed'],
    ],
  ])('%s: the job ends so', async (_, statuses) => {
    const { cp, call } = await update()
    const { retrieveDate, ...rest } = cp.received('UpdateFirmware')[0]?.payload ?? {}
    expect(rest).toEqual({ location: LOCATION })
    expect(retrieveDate).toBe(call.payload.retrieveDate)

    await tells(cp, ...statuses)
    const ended = await jobOf(cp, call)
    expect(ended).toMatchObject(job(...statuses))
    expect(ended.endedAt).toBe(ended.steps.at(-1).at)
    const { items } = await chargePoint(cp, '/jobs')
    expect(items).toEqual([ended])
  })
})
