import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditEntry, LoggedMessage } from '../../lib/store/port.ts'
import { startSystem, type TestSystem } from '../support/system.ts'
import { readThrough } from './pages.ts'

let test: TestSystem
beforeAll(async () => {
  test = await startSystem()
})
afterAll(() => test.stop())

describe('logged messages', () => {
  const message = (more: Partial<LoggedMessage> = {}): LoggedMessage => ({
    chargePointId: 'M1',
    at: test.clock.advance(1),
    direction: 'in',
    frame: '[2,"1","Heartbeat",{}]',
    connectionId: 'connection',
    ...more,
  })
  const list = (chargePointId: string, now: string) =>
    readThrough((page) => test.store.listMessages(chargePointId, page, now))

  it('are listed newest first, page by page, those of one instant in the order of their logging', async () => {
    const request = message()
    const reply = message({ at: request.at, direction: 'out', frame: '[3,"1",{}]' })
    const next = message()
    await test.store.logMessages([request, reply], 30)
    await test.store.logMessages([next], 30)
    await test.store.logMessages([message({ chargePointId: 'M2' })], 30)
    await test.store.logMessages([], 30)
    expect(await list('M1', next.at)).toEqual({ items: [next, reply, request], pages: 2 })
  })

  it('stay in the order of their logging within one instant, however many', async () => {
    const { at } = message()
    const frames = Array.from({ length: 30 }, (_, place) =>
      message({ chargePointId: 'M5', at, frame: `${place}` }),
    )
    for (let from = 0; from < frames.length; from += 3)
      await test.store.logMessages(frames.slice(from, from + 3), 30)
    expect((await list('M5', at)).items).toEqual(frames.reverse())
  })

  it('are given in shorter pages where they are long, and all the same one by one', async () => {
    const long = Array.from({ length: 200 }, () =>
      message({ chargePointId: 'M6', frame: '"'.repeat(32_768) }),
    )
    for (let from = 0; from < long.length; from += 20)
      await test.store.logMessages(long.slice(from, from + 20), 30)
    const now = test.clock.iso()
    let found: LoggedMessage[] = []
    let cursor: string | undefined
    do {
      const page = await test.store.listMessages('M6', { limit: 200, ...(cursor ? { cursor } : {}) }, now)
      expect(Buffer.byteLength(JSON.stringify({ body: JSON.stringify(page) }))).toBeLessThan(6_000_000)
      expect(page.items.length).toBeGreaterThan(0)
      found = [...found, ...page.items]
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(found).toEqual(long.reverse())
  })

  it('are all kept, equal ones too', async () => {
    const twice = message({ chargePointId: 'M3' })
    await test.store.logMessages([twice], 30)
    await test.store.logMessages([twice], 30)
    expect((await list('M3', twice.at)).items).toEqual([twice, twice])
  })

  it('are gone after their days, though nobody has removed them yet', async () => {
    const short = message({ chargePointId: 'M4', at: '2026-03-01T08:00:00.000Z' })
    const long = message({ chargePointId: 'M4', at: '2026-03-01T08:00:00.000Z', direction: 'out' })
    await test.store.logMessages([short], 1)
    await test.store.logMessages([long], 2)
    expect((await list('M4', '2026-03-02T07:59:59.000Z')).items).toHaveLength(2)
    expect((await list('M4', '2026-03-02T08:00:00.000Z')).items).toEqual([long])
    expect((await list('M4', '2026-03-03T08:00:00.000Z')).items).toEqual([])
  })
})

describe('the audit', () => {
  it('lists what was done once, newest first, with any JSON before and after', async () => {
    const entry = (more: Partial<AuditEntry> = {}): AuditEntry => {
      const at = test.clock.advance(1)
      return {
        auditId: v7({ msecs: Date.parse(at) }),
        at,
        operation: 'closeTransaction',
        target: '/a',
        status: 200,
        ...more,
      }
    }
    const entries = [
      entry({ by: 'me', before: { stop: null }, after: { stop: { meterStop: 1e300 }, '': [] } }),
      entry({ after: 'text' }),
      entry({ before: null }),
    ]
    for (const one of entries) await test.store.recordAudit(one, 400)
    await test.store.recordAudit(
      { ...entry(), auditId: entries[0]?.auditId ?? '', operation: 'another' },
      400,
    )
    const { items, pages } = await readThrough((page) => test.store.listAudit({}, page))
    expect({ items, pages }).toEqual({ items: entries.reverse(), pages: 2 })
  })
})
