import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Transaction, TransactionFilter, TransactionStop } from '../../lib/store/port.ts'
import { startSystem, type TestSystem } from '../support/system.ts'

const CHARGE_POINTS = ['One/1', 'One', 'Two#', 'Drei ü']
const TAGS = ['TagA', 'TAGB', 'tag#c']
const USERS = ['user-1', 'user-2']
const SITES = ['site', 'site/1']
const REASONS = ['Local', 'PowerLoss', 'Other']

const pick = <T>(from: readonly T[], turn: number): T => from[turn % from.length] as T
const minute = (turn: number, milliseconds = 0) =>
  new Date(Date.parse('2026-03-01T23:00:00.000Z') + turn * 60_000 + milliseconds).toISOString()

let test: TestSystem
let all: Transaction[] = []

/** One start in a minute; two of five have stopped, and something is odd about one in three. */
async function aTransaction(turn: number): Promise<number> {
  const chargePointId = pick(CHARGE_POINTS, turn)
  const idTag = pick(TAGS, Math.floor(turn / 2))
  const start = {
    chargePointId,
    connectorId: (turn % 3) + 1,
    idTag: turn % 4 === 0 ? idTag.toLowerCase() : idTag,
    meterStart: 1000,
    timestamp: minute(turn),
    receivedAt: turn % 11 === 0 ? minute(turn + 9) : minute(turn, 500),
  }
  const userId = turn % 5 === 0 ? undefined : pick(USERS, turn)
  const siteId = turn % 7 === 0 ? undefined : pick(SITES, Math.floor(turn / 3))
  const { transactionId } = await test.store.findStart(start)
  await test.store.recordStart(
    transactionId,
    start,
    { status: turn % 13 === 0 ? 'Blocked' : 'Accepted' },
    { ...(userId ? { userId } : {}), ...(siteId ? { siteId } : {}) },
  )
  const stop: TransactionStop = {
    timestamp: minute(turn + 30),
    meterStop: turn % 6 === 0 ? 10 : 5000,
    reason: pick(REASONS, Math.floor(turn / 5)),
    receivedAt: minute(turn + 30),
  }
  if (turn % 17 === 0) {
    await test.store.flagZombie(transactionId, { reason: 'newTransaction', at: minute(turn) })
  } else if (turn % 5 < 2) await test.store.recordStop(chargePointId, transactionId, stop)
  else if (turn % 19 === 0) await test.store.closeTransaction(transactionId, { ...stop, guessed: {} })
  return transactionId
}

const relist = (transactionId: number) => test.store.relist({ kind: 'transaction', transactionId })

beforeAll(async () => {
  test = await startSystem()
  const ids: number[] = []
  for (let turn = 0; turn < 80; turn++) ids.push(await aTransaction(turn))
  for (const [turn, chargePointId] of CHARGE_POINTS.entries()) {
    const stop = {
      timestamp: minute(turn, 100),
      meterStop: 7,
      reason: 'Local',
      receivedAt: minute(turn, 200),
    }
    const { transaction } = await test.store.recordStop(chargePointId, -1, stop, { siteId: 'site' })
    ids.push(transaction.transactionId)
  }
  for (const id of ids) await relist(id)
  all = await Promise.all(ids.map(async (id) => (await test.store.getTransaction(id)) as Transaction))
})
afterAll(() => test.stop())

const timeOf = ({ startedAt, stop }: Transaction) => startedAt ?? stop?.timestamp ?? ''

function naive(filter: TransactionFilter, oldestFirst = false): number[] {
  const has = <T>(wanted: T | undefined, is: T | undefined) => wanted === undefined || wanted === is
  const found = all.filter(
    (each) =>
      has(filter.chargePointId, each.chargePointId) &&
      has(filter.connectorId, each.connectorId) &&
      has(filter.idTag?.toUpperCase(), each.idTag?.toUpperCase()) &&
      has(filter.userId, each.userId) &&
      has(filter.siteId, each.siteId) &&
      has(filter.active, each.stop === undefined) &&
      has(filter.reason, each.stop?.reason) &&
      (!filter.flag || each.flags.includes(filter.flag)) &&
      (!filter.flagged || each.flags.length > 0) &&
      (!filter.from || timeOf(each) >= filter.from) &&
      (!filter.to || timeOf(each) < filter.to),
  )
  const order = (each: Transaction) => `${timeOf(each)}#${each.transactionId}`
  const sorted = found.sort((a, b) => (order(a) < order(b) ? -1 : 1)).map((each) => each.transactionId)
  return oldestFirst ? sorted : sorted.reverse()
}

