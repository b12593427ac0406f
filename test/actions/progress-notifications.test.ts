import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answersAll } from '../support/payloads.ts'
import { aChargePoint, startSystem, type TestSystem } from '../support/system.ts'

describe('the notifications of an update, an upload, a log (§4.4, §4.5, whitepaper)', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  it.each([
    ['FirmwareStatusNotification', 'firmware', ['Downloading', 'Downloaded', 'Installing', 'Installed']],
    ['FirmwareStatusNotification', 'firmware', ['Downloading', 'DownloadFailed']],
    ['DiagnosticsStatusNotification', 'diagnostics', ['Uploading', 'Uploaded']],
    ['DiagnosticsStatusNotification', 'diagnostics', ['Uploading', 'UploadFailed']],
    ['LogStatusNotification', 'log', ['Uploading', 'Uploaded']],
    ['SignedFirmwareStatusNotification', 'firmware', ['Downloading', 'InvalidSignature']],
  ] as const)('%s shows how far it is', async (action, progress, statuses) => {
    const chargePoint = await aChargePoint(test)
    for (const status of statuses) {
      expect(await chargePoint.call(action, { status })).toEqual({})
      const live = await test.store.getLive(chargePoint.chargePointId)
      expect(live?.[progress]).toEqual({ status, at: test.clock.iso() })
    }
  })

  it.each(['FirmwareStatusNotification', 'DiagnosticsStatusNotification'])(
    '%s refuses what it cannot read',
    async (action) => {
      await answersAll(await aChargePoint(test), action, [
        ['Idle', { status: 'Idle' }, {}],
        ['a status nobody knows', { status: 'Dreaming' }, 'PropertyConstraintViolation'],
        ['no status', {}, 'OccurenceConstraintViolation'],
      ])
    },
  )

  it('what is known but not served is NotSupported', async () => {
    const chargePoint = await aChargePoint(test)
    expect((await chargePoint.call('SignCertificate', { csr: 'x' }))[0]).toBe('NotSupported')
  })
})
