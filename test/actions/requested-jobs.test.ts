import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'
import { ask, askAndAnswer, refusedFor } from './asking.ts'

const FTP = 'ftp://files.example/'

describe('GetLog and SignedUpdateFirmware (whitepaper N01, L01)', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const inHours = (hours: number) => new Date(test.clock.now().getTime() + hours * 3_600_000).toISOString()
  const jobOf = ({ chargePointId }: TestChargePoint, { messageId }: { messageId: string }) =>
    test.store.getJob(chargePointId, messageId)
  const log = (more: object = {}) => ({
    logType: 'SecurityLog',
    log: { remoteLocation: `${FTP}log` },
    ...more,
  })
  const signed = (more: object = {}) => ({
    firmware: {
      location: `${FTP}firmware`,
      retrieveDateTime: test.clock.iso(),
      signingCertificate: 'PEM',
      signature: 'x',
    },
    ...more,
  })

  it('are told of under their id, which is made where none is given', async () => {
    const chargePoint = await aChargePoint(test)
    const one = await askAndAnswer(test, chargePoint, 'GetLog', log(), {
      status: 'Accepted',
      filename: 'one',
    })
    test.clock.advance(1)
    const two = await askAndAnswer(test, chargePoint, 'GetLog', log({ requestId: 7 }), {
      status: 'AcceptedCanceled',
      filename: 'two',
    })
    expect(one.payload.requestId).toSatisfy((id: number) => Number.isInteger(id) && id > 0 && id < 2 ** 31)
    expect(await jobOf(chargePoint, one)).toMatchObject({ status: 'Superseded', fileName: 'one' })
    for (const status of ['Uploading', 'Uploaded'])
      await chargePoint.call('LogStatusNotification', { status, requestId: 7 })
    expect(await jobOf(chargePoint, two)).toMatchObject({ kind: 'log', status: 'Uploaded', requestId: 7 })
    await chargePoint.call('LogStatusNotification', { status: 'Uploading', requestId: 8 })
  })

  it.each(['BadMessage', 'NotSupportedOperation', 'PermissionDenied', 'UploadFailure'])(
    'a log ends with %s',
    async (status) => {
      const chargePoint = await aChargePoint(test)
      const call = await askAndAnswer(test, chargePoint, 'GetLog', log({ requestId: 1 }), {
        status: 'Accepted',
        filename: 'l',
      })
      await chargePoint.call('LogStatusNotification', { status, requestId: 1 })
      expect(await jobOf(chargePoint, call)).toMatchObject({ status, endedAt: test.clock.iso() })
    },
  )

  it('a log that is refused, or empty, has ended', async () => {
    const chargePoint = await aChargePoint(test)
    const refused = await askAndAnswer(test, chargePoint, 'GetLog', log(), { status: 'Rejected' })
    expect(await jobOf(chargePoint, refused)).toMatchObject({
      status: 'Rejected',
      endedAt: test.clock.iso(),
    })
    const empty = await askAndAnswer(test, chargePoint, 'GetLog', log(), { status: 'Accepted' })
    expect(await jobOf(chargePoint, empty)).toMatchObject({ status: 'NothingToUpload' })
  })

  it.each(['Rejected', 'InvalidCertificate', 'RevokedCertificate'])(
    'an update answered %s has ended',
    async (status) => {
      const chargePoint = await aChargePoint(test)
      const call = await askAndAnswer(test, chargePoint, 'SignedUpdateFirmware', signed(), { status })
      expect(await jobOf(chargePoint, call)).toMatchObject({ status, endedAt: test.clock.iso() })
    },
  )

  it.each([
    'Installed',
    'InvalidSignature',
    'InstallVerificationFailed',
    'InstallationFailed',
    'DownloadFailed',
  ])('an update is followed to %s', async (end) => {
    const chargePoint = await aChargePoint(test)
    const call = await askAndAnswer(test, chargePoint, 'SignedUpdateFirmware', signed({ requestId: 3 }), {
      status: 'Accepted',
    })
    const report = (status: string) =>
      chargePoint.call('SignedFirmwareStatusNotification', { status, requestId: 3 })
    for (const status of ['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallRebooting'])
      await report(status)
    expect(await jobOf(chargePoint, call)).not.toHaveProperty('endedAt')
    await report(end)
    expect(await jobOf(chargePoint, call)).toMatchObject({ status: end, endedAt: test.clock.iso() })
  })

  it('an update that installs later has as much longer', async () => {
    const chargePoint = await aChargePoint(test)
    const { firmware } = signed()
    const payload = { firmware: { ...firmware, installDateTime: inHours(10) } }
    const call = await ask(test, chargePoint, 'SignedUpdateFirmware', payload)
    expect(await jobOf(chargePoint, call)).toMatchObject({ kind: 'signedFirmware', deadline: inHours(34) })
  })

  it('take no file of ours: its URL would be too long for them', async () => {
    const chargePoint = await aChargePoint(test)
    const location = `busbar:files/${crypto.randomUUID()}`
    expect(await refusedFor(test, chargePoint, 'GetLog', log({ log: { remoteLocation: location } }))).toEqual(
      ['log.remoteLocation'],
    )
    const { firmware } = signed()
    const payload = { firmware: { ...firmware, location } }
    expect(await refusedFor(test, chargePoint, 'SignedUpdateFirmware', payload)).toEqual([
      'firmware.location',
    ])
    expect(await refusedFor(test, chargePoint, 'SignedUpdateFirmware', { firmware: 1 })).toEqual(['firmware'])
  })
})