async function listed(filter: TransactionFilter, oldestFirst = false, limit = 7): Promise<number[]> {
  const found: number[] = []
  let cursor: string | undefined
  do {
    const page = await test.store.listTransactions(
      { ...filter, oldestFirst },
      { limit, ...(cursor === undefined ? {} : { cursor }) },
    )
    expect(page.items.length).toBeLessThanOrEqual(limit)
    found.push(...page.items.map(({ transactionId }) => transactionId))
    cursor = page.cursor
  } while (cursor !== undefined)
  return found
}

const SINGLE: TransactionFilter[] = [
  {},
  { chargePointId: 'One' },
  { chargePointId: 'One/1', connectorId: 2 },
  { idTag: 'TaGa' },
  { userId: 'user-1' },
  { siteId: 'site' },
  { siteId: 'site/1' },
  { active: true },
  { active: false },
  ...(['refused', 'orphanStop', 'meterBackwards', 'guessedStop', 'zombie', 'late'] as const).map((flag) => ({
    flag,
  })),
  { flagged: true },
  { reason: 'PowerLoss' },
  { from: minute(20) },
  { to: minute(20) },
]

describe('filters of transactions', () => {
  it.each(SINGLE)('%o finds what a look at every one finds, in both orders', async (filter) => {
    expect(naive(filter).length).toBeGreaterThan(0)
    expect(await listed(filter)).toEqual(naive(filter))
    expect(await listed(filter, true)).toEqual(naive(filter, true))
  })

  it('in any company find the same', async () => {
    const maybe = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined })
    const filters = fc.record({
      chargePointId: maybe(...CHARGE_POINTS, 'nobody'),
      connectorId: maybe(1, 2),
      idTag: maybe(...TAGS),
      userId: maybe(...USERS),
      siteId: maybe(...SITES),
      active: maybe(true, false),
      flag: maybe('refused' as const, 'late' as const, 'zombie' as const),
      flagged: maybe(true as const),
      reason: maybe(...REASONS),
      from: maybe(minute(10), minute(40), minute(40, 1)),
      to: maybe(minute(41), minute(60), minute(10)),
    })
    // Few at a time: of many together nothing is left.
    const few = fc.tuple(filters, fc.uniqueArray(fc.nat(10), { minLength: 2, maxLength: 3 }))
    await fc.assert(
      fc.asyncProperty(few, fc.boolean(), fc.constantFrom(6, 200), async ([filter, kept], oldest, limit) => {
        const names = Object.keys(filter) as (keyof typeof filter)[]
        const entries = kept.flatMap((place) => {
          const name = names[place] as keyof typeof filter
          return filter[name] === undefined ? [] : [[name, filter[name]] as const]
        })
        const some = Object.fromEntries(entries) as TransactionFilter
        expect(await listed(some, oldest, limit), JSON.stringify(some)).toEqual(naive(some, oldest))
      }),
      { numRuns: 30 },
    )
  })

  it('of a period hold from its first instant on, and no more at its end', async () => {
    const started = all.find(({ startedAt }) => startedAt === minute(33))?.transactionId
    const found = (from: string, to: string) => listed({ from, to })
    expect(await found(minute(33), minute(33, 1))).toEqual([started])
    expect(await found(minute(32, 1), minute(33))).toEqual([])
    expect(await found(minute(33, 1), minute(34))).toEqual([])
    expect(await found(minute(34), minute(33))).toEqual([])
  })

  it('give cursors that are good for their own list alone', async () => {
    const { cursor = '' } = await test.store.listTransactions({ flagged: true }, { limit: 1 })
    for (const filter of [{}, { flag: 'late' as const }, { flagged: true as const, to: minute(1) }]) {
      await expect(test.store.listTransactions(filter, { limit: 1, cursor })).rejects.toThrow('cursor')
    }
  })
})

