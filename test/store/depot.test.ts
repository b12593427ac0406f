import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silent } from '../../lib/local/log.ts'
import { type Local, startLocal } from '../../lib/local/runtime.ts'
import { createDepot, type DepotOptions } from '../../lib/store/depot.ts'
import { writeFixture } from '../local/fixture/fixture.ts'

describe('the depot', () => {
  const fixture = writeFixture()
  let local: Local
  beforeAll(async () => {
    local = await startLocal({ cdkOut: fixture.cdkOut, dataDir: 'memory', log: silent })
  })
  afterAll(async () => {
    await local?.stop()
    fixture.remove()
  })

  const depotOf = (more: Partial<DepotOptions> = {}) =>
    createDepot({
      url: `${local.url}/_s3/${local.stack.refOf('Bucket')}`,
      region: async () => 'us-east-1',
      credentials: async () => ({ accessKeyId: 'Message', ...local.keysOf('Message') }),
      ...more,
    })
  const upload = (url: string, body: string) => fetch(url, { method: 'PUT', body })

  it('takes a file, tells its size, gives it, and removes it', async () => {
    const depot = depotOf()
    const fileId = randomUUID()
    expect(await depot.sizeOf(fileId)).toBeUndefined()
    expect((await upload(await depot.uploadUrl(fileId, { seconds: 60 }), 'firmware')).status).toBe(200)
    expect(await depot.sizeOf(fileId)).toBe(8)
    const response = await fetch(await depot.downloadUrl(fileId, { seconds: 60 }))
    expect(await response.text()).toBe('firmware')
    expect(response.headers.get('content-disposition')).toBeNull()
    await depot.remove(fileId)
    await depot.remove(fileId)
    expect(await depot.sizeOf(fileId)).toBeUndefined()
  })

  it('takes exactly as many bytes as were said, and may be told none', async () => {
    const depot = depotOf()
    const fileId = randomUUID()
    const url = await depot.uploadUrl(fileId, { seconds: 60, bytes: 3 })
    expect((await upload(url, 'four')).status).toBe(403)
    expect(await depot.sizeOf(fileId)).toBeUndefined()
    expect((await upload(url, 'abc')).status).toBe(200)
    expect(await depot.sizeOf(fileId)).toBe(3)
    expect((await upload(await depot.uploadUrl(fileId, { seconds: 60, bytes: 0 }), '')).status).toBe(200)
    expect(await depot.sizeOf(fileId)).toBe(0)
  })

  it('gives URLs for one thing and one file only', async () => {
    const depot = depotOf()
    const fileId = randomUUID()
    await upload(await depot.uploadUrl(fileId, { seconds: 60 }), 'x')
    const download = await depot.downloadUrl(fileId, { seconds: 60 })
    expect((await upload(download, 'y')).status).toBe(403)
    expect((await fetch(download.replace(fileId, randomUUID()))).status).toBe(403)
    expect(await (await fetch(download)).text()).toBe('x')
  })

  it.each([
    ['firmware 1.2.bin', 'firmware_1.2.bin'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ["a\"; filename*=UTF-8''b\r\nx: y", 'a___filename__UTF-8__b__x__y'],
    ['…', '_'],
    ['...', 'file'],
    [`${'x'.repeat(200)}.bin`, `${'x'.repeat(96)}.bin`],
  ])('names a file %j safely', async (name, safe) => {
    const depot = depotOf()
    const fileId = randomUUID()
    await upload(await depot.uploadUrl(fileId, { seconds: 60 }), 'x')
    const response = await fetch(await depot.downloadUrl(fileId, { seconds: 60, name }))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${safe}"`)
  })

  it('keeps a file id from being anything but a name', async () => {
    const url = new URL(await depotOf().downloadUrl('../x?y#z', { seconds: 60 }))
    expect(url.pathname).toMatch(/\/files\/\.\.%2Fx%3Fy%23z$/)
  })

  it('makes no URL outlive the credentials of its role, and stops at the time it is told', async () => {
    const long = new URL(await depotOf().downloadUrl('x', { seconds: 86_400 }))
    expect(long.searchParams.get('X-Amz-Expires')).toBe('21600')
    const clock = () => new Date(Date.now() - 61_000)
    const old = await depotOf({ clock }).downloadUrl('x', { seconds: 60 })
    const response = await fetch(old)
    expect([response.status, await response.text()]).toEqual([403, expect.stringContaining('expired')])
  })

  it('addresses the bucket by its host in the cloud', async () => {
    const depot = depotOf({ url: 'https://things.s3.eu-west-1.amazonaws.com' })
    const url = new URL(await depot.downloadUrl('x', { seconds: 60 }))
    expect(url.origin + url.pathname).toBe('https://things.s3.eu-west-1.amazonaws.com/files/x')
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('host')
    expect(url.searchParams.get('X-Amz-Security-Token')).toBe(local.keysOf('Message').sessionToken)
  })

  it('says what S3 refused, and does not wait for ever', async () => {
    const stranger = depotOf({ credentials: { accessKeyId: 'Nobody', ...local.keysOf('Nobody') } })
    await expect(stranger.sizeOf('x')).rejects.toThrow('S3 answers HEAD of the file x with 403')
    await expect(stranger.remove('x')).rejects.toThrow('S3 answers DELETE of the file x with 403')
    const signals: (AbortSignal | null | undefined)[] = []
    const watching: typeof fetch = (input, init) => {
      signals.push(init?.signal)
      return fetch(input, init)
    }
    await depotOf({ fetch: watching }).sizeOf('x')
    expect(signals).toEqual([expect.any(AbortSignal)])
  })
})
