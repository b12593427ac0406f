import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Io, run } from '../../lib/doctor/cli.ts'
import { type Busbar, fetchToken, startBusbar } from '../support/e2e.ts'
import { listener } from '../support/listener.ts'
import { brokenGateway, type Faults } from './gateway.ts'

interface Row {
  name: string
  outcome: string
  seen: string
  means: string
  set: string
}

describe('the doctor', () => {
  let busbar: Busbar
  beforeAll(async () => {
    busbar = await startBusbar()
  })
  afterAll(() => busbar.stop())

  const PACE = { patience: 3, idleFor: 2, pingEvery: 0.3, heartbeatEvery: 0.3, lifetime: 2, noticedWithin: 2 }

  async function examine(args: string[], more: Partial<Io> = {}) {
    const { said, ...written } = listener()
    const code = await run(args, {
      ...written,
      width: 140,
      isColoured: false,
      onInterrupt: () => {},
      fetchToken: () => fetchToken(busbar.local),
      pace: PACE,
      ...more,
    })
    return { code, ...said }
  }

  /** What the doctor says of one check when the gateway has these faults. */
  async function found(check: string, faults: Faults, ...args: string[]): Promise<Row & { code: number }> {
    const gateway = await brokenGateway(busbar.local.url, faults)
    try {
      const { code, out } = await examine([gateway.url, '--json', '--only', check, ...args])
      const { checks } = JSON.parse(out) as { checks: Row[] }
      const row = checks.find(({ name }) => name === check)
      if (!row) throw new Error(`${check} was not made: ${out}`)
      return { ...row, code }
    } finally {
      await gateway.stop()
    }
  }

  it.each<[string, Faults, string, RegExp]>([
    ['subprotocol', { noSubprotocol: true }, 'no subprotocol', /functions\/connect\.ts/],
    ['stray-frames', { emptyFrames: true }, 'empty frames: 2', /\$default must have no route response/],
    ['basic', { noAuthorization: true }, 'with the right password: HTTP 401', /AllViewerExceptHostHeader/],
    ['ping', { noPongs: true }, 'no pong', /WebSocketPingInterval=0/],
    ['frame-33k', { swallows: 33_000 }, 'neither answered nor closed', /StopTxnSampledData/],
    ['frame-32k', { swallows: 32_000 }, 'no answer', /StopTxnSampledData/],
    ['closed', { keepsTheDead: true }, 'a call ended TimedOut', /410 GoneException/],
    ['idle', { lifetime: 1000 }, 'heartbeats: 1001 after 1 s', /shorter heartbeatInterval/],
  ])('%s fails through a gateway with %o', async (check, faults, seen, advice) => {
    const row = await found(check, faults)
    expect(row).toMatchObject({ outcome: 'failed', code: 1 })
    expect(row.seen).toContain(seen)
    expect(row.set).toMatch(advice)
  })

  it.each<[string, Faults, string]>([
    ['context', { noContext: true }, 'looked up'],
    ['routing', { noContext: true }, '$default'],
    ['pulled', { keepsTheDead: true }, 'not offline after 2 s'],
    ['newest', { keepsTheReplaced: true }, 'the old one is still open'],
  ])('%s names the other way in the code, through a gateway with %o', async (check, faults, seen) => {
    const row = await found(check, faults)
    expect(row).toMatchObject({ outcome: 'fallback', code: 0 })
    expect(row.seen).toContain(seen)
    expect(row.set).toMatch(/^nothing/)
  })

  it.each(['idle', 'lifetime'])('%s is looked at when asked for', async (check) => {
    const row = await found(check, { lifetime: check === 'idle' ? 60_000 : 1000 })
    expect(row.outcome).toBe('passed')
  })

  it('tells a way around the edge', async () => {
    const gateway = await brokenGateway(busbar.local.url, {})
    try {
      const origin = gateway.url.replace('http', 'ws')
      const args = [busbar.local.url, '--json', '--only', 'around-the-edge', '--station-origin', origin]
      const { code, out } = await examine(args)
      expect(code).toBe(1)
      expect(JSON.parse(out).checks.at(-1)).toMatchObject({
        outcome: 'failed',
        seen: 'the socket was opened',
        set: expect.stringContaining('x-origin-verify'),
      })
    } finally {
      await gateway.stop()
    }
  })

  it('says so where nothing answers, and looks at nothing else', async () => {
    const { code, out } = await examine(['http://127.0.0.1:9', '--json'])
    const { summary, checks } = JSON.parse(out)
    expect(code).toBe(1)
    expect(summary).toMatchObject({ failed: 1, passed: 0 })
    expect(checks[0]).toMatchObject({
      name: 'api',
      outcome: 'failed',
      seen: expect.stringContaining('no answer'),
    })
  })

  it('says so where nobody gives it a token', async () => {
    const { code, out } = await examine([busbar.local.url, '--json'], {
      fetchToken: () => Promise.reject(new Error('who are you?')),
    })
    expect(code).toBe(1)
    expect(JSON.parse(out).checks[1]).toMatchObject({ outcome: 'failed', seen: 'who are you?' })
  })

  it('prints a table that fits, and tells what it does while it does it', async () => {
    const { code, out, err } = await examine([busbar.local.url, '--only', 'context,subprotocol'])
    expect(code).toBe(0)
    expect(err).toMatch(
      /^✔ passed {3}api .*\n✔ passed {3}sign-in .*\n✔ passed {3}subprotocol .*\n✔ passed {3}context/,
    )
    const lines = out.trim().split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(140)
    expect(lines[0]).toMatch(/^check +expected +seen +what it means +what to set/)
    expect(lines.at(-1)).toBe(`${busbar.local.url}: 4 passed`)
  })

  it.each([
    [['ftp://host'], 'It must be a URL'],
    [['http://user:secret@host'], 'without a password'],
    [['http://host', '--only', 'pulse'], 'There is no check “pulse”'],
    [['http://host', '--plain-web-sockets', 'maybe'], 'It must be true or false'],
    [['http://host', '--station-origin', 'https://host'], 'begins with wss://'],
    [[], 'missing required argument'],
  ])('refuses %j', async (args, reason) => {
    const { code, err } = await examine(args)
    expect(code).toBe(1)
    expect(err).toContain(reason)
  })

  it('removes all that it made, and nothing else', async () => {
    await busbar.register('busbar-doctor-of-somebody-else')
    await examine([busbar.local.url, '--only', 'unknown,encoding,basic,file'])
    const list = async (path: string) => (await busbar.api('GET', path)).body.items
    const ids = (await list('/charge-points')).map((each: { chargePointId: string }) => each.chargePointId)
    expect(ids).toEqual(['busbar-doctor-of-somebody-else'])
    expect(await list('/unknown-charge-points')).toEqual([])
    expect(await list('/refused-charge-points')).toEqual([])
    expect(await list('/files')).toEqual([])
  })
})
