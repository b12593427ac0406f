import { describe, expect, it } from 'vitest'
import { centralSystem } from './stage.ts'
import type { Station } from './station.ts'
import { secondsAgo } from './steps.ts'

const LOCATION = 'ftp://files.example.org/diagnostics/'
const FILE_NAME = 'CP-2026-11-21.log'

describe('Diagnostics', () => {
  const { station, command, chargePoint, read } = centralSystem()

  async function tells(cp: Station, ...statuses: string[]): Promise<void> {
    for (const status of statuses)
      expect(await cp.call('DiagnosticsStatusNotification', { status })).toEqual({})
  }

  const jobOf = (cp: Station, { messageId }: { messageId: string }) => chargePoint(cp, `/jobs/${messageId}`)

  it.each([
    ['TC_045_1_CSMS Get diagnostics, uploaded', ['Uploading', 'Uploaded']],
    ['TC_045_2_CSMS Get diagnostics, upload failed', ['Uploading', 'UploadFailed']],
  ])('%s: the job follows it to its end', async (_, statuses) => {
    const cp = await station()
    cp.on('GetDiagnostics', { fileName: FILE_NAME })
    const payload = {
      location: LOCATION,
      startTime: secondsAgo(3600),
      stopTime: secondsAgo(0),
      retries: 1,
      retryInterval: 10,
    }
    const call = await command(cp, 'GetDiagnostics', payload)
    expect(cp.received('GetDiagnostics')).toEqual([{ messageId: call.messageId, payload }])
    expect(call).toMatchObject({ status: 'Answered', response: { fileName: FILE_NAME } })
    const accepted = await jobOf(cp, call)
    expect(accepted).toMatchObject({ kind: 'diagnostics', status: 'Accepted', location: LOCATION })
    expect(accepted.endedAt).toBeUndefined()

    await tells(cp, ...statuses)
    const job = await jobOf(cp, call)
    expect(job).toMatchObject({
      status: statuses.at(-1),
      fileName: FILE_NAME,
      steps: ['Accepted', ...statuses].map((status) => ({ status })),
    })
    expect(job.endedAt).toBe(job.steps.at(-1).at)
    expect(await chargePoint(cp)).toMatchObject({ diagnostics: { status: statuses.at(-1) } })
  })

  it('TC_045_1_CSMS Get diagnostics into a file of ours: it is listed below its charge point', async () => {
    const cp = await station()
    cp.on('GetDiagnostics', { fileName: FILE_NAME })
    const call = await command(cp, 'GetDiagnostics')
    const { location } = cp.received('GetDiagnostics')[0]?.payload ?? {}
    expect(call.payload.location).toMatch(/^busbar:files\//)
    await tells(cp, 'Uploading')
    expect((await fetch(location, { method: 'PUT', body: 'all is well' })).status).toBe(200)
    await tells(cp, 'Uploaded')

    const { fileId, ...job } = await jobOf(cp, call)
    expect(job).toMatchObject({ status: 'Uploaded', endedAt: expect.any(String) })
    const { items } = await chargePoint(cp, '/files')
    expect(items).toMatchObject([{ fileId, status: 'Stored', name: FILE_NAME, bytes: 11 }])
    const { download } = await read(`/files/${fileId}`)
    expect(await (await fetch(download.url)).text()).toBe('all is well')
  })

  it('TC_045_2_CSMS Get diagnostics into a file of ours, upload failed: the file is still awaited', async () => {
    const cp = await station()
    cp.on('GetDiagnostics', { fileName: FILE_NAME })
    const call = await command(cp, 'GetDiagnostics')
    await tells(cp, 'Uploading', 'UploadFailed')
    expect(await jobOf(cp, call)).toMatchObject({ status: 'UploadFailed', endedAt: expect.any(String) })
    const { items } = await chargePoint(cp, '/files')
    expect(items).toMatchObject([{ status: 'Awaited' }])
  })
})
