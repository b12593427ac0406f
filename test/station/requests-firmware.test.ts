import { describe, expect, test } from 'vitest'
import { until } from './central-system.ts'
import { accepted } from './harness.ts'

describe('GetDiagnostics (§5.9)', () => {
  test('the name of the file, then how the upload goes', async () => {
    const { system, station, time } = await accepted({ id: 'CP 1/2' })
    expect(await system.request('GetDiagnostics', { location: 'ftp://example.com/up' })).toEqual({
      fileName: 'diagnostics-CP_1_2-20261121T080000Z.log',
    })
    await station.idle()
    await system.request('TriggerMessage', { requestedMessage: 'DiagnosticsStatusNotification' })
    await station.idle()
    time.advance(2_000)
    await station.idle()
    expect(system.payloads('DiagnosticsStatusNotification').map(({ status }) => status)).toEqual([
      'Uploading',
      'Uploading',
      'Uploaded',
    ])
  })
})

describe('UpdateFirmware (§5.19)', () => {
  test('from retrieveDate on, not during a transaction, and the boot names the new version', async () => {
    const { system, station, time } = await accepted({ firmwareVersion: '1.0.0' })
    const location = 'https://example.com/firmware-2.3.1.bin'
    const statuses = () => system.payloads('FirmwareStatusNotification').map(({ status }) => status)
    await station.start(1, 'TAG001')
    expect(
      await system.request('UpdateFirmware', { location, retrieveDate: '2026-11-21T08:01:00Z' }),
    ).toEqual({})
    await station.idle()
    time.advance(59_999)
    await station.idle()
    expect(statuses()).toEqual([])
    for (const wait of [1, 2_000, 2_000, 60_000]) {
      time.advance(wait)
      await station.idle()
    }
    expect(statuses()).toEqual(['Downloading', 'Downloaded'])
    await station.stop(1)
    await station.idle()
    for (const wait of [2_000, 2_000]) {
      time.advance(wait)
      await station.idle()
    }
    expect(statuses()).toEqual(['Downloading', 'Downloaded', 'Installing', 'Installed'])
    await until(() => system.payloads('BootNotification').length === 2)
    expect(system.payloads('BootNotification')[1]).toMatchObject({ firmwareVersion: '2.3.1' })
    await station.accepted()
    await station.idle()
    await system.request('TriggerMessage', { requestedMessage: 'FirmwareStatusNotification' })
    await station.idle()
    expect(statuses().at(-1)).toBe('Idle')
  })
})
