import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shownName } from '../../lib/actions/files.ts'
import { CENTRAL_SYSTEM_ACTIONS } from '../../lib/actions/index.ts'
import type { FileRecord } from '../../lib/store/port.ts'
import { aChargePoint, startSystem, type TestChargePoint, type TestSystem } from '../support/system.ts'
import { ask, askAndAnswer, refusedFor, sentTo, settleAgain } from './asking.ts'

const FTP = 'ftp://files.example/'
const HOUR = 3_600_000

describe('work that a charge point does after its answer', () => {
  let test: TestSystem
  beforeAll(async () => {
    test = await startSystem()
  })
  afterAll(() => test.stop())

  const inHours = (hours: number) => new Date(test.clock.now().getTime() + hours * HOUR).toISOString()
  const jobOf = ({ chargePointId }: TestChargePoint, { messageId }: { messageId: string }) =>
    test.store.getJob(chargePointId, messageId)
  const aFile = async (more: Partial<FileRecord> = {}) => {
    const fileId = randomUUID()
    const createdAt = test.clock.iso()
    await test.store.createFile({
      fileId,
      kind: 'firmware',
      name: 'fw.bin',
      status: 'Stored',
      createdAt,
      ...more,
    })
    return fileId
  }
  const update = (more: object = {}) => ({ location: `${FTP}firmware`, ...more })
  const tell = async (chargePoint: TestChargePoint, action: string, ...statuses: string[]) => {
    for (const status of statuses) expect(await chargePoint.call(action, { status })).toEqual({})
  }

  describe('UpdateFirmware (§5.19)', () => {
    it('is put on record with the time it has', async () => {
      const chargePoint = await aChargePoint(test)
      const now = await ask(test, chargePoint, 'UpdateFirmware', update(), { origin: 'me' })
      expect(now.payload).toMatchObject({ retrieveDate: test.clock.iso() })
      expect(await jobOf(chargePoint, now)).toEqual({
        chargePointId: chargePoint.chargePointId,
        messageId: now.messageId,
        kind: 'firmware',
        status: 'Requested',
        steps: [],
        createdAt: test.clock.iso(),
        deadline: inHours(24),
        location: `${FTP}firmware`,
        origin: 'me',
      })
      const later = await ask(test, chargePoint, 'UpdateFirmware', update({ retrieveDate: inHours(48) }))
      expect(await jobOf(chargePoint, later)).toMatchObject({ deadline: inHours(72) })
      const past = await ask(test, chargePoint, 'UpdateFirmware', update({ retrieveDate: inHours(-48) }))
      expect(await jobOf(chargePoint, past)).toMatchObject({ deadline: inHours(24) })
    })

    it('is shown without the password to where it fetches from', async () => {
      const chargePoint = await aChargePoint(test)
      const location = 'ftp://user:p@ss@files.example/a@b.bin'
      const call = await ask(test, chargePoint, 'UpdateFirmware', update({ location }))
      expect(sentTo(test, chargePoint)).toMatchObject([{ payload: { location } }])
      expect(await jobOf(chargePoint, call)).toMatchObject({ location: 'ftp://files.example/a@b.bin' })
    })

    it.each([
      [['Downloading', 'Downloaded', 'Installing', 'Installed'], 'Installed'],
      [['Downloading', 'DownloadFailed'], 'DownloadFailed'],
      [['Downloading', 'Downloaded', 'Installing', 'InstallationFailed'], 'InstallationFailed'],
    ])('is followed to its end: %j', async (statuses, end) => {
      const chargePoint = await aChargePoint(test)
      const call = await askAndAnswer(test, chargePoint, 'UpdateFirmware', update(), {})
      expect(await jobOf(chargePoint, call)).toMatchObject({ status: 'Accepted' })
      await tell(chargePoint, 'FirmwareStatusNotification', 'Idle', ...statuses)
      const job = await jobOf(chargePoint, call)
      expect(job).toMatchObject({ status: end, endedAt: test.clock.iso() })
      expect(job?.steps.map(({ status }) => status)).toEqual(['Accepted', ...statuses])
      await tell(chargePoint, 'FirmwareStatusNotification', 'Downloading', 'Idle')
      await settleAgain(test, call, {})
      expect(await jobOf(chargePoint, call)).toEqual(job)
    })

    it('a new one ends the one under way, and is the one that is told of', async () => {
      const chargePoint = await aChargePoint(test)
      const first = await askAndAnswer(test, chargePoint, 'UpdateFirmware', update(), {})
      await tell(chargePoint, 'FirmwareStatusNotification', 'Downloading')
      test.clock.advance(1)
      const second = await ask(test, chargePoint, 'UpdateFirmware', update())
      await tell(chargePoint, 'FirmwareStatusNotification', 'Downloaded')
      expect(await jobOf(chargePoint, first)).toMatchObject({ status: 'Downloaded' })
      await chargePoint.answer(second.messageId, {})
      expect(await jobOf(chargePoint, first)).toMatchObject({
        status: 'Superseded',
        endedAt: test.clock.iso(),
      })
      await tell(chargePoint, 'FirmwareStatusNotification', 'Installed')
      expect(await jobOf(chargePoint, second)).toMatchObject({ status: 'Installed' })
    })

    it('does not end one that was asked for at the same instant and has not left', async () => {
      const chargePoint = await aChargePoint(test)
      const first = await ask(test, chargePoint, 'UpdateFirmware', update())
      const second = await ask(test, chargePoint, 'UpdateFirmware', update())
      await chargePoint.answer(first.messageId, {})
      expect(await jobOf(chargePoint, second)).toMatchObject({ status: 'Requested' })
      await chargePoint.answer(second.messageId, {})
      expect(await jobOf(chargePoint, first)).toMatchObject({ status: 'Superseded' })
      expect(await jobOf(chargePoint, second)).toMatchObject({ status: 'Accepted' })
    })

    it('a notification faster than the answer counts; one to a call that has not left is none of its', async () => {
      const chargePoint = await aChargePoint(test)
      const fast = await ask(test, chargePoint, 'UpdateFirmware', update())
      await tell(chargePoint, 'FirmwareStatusNotification', 'Downloading')
      await chargePoint.answer(fast.messageId, {})
      expect(await jobOf(chargePoint, fast)).toMatchObject({ status: 'Downloading' })
      const other = await aChargePoint(test)
      await ask(test, other, 'ClearCache')
      const waits = await ask(test, other, 'UpdateFirmware', update())
      await tell(other, 'FirmwareStatusNotification', 'Installed')
      expect(await jobOf(other, waits)).toMatchObject({ status: 'Requested' })
    })

    it('one that was refused with an error has ended', async () => {
      const chargePoint = await aChargePoint(test)
      const earlier = await askAndAnswer(test, chargePoint, 'UpdateFirmware', update(), {})
      const call = await ask(test, chargePoint, 'UpdateFirmware', update())
      await chargePoint.send(JSON.stringify([4, call.messageId, 'NotSupported', '', {}]))
      await tell(chargePoint, 'FirmwareStatusNotification', 'Downloading')
      expect(await jobOf(chargePoint, call)).toMatchObject({ status: 'Requested', steps: [] })
      expect(await jobOf(chargePoint, earlier)).toMatchObject({ status: 'Downloading' })
    })

    it('one that was never answered is under way all the same', async () => {
      const chargePoint = await aChargePoint(test)
      const earlier = await askAndAnswer(test, chargePoint, 'UpdateFirmware', update(), {})
      test.clock.advance(1)
      const call = await ask(test, chargePoint, 'UpdateFirmware', update())
      test.clock.advance(60)
      await tell(chargePoint, 'FirmwareStatusNotification', 'Installed')
      expect(await jobOf(chargePoint, call)).toMatchObject({ status: 'Installed' })
      expect(await jobOf(chargePoint, earlier)).toMatchObject({ status: 'Accepted' })
    })

    it('of endless steps, the first are kept and the latest', async () => {
      const chargePoint = await aChargePoint(test)
      const call = await askAndAnswer(test, chargePoint, 'UpdateFirmware', update(), {})
      for (let turn = 0; turn < 30; turn++)
        await tell(chargePoint, 'FirmwareStatusNotification', 'Downloading', 'Downloaded')
      await tell(chargePoint, 'FirmwareStatusNotification', 'Installing', 'Installed')
      const { steps = [], ...job } = (await jobOf(chargePoint, call)) ?? {}
      expect(job).toMatchObject({ status: 'Installed', endedAt: test.clock.iso() })
      expect(steps).toHaveLength(50)
      expect([steps[0], steps[1], steps[49]].map((step) => step?.status)).toEqual([
        'Accepted',
        'Downloading',
        'Installed',
      ])
    })

    it('of a file of ours: the record names it, the frame has a URL', async () => {
      const chargePoint = await aChargePoint(test)
      const fileId = await aFile()
      const location = `busbar:files/${fileId}`
      const call = await ask(
        test,
        chargePoint,
        'UpdateFirmware',
        update({ location, retrieveDate: inHours(5) }),
      )
      expect(call.payload).toMatchObject({ location })
      expect(sentTo(test, chargePoint)).toMatchObject([
        { payload: { location: `https://depot.test/${fileId}?get=21600` } },
      ])
      const job = await jobOf(chargePoint, call)
      expect(job).toMatchObject({ fileId })
      expect(job).not.toHaveProperty('location')
    })

    it('is not sent for a file that is not there, or when its URL would be over', async () => {
      const chargePoint = await aChargePoint(test)
      const refused = (location: string, more: object = {}) =>
        refusedFor(test, chargePoint, 'UpdateFirmware', update({ location, ...more }))
      expect(await refused(`busbar:files/${randomUUID()}`)).toEqual(['location'])
      expect(await refused('busbar:firmware')).toEqual(['location'])
      expect(await refused(`busbar:files/${await aFile({ status: 'Awaited' })}`)).toEqual(['location'])
      expect(await refused(`busbar:files/${await aFile({ kind: 'diagnostics', status: 'Stored' })}`)).toEqual(
        ['location'],
      )
      expect(await refused(`busbar:files/${await aFile()}`, { retrieveDate: inHours(5.1) })).toEqual([
        'retrieveDate',
      ])
      expect(await refused(undefined as never)).toEqual(['location'])
    })
  })

  describe('GetDiagnostics (§5.9)', () => {
    const uploading = async (fileName = 'diag.zip') => {
      const chargePoint = await aChargePoint(test)
      const call = await askAndAnswer(test, chargePoint, 'GetDiagnostics', {}, { fileName })
      const fileId = (await jobOf(chargePoint, call))?.fileId as string
      return { chargePoint, call, fileId }
    }

    it('comes to us under an id of its own where no location is given', async () => {
      const { chargePoint, call, fileId } = await uploading()
      expect(call.payload).toEqual({ location: `busbar:files/${fileId}` })
      expect(sentTo(test, chargePoint)).toMatchObject([
        { payload: { location: `https://depot.test/${fileId}?put=21600` } },
      ])
      expect(await jobOf(chargePoint, call)).toMatchObject({ status: 'Accepted', fileName: 'diag.zip' })
      expect(await test.store.getFile(fileId)).toEqual({
        fileId,
        kind: 'diagnostics',
        name: 'diag.zip',
        status: 'Awaited',
        chargePointId: chargePoint.chargePointId,
        messageId: call.messageId,
        createdAt: test.clock.iso(),
      })
    })

    it('is stored when it is said to be uploaded, and is', async () => {
      const { chargePoint, call, fileId } = await uploading('../logs\\diag\u0007.zip')
      test.files.set(fileId, { bytes: 42 })
      await tell(chargePoint, 'DiagnosticsStatusNotification', 'Uploading', 'Uploaded')
      expect(await jobOf(chargePoint, call)).toMatchObject({ status: 'Uploaded', endedAt: test.clock.iso() })
      expect(await test.store.getFile(fileId)).toMatchObject({
        status: 'Stored',
        bytes: 42,
        name: 'diag.zip',
      })
    })

    it.each([
      ['larger than is taken: it is gone', 1_000_001, 'TooLarge', 'TooLarge'],
      ['not there', undefined, 'NothingArrived', 'Awaited'],
    ])('%s', async (_, bytes, end, status) => {
      const { chargePoint, call, fileId } = await uploading()
      if (bytes) test.files.set(fileId, { bytes })
      await tell(chargePoint, 'DiagnosticsStatusNotification', 'Uploaded')
      expect(await jobOf(chargePoint, call)).toMatchObject({ status: end, endedAt: test.clock.iso() })
      expect(await test.store.getFile(fileId)).toMatchObject({ status })
      expect(test.files.has(fileId)).toBe(false)
    })

    it.each([
      ['has arrived all the same', 42, 'Stored'],
      ['is too large: it is gone', 1_000_001, 'TooLarge'],
      ['is not there', undefined, 'Awaited'],
    ])('said to have failed, it is looked for: %s', async (_, bytes, status) => {
      const { chargePoint, call, fileId } = await uploading()
      if (bytes) test.files.set(fileId, { bytes })
      await tell(chargePoint, 'DiagnosticsStatusNotification', 'UploadFailed')
      expect(await jobOf(chargePoint, call)).toMatchObject({
        status: 'UploadFailed',
        endedAt: test.clock.iso(),
      })
      expect(await test.store.getFile(fileId)).toMatchObject({ status })
      expect(test.files.has(fileId)).toBe(status === 'Stored')
    })

    it('another one that has nothing to upload does not end the one under way', async () => {
      const { chargePoint, call, fileId } = await uploading()
      test.clock.advance(5)
      const nothing = await askAndAnswer(test, chargePoint, 'GetDiagnostics', {}, {})
      test.files.set(fileId, { bytes: 42 })
      await tell(chargePoint, 'DiagnosticsStatusNotification', 'Uploaded')
      expect(await jobOf(chargePoint, call)).toMatchObject({ status: 'Uploaded', endedAt: test.clock.iso() })
      expect(await jobOf(chargePoint, nothing)).toMatchObject({ status: 'NothingToUpload' })
    })

    it('is answered where the depot cannot say', async () => {
      const { chargePoint, call, fileId } = await uploading()
      const { sizeOf } = test.system.depot
      test.system.depot.sizeOf = () => Promise.reject(new Error('away'))
      await tell(chargePoint, 'DiagnosticsStatusNotification', 'Uploaded')
      test.system.depot.sizeOf = sizeOf
      expect(await jobOf(chargePoint, call)).toMatchObject({ status: 'Uploaded' })
      expect(await test.store.getFile(fileId)).toMatchObject({ status: 'Awaited' })
    })

    it('fails, or has nothing to upload', async () => {
      const { chargePoint, call } = await uploading()
      await tell(chargePoint, 'DiagnosticsStatusNotification', 'Uploading', 'UploadFailed')
      expect(await jobOf(chargePoint, call)).toMatchObject({
        status: 'UploadFailed',
        endedAt: test.clock.iso(),
      })
      const nothing = await askAndAnswer(test, chargePoint, 'GetDiagnostics', { location: `${FTP}d` }, {})
      const job = await jobOf(chargePoint, nothing)
      expect(job).toMatchObject({ status: 'NothingToUpload', endedAt: test.clock.iso(), location: `${FTP}d` })
      await settleAgain(test, nothing, {})
      expect(await jobOf(chargePoint, nothing)).toEqual(job)
    })

    it('does not go into a file that somebody names', async () => {
      const payload = { location: `busbar:files/${await aFile()}` }
      expect(await refusedFor(test, await aChargePoint(test), 'GetDiagnostics', payload)).toEqual([
        'location',
      ])
    })

    it('begun twice makes one job and one file', async () => {
      const { chargePoint, call, fileId } = await uploading()
      await CENTRAL_SYSTEM_ACTIONS.get('GetDiagnostics')?.begin?.(call.payload, {
        ...call,
        now: test.clock.advance(5),
        store: test.store,
      })
      const { items } = await test.store.listFilesOf(chargePoint.chargePointId, { limit: 5 })
      expect(items).toMatchObject([{ fileId, createdAt: call.createdAt }])
      expect(await jobOf(chargePoint, call)).toMatchObject({ status: 'Accepted', createdAt: call.createdAt })
    })

    it.each([
      ['a.zip', 'a.zip'],
      ['/var/log/a.zip', 'a.zip'],
      ['C:\\logs\\a.zip', 'a.zip'],
      ['a\r\n.zip', 'a.zip'],
      ['x'.repeat(300), 'x'.repeat(255)],
      ['logs/', 'diagnostics'],
      [undefined, 'diagnostics'],
    ])('is shown under a name that is no path: %j', (given, shown) => {
      expect(shownName(given, 'diagnostics')).toBe(shown)
    })
  })

  it('notifications of nothing that was asked for are answered', async () => {
    const chargePoint = await aChargePoint(test)
    await tell(chargePoint, 'FirmwareStatusNotification', 'Installed')
    await tell(chargePoint, 'DiagnosticsStatusNotification', 'Uploaded')
    await tell(chargePoint, 'LogStatusNotification', 'Idle', 'Uploaded')
    await tell(chargePoint, 'SignedFirmwareStatusNotification', 'Idle', 'Installed')
  })
})