describe('a list that lags behind its records', () => {
  const start = (chargePointId: string, turn: number) => ({
    chargePointId,
    connectorId: 1,
    idTag: 'Lagging',
    meterStart: 1,
    timestamp: minute(turn),
    receivedAt: minute(turn),
  })
  const running = (filter: TransactionFilter) => listed({ ...filter, active: true })

  it('has what has just begun, and no more what has just stopped', async () => {
    const given = start('Lag', 200)
    const { transactionId } = await test.store.findStart(given)
    await test.store.recordStart(transactionId, given, { status: 'Accepted' }, { siteId: 'lagging' })
    const where = [{ chargePointId: 'Lag' }, { idTag: 'lagging' }, { siteId: 'lagging' }]
    for (const filter of where) expect(await running(filter)).toEqual([transactionId])
    await relist(transactionId)
    for (const filter of where) expect(await running(filter)).toEqual([transactionId])
    const stop = { timestamp: minute(201), reason: 'Local', receivedAt: minute(201) }
    await test.store.recordStop('Lag', transactionId, stop)
    for (const filter of where) expect(await running(filter)).toEqual([])
    await relist(transactionId)
    for (const filter of where) expect(await running(filter)).toEqual([])
  })

  it('has one that runs for long while many others come and go at its charge point', async () => {
    const given = start('Busy', 300)
    const { transactionId } = await test.store.findStart(given)
    await test.store.recordStart(transactionId, given, { status: 'Accepted' })
    await relist(transactionId)
    for (let turn = 301; turn < 340; turn++) {
      const next = start('Busy', turn)
      const { transactionId: id } = await test.store.findStart(next)
      await test.store.recordStart(id, next, { status: 'Accepted' })
      await test.store.recordStop('Busy', id, {
        timestamp: minute(turn),
        reason: 'Local',
        receivedAt: minute(turn),
      })
    }
    expect(await running({ chargePointId: 'Busy' })).toEqual([transactionId])
  })
})

describe('a filter that hardly anything passes', () => {
  const ROWS = 1050

  async function write(items: Record<string, unknown>[]): Promise<void> {
    for (let from = 0; from < items.length; from += 25) {
      const puts = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }))
      await test.client.send(new BatchWriteCommand({ RequestItems: { [test.tableName]: puts } }))
    }
  }

  it('looks at so many in an index, and then gives a cursor instead of going on', async () => {
    const items = Array.from({ length: ROWS }, (_, turn) => ({
      pk: `TX#${turn + 1}`,
      sk: 'TX',
      transactionId: turn + 1,
      chargePointId: 'Full',
      connectorId: turn === 0 ? 2 : 1,
      startedAt: minute(turn),
      chargePointPk: 'CP#Full',
      chargePointSk: `${minute(turn)}#${turn + 1}`,
    }))
    await write(items)
    const filter = { chargePointId: 'Full', connectorId: 2 }
    const page = await test.store.listTransactions(filter, { limit: 50 })
    expect(page).toEqual({ items: [], cursor: expect.any(String) })
    expect(await listed(filter)).toEqual([1])
    expect(await listed(filter, true)).toEqual([1])
  })

  it('looks at so many in a list, and then gives a cursor instead of going on', async () => {
    const { transactionId } = all[0] as Transaction
    const rows = Array.from({ length: ROWS }, (_, turn) => ({
      pk: 'LIST#transactions/reason/Reboot',
      sk: `${minute(1000 + turn)}#${turn === 0 ? transactionId : 2_000_000_000 + turn}`,
    }))
    await write(rows)
    const page = await test.store.listTransactions({ reason: 'Reboot' }, { limit: 50 })
    expect(page).toEqual({ items: [], cursor: expect.any(String) })
    expect(await listed({ reason: 'Reboot' })).toEqual([])
  })
})
