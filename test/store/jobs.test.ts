import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FileRecord, Job } from '../../lib/store/port.ts'
import { startSystem, type TestSystem } from '../support/system.ts'
import { readThrough } from './pages.ts'

let test: TestSystem
beforeAll(async () => {
  test = await startSystem()
})
afterAll(() => test.stop())

describe('jobs', () => {
  const aJob = async (chargePointId: string, more: Partial<Job> = {}): Promise<Job> => {
    const createdAt = test.clock.advance(1)
    const job: Job = {
      chargePointId,
      messageId: v7({ msecs: Date.parse(createdAt) }),
      kind: 'firmware',
      status: 'Requested',
      steps: [],
      createdAt,
      deadline: '2026-03-02T08:00:00.000Z',
      ...more,
    }
    await test.store.createJob(job)
    return job
  }
  const at = '2026-03-01T09:00:00.000Z'
  const later = '2026-03-01T10:00:00.000Z'

  it('are kept as they were created, the first time', async () => {
    const job = await aJob('J1', { location: 'https://files.test/a', origin: 'me' })
    await test.store.createJob({ ...job, status: 'Installed' })
    expect(await test.store.getJob('J1', job.messageId)).toEqual(job)
    expect(await test.store.getJob('J1', v7())).toBeUndefined()
  })

  it('are listed newest first, page by page', async () => {
    const jobs = [await aJob('J2'), await aJob('J2', { kind: 'log' }), await aJob('J2')].reverse()
    const { items, pages } = await readThrough((page) => test.store.listJobs('J2', page))
    expect({ items, pages }).toEqual({ items: jobs, pages: 2 })
  })

  it('are found by kind, the latest, or by the request id they were given', async () => {
    const firmware = await aJob('J3')
    const log = await aJob('J3', { kind: 'log', requestId: 1 })
    const signed = await aJob('J3', { kind: 'signedFirmware', requestId: 1 })
    const laterLog = await aJob('J3', { kind: 'log', requestId: 2 })
    const latest = (...args: [kinds: Job['kind'][], requestId?: number]) =>
      test.store.latestJob('J3', ...args)
    expect(await latest(['firmware'])).toEqual(firmware)
    expect(await latest(['firmware', 'signedFirmware'])).toEqual(signed)
    expect(await latest(['log'])).toEqual(laterLog)
    expect(await latest(['log'], 1)).toEqual(log)
    expect(await latest(['log'], 3)).toBeUndefined()
    expect(await latest(['diagnostics'])).toBeUndefined()
  })

  it('take a step when its status is new, until they end', async () => {
    const job = await aJob('J4')
    const step = (status: string, when: string, more = {}) =>
      test.store.stepJob('J4', job.messageId, { status, at: when }, more)
    const downloading = { ...job, status: 'Downloading', steps: [{ status: 'Downloading', at }] }
    expect(await step('Downloading', at)).toEqual(downloading)
    expect(await step('Downloading', later)).toEqual(downloading)
    const ended = {
      ...job,
      status: 'Installed',
      steps: [...downloading.steps, { status: 'Installed', at: later }],
      endedAt: later,
    }
    expect(await step('Installed', later, { end: true })).toEqual(ended)
    expect(await step('Installed', later, { end: true })).toEqual(ended)
    expect(await step('Downloading', later)).toEqual(ended)
    expect(await test.store.stepJob('J4', v7(), { status: 'Downloading', at })).toBeUndefined()
  })

  it('take a step from a certain status only where they still have it', async () => {
    const job = await aJob('J6')
    const step = (status: string, more: object) =>
      test.store.stepJob('J6', job.messageId, { status, at }, more)
    const uploading = { ...job, status: 'Uploading', steps: [{ status: 'Uploading', at }] }
    expect(await step('Uploading', {})).toEqual(uploading)
    expect(await step('Accepted', { from: 'Requested', fileName: 'diag.zip' })).toEqual(uploading)
    const accepted = {
      ...uploading,
      status: 'Accepted',
      steps: [...uploading.steps, { status: 'Accepted', at }],
    }
    expect(await step('Accepted', { from: 'Uploading' })).toEqual(accepted)
  })

  it('learn their file name and their end from a step that is no new one, too', async () => {
    const job = await aJob('J5', { kind: 'diagnostics', status: 'Accepted' })
    const step = (more: object) => test.store.stepJob('J5', job.messageId, { status: 'Accepted', at }, more)
    expect(await step({ fileName: 'diag.zip' })).toEqual({ ...job, fileName: 'diag.zip' })
    expect(await step({ end: true })).toEqual({ ...job, fileName: 'diag.zip', endedAt: at })
  })
})

describe('files', () => {
  const aFile = async (more: Partial<FileRecord> = {}): Promise<FileRecord> => {
    const createdAt = test.clock.advance(1)
    const file: FileRecord = {
      fileId: v7({ msecs: Date.parse(createdAt) }),
      kind: 'firmware',
      name: '../a file.bin',
      status: 'Awaited',
      createdAt,
      ...more,
    }
    await test.store.createFile(file)
    return file
  }

  it('are kept as they were created, changed, and deleted once', async () => {
    const file = await aFile({ origin: 'me' })
    const { fileId } = file
    await test.store.createFile({ ...file, name: 'another' })
    expect(await test.store.getFile(fileId)).toEqual(file)
    const stored = { ...file, status: 'Stored', bytes: 12 }
    expect(await test.store.updateFile(fileId, { status: 'Stored', bytes: 12 })).toEqual(stored)
    expect(await test.store.updateFile(fileId, {})).toEqual(stored)
    expect(await test.store.deleteFile(fileId)).toBe(true)
    expect(await test.store.deleteFile(fileId)).toBe(false)
    expect(await test.store.getFile(fileId)).toBeUndefined()
    expect(await test.store.updateFile(fileId, { status: 'Stored' })).toBeUndefined()
  })

  it('are listed by what they are: firmware of all, diagnostics of a charge point', async () => {
    const firmware = [await aFile(), await aFile(), await aFile()].reverse()
    const diagnostics = { kind: 'diagnostics', chargePointId: 'F1', messageId: 'M1' } as const
    const sent = [await aFile(diagnostics), await aFile(diagnostics), await aFile(diagnostics)].reverse()
    await aFile({ ...diagnostics, chargePointId: 'F2' })
    expect((await readThrough((page) => test.store.listFirmware(page))).items).toEqual(firmware)
    const ofF1 = await readThrough((page) => test.store.listFilesOf('F1', page))
    expect(ofF1).toEqual({ items: sent, pages: 2 })
  })
})
