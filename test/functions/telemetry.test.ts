import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { handleBatch } from '../../functions/batch.ts'
import { createCount, createLog, logged } from '../../functions/telemetry.ts'
import type { Counted } from '../../lib/central-system/system.ts'

describe('what functions say', () => {
  let written: string
  beforeEach(() => {
    written = ''
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written += String(text)
      return true
    })
  })
  afterEach(() => vi.restoreAllMocks())
  const lines = () =>
    written
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))

  it('are counts in embedded metric format, at once, under the name of the deployment', () => {
    const count = createCount('Busbar-Csms')
    count('AuthorizerRefusals')
    count('CallsClosed', { status: 'TimedOut' })
    const [refusal, closed, ...others] = lines()
    expect(others).toEqual([])
    expect(refusal).toMatchObject({ service: 'Busbar-Csms', AuthorizerRefusals: 1 })
    expect(refusal._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'Busbar',
        Dimensions: [['service']],
        Metrics: [{ Name: 'AuthorizerRefusals', Unit: 'Count' }],
      },
    ])
    expect(closed).toMatchObject({ service: 'Busbar-Csms', status: 'TimedOut', CallsClosed: 1 })
    expect(closed._aws.CloudWatchMetrics[0].Dimensions).toEqual([
      expect.arrayContaining(['service', 'status']),
    ])
  })

  it('are errors with their cause, whom they were about, and counted', async () => {
    const counted: Counted[] = []
    const spy = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const log = createLog('test', (what) => void counted.push(what))
    const failure = new Error('not written', { cause: new Error('throttled') })
    await expect(logged(log, { chargePointId: 'CP1' }, () => Promise.reject(failure))).rejects.toBe(failure)
    expect(counted).toEqual(['InternalErrors'])
    const said = JSON.parse(String(spy.mock.calls[0]?.[0]))
    expect(said).toMatchObject({
      level: 'ERROR',
      chargePointId: 'CP1',
      error: { message: 'not written', cause: { message: 'throttled' } },
    })
  })

  it.each([
    ['debug', ['info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ])('are from %s on what is as bad, and each error is counted', (level, expected) => {
    const said: string[] = []
    const keep = (text: string | Uint8Array) => said.push(JSON.parse(String(text)).message) > 0
    vi.spyOn(process.stdout, 'write').mockImplementation(keep)
    vi.spyOn(process.stderr, 'write').mockImplementation(keep)
    const counted: Counted[] = []
    const log = createLog('test', (what) => void counted.push(what), level)
    for (const each of ['info', 'warn', 'error'] as const) log[each](each)
    expect(said).toEqual(expected)
    expect(counted).toEqual(['InternalErrors'])
  })

  it('name the message of a queue that failed, and never the key that a step of an import has', async () => {
    const said: unknown[] = []
    const log = {
      info: () => undefined,
      warn: () => undefined,
      error: (...what: unknown[]) => said.push(what),
    }
    const bodies = [{ importId: 'I1', import: 'rows', batch: 0, key: 'the key' }, { chargePointId: 'CP1' }]
    const Records = bodies.map((body, index) => ({ messageId: String(index), body: JSON.stringify(body) }))
    await handleBatch({ Records } as never, log, () => Promise.reject(new Error('no')))
    expect(said).toMatchObject([
      ['a message of a queue failed', { importId: 'I1' }],
      ['a message of a queue failed', { chargePointId: 'CP1' }],
    ])
    expect(JSON.stringify(said)).not.toContain('the key')
  })
})
