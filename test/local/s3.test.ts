import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silent } from '../../lib/local/log.ts'
import { type Local, startLocal } from '../../lib/local/runtime.ts'
import { FakeClock } from './fixture/fake-clock.ts'
import { writeFixture } from './fixture/fixture.ts'
import { type Presigning, presign, raw } from './fixture/presign.ts'

const fixture = writeFixture()
afterAll(() => fixture.remove())

describe('the objects of a bucket', () => {
  const clock = new FakeClock()
  let local: Local
  let bucket: string
  beforeAll(async () => {
    local = await startLocal({ cdkOut: fixture.cdkOut, dataDir: 'memory', clock, log: silent })
    bucket = `${local.url}/_s3/${local.stack.refOf('Bucket')}`
  })
  afterAll(() => local?.stop())

  const url = (key: string, presigning?: Presigning) => presign(`${bucket}/${key}`, local.keysOf, presigning)
  const put = async (key: string, body: string) => {
    const response = await fetch(await url(key, { method: 'PUT' }), { method: 'PUT', body })
    expect(response.status).toBe(200)
  }
  const refusal = async (response: Response) => {
    const body = await response.text()
    expect(response.headers.get('content-type')).toBe('application/xml')
    return [response.status, /<Code>(\w+)<\/Code>/.exec(body)?.[1]]
  }

  it('are found under the address that the functions are told', () => {
    expect(local.stack.read('Message', 'Environment')).toMatchObject({ Variables: { FILES_URL: bucket } })
  })

  it('are written, read, described and removed', async () => {
    await put('files/a', 'content')
    const response = await fetch(await url('files/a'))
    expect([response.status, await response.text()]).toEqual([200, 'content'])
    expect(response.headers.get('content-type')).toBe('binary/octet-stream')
    const head = await fetch(await url('files/a', { method: 'HEAD' }), { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '7'])
    await put('files/a', '')
    expect(await (await fetch(await url('files/a'))).text()).toBe('')
    const remove = async () =>
      (await fetch(await url('files/a', { method: 'DELETE' }), { method: 'DELETE' })).status
    expect([await remove(), await remove()]).toEqual([204, 204])
    expect(await refusal(await fetch(await url('files/a')))).toEqual([404, 'NoSuchKey'])
  })

  it('are larger than what fits into one piece', async () => {
    const large = 'x'.repeat(5_000_000)
    await put('files/large', large)
    expect(await (await fetch(await url('files/large'))).text()).toBe(large)
  })

  it('are given in parts', async () => {
    await put('files/range', '0123456789')
    const part = async (range: string) => {
      const response = await fetch(await url('files/range'), { headers: { range } })
      return [response.status, response.headers.get('content-range'), await response.text()]
    }
    expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234'])
    expect(await part('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await part('bytes=7-99')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await part('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789'])
    expect(await part('bytes=-99')).toEqual([206, 'bytes 0-9/10', '0123456789'])
    expect(await part('bytes=0-1,3-4')).toEqual([200, null, '0123456789'])
    expect(await part('bytes=4-2')).toEqual([200, null, '0123456789'])
    const beyond = await fetch(await url('files/range'), { headers: { range: 'bytes=10-' } })
    expect(await refusal(beyond)).toEqual([416, 'InvalidRange'])
  })

  it('are named as the signed URL says', async () => {
    await put('files/named', 'x')
    const query = { 'response-content-disposition': 'attachment; filename="it\'s (1).bin"' }
    const response = await fetch(await url('files/named', { query }))
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="it\'s (1).bin"')
  })

  it('are refused without a signature, or with another than that of this request', async () => {
    await put('files/secret', 'x')
    const signed = await url('files/secret')
    const mismatch = [403, 'SignatureDoesNotMatch']
    expect(await refusal(await fetch(`${bucket}/files/secret`))).toEqual([403, 'AccessDenied'])
    expect(await refusal(await fetch(signed.replace('files/secret', 'files/other')))).toEqual(mismatch)
    expect(await refusal(await fetch(signed.replace('Expires=60', 'Expires=600')))).toEqual(mismatch)
    expect(await refusal(await fetch(`${signed}&response-content-type=text%2Fhtml`))).toEqual(mismatch)
    expect(await refusal(await fetch(signed.replace(/(Signature=)\w{4}/, '$10000')))).toEqual(mismatch)
    expect(await refusal(await fetch(signed.replace(/(Signature=)\w+/, '$1%C3%A9')))).toEqual(mismatch)
    expect(await refusal(await fetch(await url('files/secret', { secret: 'other' })))).toEqual(mismatch)
    expect(await refusal(await fetch(signed, { method: 'PUT', body: 'y' }))).toEqual(mismatch)
    expect(await refusal(await fetch(signed, { method: 'DELETE' }))).toEqual(mismatch)
    expect((await fetch(signed, { method: 'HEAD' })).status).toBe(403)
    expect(await (await fetch(signed)).text()).toBe('x')
  })

  it('are refused to whoever signs with what a URL shows', async () => {
    await put('files/mine', 'x')
    const { searchParams } = new URL(await url('files/mine'))
    const token = searchParams.get('X-Amz-Security-Token') ?? ''
    expect(token).toBe(local.keysOf('Message').sessionToken)
    for (const secret of [...searchParams.values(), 'local']) {
      const forged = await url('files/mine', { method: 'PUT', secret, token })
      expect((await fetch(forged, { method: 'PUT', body: 'forged' })).status).toBe(403)
    }
    const borrowed = await url('files/mine', { secret: local.keysOf('Other').secretAccessKey })
    expect(await refusal(await fetch(borrowed))).toEqual([403, 'SignatureDoesNotMatch'])
    const other = await url('files/mine', { token: local.keysOf('Other').sessionToken })
    expect(await refusal(await fetch(other))).toEqual([400, 'InvalidToken'])
    expect(await (await fetch(await url('files/mine'))).text()).toBe('x')
  })

  it('are refused where the signature is of another kind', async () => {
    const signed = await url('files/any')
    const malformed = [400, 'AuthorizationQueryParametersError']
    expect(await refusal(await fetch(await url('files/any', { region: 'eu-west-1' })))).toEqual(malformed)
    expect(await refusal(await fetch(signed.replace('HMAC', 'RSA')))).toEqual(malformed)
    expect(await refusal(await fetch(signed.replace(/Amz-Date=\d+/, 'Amz-Date=1')))).toEqual(malformed)
    expect(await refusal(await fetch(signed.replace('Expires=60', 'Expires=604801')))).toEqual(malformed)
    expect(await refusal(await fetch(await url('files/any', { caller: 'Nobody' })))).toEqual([
      403,
      'InvalidAccessKeyId',
    ])
  })

  it('are refused once the URL is no longer good, or not yet', async () => {
    await put('files/short', 'x')
    const at = new Date(clock.now())
    const signed = await url('files/short', { at, seconds: 5 })
    const before = new Date(at.getTime() - 4_000)
    expect((await fetch(await url('files/short', { at: before, seconds: 5 }))).status).toBe(200)
    const expired = await fetch(await url('files/short', { at: new Date(at.getTime() - 7_000), seconds: 5 }))
    expect(await refusal(expired)).toEqual([403, 'AccessDenied'])
    const early = await fetch(await url('files/short', { at: new Date(at.getTime() + 16 * 60_000) }))
    expect(await refusal(early)).toEqual([403, 'AccessDenied'])
    expect((await fetch(signed)).status).toBe(200)
  })

  it('are taken in the length that was signed alone', async () => {
    const headers = { 'content-length': '5' }
    const signed = await url('files/sized', { method: 'PUT', headers })
    const send = (body: string) => fetch(signed, { method: 'PUT', body })
    expect(await refusal(await send('four'))).toEqual([403, 'SignatureDoesNotMatch'])
    expect(await refusal(await send('sixsix'))).toEqual([403, 'SignatureDoesNotMatch'])
    expect((await send('fives')).status).toBe(200)
    const chunked = await url('files/chunked', { method: 'PUT' })
    const answer = await raw(chunked, {
      method: 'PUT',
      headers: { 'transfer-encoding': 'chunked' },
      body: 'x',
    })
    expect(answer.status).toBe(411)
  })

  it('are refused to a function that may not', async () => {
    const denied = [403, 'AccessDenied']
    const write = await url('read-only/a', { method: 'PUT' })
    expect(await refusal(await fetch(write, { method: 'PUT', body: 'x' }))).toEqual(denied)
    expect(await refusal(await fetch(await url('elsewhere/a')))).toEqual(denied)
    expect(await refusal(await fetch(await url('read-only/a')))).toEqual([404, 'NoSuchKey'])
  })

  it('are nothing but objects: what is not emulated is said to be', async () => {
    const copy = { 'x-amz-copy-source': '/b/k', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
    const unsigned = await raw(await url('files/a', { method: 'PUT' }), {
      method: 'PUT',
      headers: copy,
      body: '',
    })
    expect([unsigned.status, unsigned.body]).toEqual([403, expect.stringContaining('not signed')])
    const tagging = await fetch(await url('files/a', { query: { tagging: '' } }))
    expect(await refusal(tagging)).toEqual([501, 'NotImplemented'])
    const posted = await fetch(await url('files/a', { method: 'POST' }), { method: 'POST' })
    expect(await refusal(posted)).toEqual([405, 'MethodNotAllowed'])
    const elsewhere = await fetch(await presign(`${local.url}/_s3/no-such-bucket/files/a`, local.keysOf))
    expect(await refusal(elsewhere)).toEqual([404, 'NoSuchBucket'])
  })

  it('have keys that cannot be read refused', async () => {
    const path = `${new URL(bucket).pathname}/files/%zz`
    expect((await raw(bucket, { path })).body).toContain('InvalidURI')
  })
})

describe('the folder of the objects', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'busbar-objects-'))
  const files = join(dataDir, 'files')
  afterAll(() => rmSync(dataDir, { recursive: true }))
  const start = () => startLocal({ cdkOut: fixture.cdkOut, dataDir, log: silent })

  it('keeps what was sent in full, under a name of its own, and nothing of what was not', async () => {
    const first = await start()
    const bucketOf = ({ url, stack }: Local) => `${url}/_s3/${stack.refOf('Bucket')}`
    const keys = ['files/a', 'files/../../../escape', 'files/..\\..\\escape', 'files/\0', 'files/b/c']
    const signing = (local: Local, key: string, method: string) =>
      presign(`${bucketOf(local)}/${encodeURIComponent(key)}`, local.keysOf, { method })
    for (const key of keys) {
      const response = await fetch(await signing(first, key, 'PUT'), { method: 'PUT', body: key })
      expect(response.status).toBe(200)
    }
    const { hostname, port, pathname, search } = new URL(await signing(first, 'files/a', 'PUT'))
    const socket = connect(Number(port), hostname)
    socket.write(
      `PUT ${pathname}${search} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-length: 100\r\n\r\nhalf`,
    )
    await expect.poll(() => readdirSync(files).some((name) => name.endsWith('.part'))).toBe(true)
    socket.destroy()
    await expect.poll(() => readdirSync(files).length).toBe(keys.length)
    await first.stop()
    expect(readdirSync(files).every((name) => /^[0-9a-f]{64}$/.test(name))).toBe(true)

    writeFileSync(join(files, 'left-behind.part'), 'half')
    const second = await start()
    expect(existsSync(join(files, 'left-behind.part'))).toBe(false)
    for (const key of keys) {
      expect(await (await fetch(await signing(second, key, 'GET'))).text()).toBe(key)
    }
    await second.stop()
  })
})
