import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Files, retriesOf } from '../../lib/station/files.ts'
import { until } from './central-system.ts'
import { FakeTime } from './fake-time.ts'
import { FileServer } from './file-server.ts'

let server: FileServer
const time = new FakeTime()
const ONCE = { retries: 0, retryMs: 0 }

beforeEach(async () => {
  server = await FileServer.listen()
})
afterEach(() => server.close())

async function fetched(files: Files, path = '/firmware.bin', again = ONCE) {
  let content = Buffer.alloc(0)
  const onAttempt = () => {
    content = Buffer.alloc(0)
    return (piece: Uint8Array) => {
      content = Buffer.concat([content, piece])
    }
  }
  return { transfer: await files.download(`${server.url}${path}`, onAttempt, again), content: () => content }
}

describe('a download', () => {
  test('comes byte by byte, in pieces', async () => {
    const content = randomBytes(300_000)
    server.serves = [content]
    const { transfer, content: got } = await fetched(new Files({ time }))
    expect(transfer).toEqual({ ok: true, bytes: content.length, name: 'firmware.bin' })
    expect(got().equals(content)).toBe(true)
  })

  test('that is too large is given up', async () => {
    server.serves = [randomBytes(1001)]
    const { transfer } = await fetched(new Files({ time, largestBytes: 1000 }))
    expect(transfer).toEqual({ ok: false, fault: 'failed', why: 'larger than 1000 bytes' })
  })

  test('of nothing has failed', async () => {
    server.serves = [Buffer.alloc(0)]
    expect((await fetched(new Files({ time }))).transfer).toMatchObject({
      ok: false,
      why: 'the file is empty',
    })
  })

  test('that does not come is given up in time', async () => {
    server.serves = ['silence']
    const { transfer } = await fetched(new Files({ time, timeoutMs: 50 }))
    expect(transfer).toEqual({ ok: false, fault: 'failed', why: 'not done in time' })
  })

  test('is tried again as often as asked for, after as long a wait', async () => {
    const content = randomBytes(100)
    server.serves = [500, 503, content]
    const again = retriesOf({ retries: 2, retryInterval: 60 })
    const running = fetched(new Files({ time }), '/f', again)
    for (const attempts of [1, 2]) {
      await until(() => server.received.length === attempts && time.pending === 1)
      time.advance(59_999)
      expect(server.received).toHaveLength(attempts)
      time.advance(1)
    }
    const { transfer, content: got } = await running
    expect(transfer).toEqual({ ok: true, bytes: 100, name: 'f' })
    expect(got().equals(content)).toBe(true)
    expect(server.received).toHaveLength(3)
  })

  test('that fails every time has failed, and a location nobody can reach says why', async () => {
    server.serves = [404]
    expect((await fetched(new Files({ time }))).transfer).toEqual({
      ok: false,
      fault: 'failed',
      why: 'HTTP 404',
    })
    const files = new Files({ time })
    const away = await files.download('http://127.0.0.1:1/f', () => () => {}, ONCE)
    expect(away).toMatchObject({ ok: false, fault: 'failed' })
    expect(JSON.stringify(away)).not.toContain('127.0.0.1:1/f')
  })

  test('ends with the station', async () => {
    server.serves = ['silence']
    const files = new Files({ time })
    const running = fetched(files, '/f', retriesOf({ retries: 3 }))
    await until(() => server.received.length === 1)
    files.end()
    expect((await running).transfer.ok).toBe(false)
    expect(server.received).toHaveLength(1)
  })
})

describe('an upload', () => {
  test.each([
    ['/up/', '/up/a%20b.log'],
    ['/up/?key=1', '/up/a%20b.log?key=1'],
    ['/up/there?signature=x', '/up/there?signature=x'],
  ])('to %s is a PUT to %s', async (location, path) => {
    const transfer = await new Files({ time }).upload(`${server.url}${location}`, 'a b.log', 'höre', ONCE)
    expect(transfer).toEqual({ ok: true, bytes: 5, name: 'a b.log' })
    expect(server.received).toMatchObject([{ method: 'PUT', path }])
    expect(server.received[0]?.body.toString()).toBe('höre')
  })

  test.each([
    ['ftp://example.com/up', 'protocol'],
    ['nowhere', 'location'],
    ['file:///etc/passwd', 'protocol'],
  ])('to %s is not tried at all, nor tried again', async (location, fault) => {
    const again = { retries: 5, retryMs: 60_000 }
    expect(await new Files({ time }).upload(location, 'x', 'x', again)).toMatchObject({ ok: false, fault })
  })

  test('that is refused says so', async () => {
    server.serves = [403]
    const transfer = await new Files({ time }).upload(`${server.url}/f`, 'x', 'x', ONCE)
    expect(transfer).toEqual({ ok: false, fault: 'denied', why: 'HTTP 403' })
  })
})
