import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Io, run } from '../../lib/station/cli.ts'
import { Figures } from '../../lib/station/fleet/figures.ts'
import { Histogram } from '../../lib/station/fleet/histogram.ts'
import type { FleetReport } from '../../lib/station/fleet/report.ts'
import { CentralSystem } from './central-system.ts'
import { echoServer } from './echo-server.ts'

vi.setConfig({ testTimeout: 120_000 })

let server: Awaited<ReturnType<typeof echoServer>>

beforeEach(async () => {
  server = await echoServer()
})
afterEach(() => server.close())

async function fleet(args: string[], more: Partial<Io> = {}) {
  const out: string[] = []
  const code = await run(['--url', server.url, '--seed', '7', ...args], {
    write: (text) => out.push(text),
    writeError: (text) => out.push(text),
    env: {},
    isTty: false,
    onInterrupt: () => {},
    token: () => Promise.reject(new Error('there is no operator API here')),
    ...more,
  })
  return { code, out: out.join('') }
}

const reportOf = (out: string): FleetReport => JSON.parse(out.trimEnd().split('\n').at(-1) ?? '').report

describe('fleets', () => {
  test('200 stations charge once each: all are connected at once, and the report has every figure', async () => {
    const rates = ['--connect-rate', '400', '--start-rate', '200', '--speed', '20', '--meter-interval', '5']
    const { code, out } = await fleet([
      '--count',
      '200',
      '--once',
      '--duration',
      '20',
      '--wait',
      '100',
      '--json',
      ...rates,
    ])
    expect(code).toBe(0)
    expect(server.counts).toMatchObject({ connections: 200, most: 200 })
    const report = reportOf(out)
    expect(report).toMatchObject({
      ...{ stations: 200, connected: 200, transactionsStarted: 200, transactionsStopped: 200 },
      ...{ queued: 0, resends: 0, errors: {} },
    })
    const answered = Object.fromEntries(report.actions.map((each) => [each.action, each.answered]))
    expect(answered).toEqual(Object.fromEntries(server.counts.calls))
    expect(answered).toMatchObject({ BootNotification: 200, Authorize: 200, StartTransaction: 200 })
    for (const { p50, p95, p99, max } of report.actions) {
      expect(p50).toBeGreaterThan(0)
      expect(p95).toBeGreaterThanOrEqual(p50)
      expect(p99).toBeGreaterThanOrEqual(p95)
      expect(max).toBeGreaterThanOrEqual(p99)
    }
    // 200 times 10 to 30 s at 7.4 kW.
    expect(report.energyWh).toBeGreaterThan(200 * 20)
    expect(report.energyWh).toBeLessThan(200 * 65)
  })

  test('they connect at the rate asked for, and Ctrl-C stops what is running before the report', async () => {
    let interrupt = () => {}
    const io = {
      onInterrupt: (listen: () => void) => {
        interrupt = listen
      },
    }
    const running = fleet(['--count', '1000', '--connect-rate', '50', '--charge', '--start-rate', '50'], io)
    const startedAt = performance.now()
    const { counts } = server
    await vi.waitFor(() => expect(counts.connections).toBeGreaterThanOrEqual(100), { timeout: 60_000 })
    await vi.waitFor(() => expect(counts.calls.get('StartTransaction')).toBeGreaterThan(5), {
      timeout: 60_000,
    })
    // Two seconds at that rate, give or take the jitter.
    expect(performance.now() - startedAt).toBeGreaterThan(1_500)
    interrupt()
    const { code, out } = await running
    expect(code).toBe(0)
    const { calls } = counts
    expect(calls.get('StopTransaction')).toBe(calls.get('StartTransaction'))
    expect(out).toMatch(/action +answered +refused +p50 +p95 +p99 +max/)
    expect(out).toMatch(/\d+ stations, \d+ connected at the end · \d+ transactions started/)
  })

  test('what goes wrong is counted by its kind, and the exit code says so', async () => {
    await server.close()
    const { code, out } = await fleet(['--count', '3', '--for', '3', '--connect-rate', '100', '--json'])
    expect(code).toBe(1)
    const [[kind, count] = []] = Object.entries(reportOf(out).errors)
    expect(kind).toContain('no connection')
    expect(count).toBeGreaterThanOrEqual(3)
    server = await echoServer()
  })

  test('the same trouble with different tags is one kind', async () => {
    const system = await CentralSystem.listen()
    system.answers.Authorize = { idTagInfo: { status: 'Blocked' } }
    const args = ['--count', '3', '--once', '--connect-rate', '100', '--start-rate', '100', '--json']
    const { code, out } = await fleet(['--url', system.url, ...args])
    await system.close()
    expect(code).toBe(1)
    expect(reportOf(out).errors).toEqual({ 'charging: its tag is not authorized: Blocked': 3 })
  })

  test('each station has an identity and a tag of its own', async () => {
    const more = [
      '--id-pattern',
      'S{n}',
      '--id-tag',
      'TAG{n}',
      '--connect-rate',
      '100',
      '--once',
      '--duration',
      '1',
    ]
    const file = `${process.env.TMPDIR ?? '/tmp'}/fleet-${process.pid}.jsonl`
    const { code } = await fleet([
      '--count',
      '3',
      '--start-rate',
      '50',
      ...more,
      '--speed',
      '10',
      '--record',
      file,
    ])
    expect(code).toBe(0)
    const { readFileSync, rmSync } = await import('node:fs')
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    rmSync(file)
    const starts = lines.filter(
      ({ action, direction }) => action === 'StartTransaction' && direction === 'sent',
    )
    const pairs = starts.map(({ chargePointId, text }) => `${chargePointId} ${JSON.parse(text)[3].idTag}`)
    expect(pairs.toSorted()).toEqual(['S1 TAG1', 'S2 TAG2', 'S3 TAG3'])
  })
})

describe('the figures of a fleet', () => {
  test('percentiles are exact to two hundredths', () => {
    const histogram = new Histogram()
    for (let ms = 1; ms <= 1000; ms += 1) histogram.add(ms)
    for (const hundredths of [50, 95, 99]) {
      const exact = hundredths * 10
      expect(Math.abs(histogram.percentile(hundredths) - exact) / exact).toBeLessThan(0.021)
    }
    expect(histogram.percentile(100)).toBe(1000)
    expect(new Histogram().percentile(50)).toBe(0)
  })

  test('a refusal is counted with its action and its code', () => {
    const figures = new Figures()
    const listen = figures.listener()
    const call = { kind: 'Call' as const, messageId: '1', action: 'Authorize', payload: {} }
    const refusal = {
      kind: 'CallError' as const,
      messageId: '1',
      code: 'InternalError' as const,
      description: '',
      details: {},
    }
    listen({ at: 0, direction: 'sent', text: '', frame: call, action: 'Authorize' })
    listen({ at: 0, direction: 'received', text: '', frame: refusal, action: 'Authorize' })
    expect(figures.errors).toEqual({ 'Authorize: InternalError': 1 })
    expect(figures.byAction()).toMatchObject([{ action: 'Authorize', answered: 0, refused: 1 }])
  })
})
