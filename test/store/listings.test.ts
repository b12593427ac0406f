import {
  type BatchGetCommandInput,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  PutCommand,
} from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { meter } from '../../bench/meter.ts'
import { relistChanged } from '../../lib/central-system/relist.ts'
import { changeOf } from '../../lib/store/changes.ts'
import { createStore } from '../../lib/store/dynamo.ts'
import type { Subject } from '../../lib/store/port.ts'
import {
  aChargePoint,
  anIdTag,
  startSystem,
  type TestChargePoint,
  type TestSystem,
} from '../support/system.ts'
import { due, everything, held } from './listings-oracle.ts'

let test: TestSystem
beforeAll(async () => {
  test = await startSystem({ streams: true })
})
afterAll(() => test.stop())

async function expectExact() {
  const items = await everything(test)
  expect(held(items)).toEqual(due(items))
}

const status = (connectorId: number, state: string) => ({
  connectorId,
  errorCode: 'NoError',
  status: state,
  timestamp: test.clock.iso(),
})

const BOOT = { chargePointVendor: 'ABB', chargePointModel: 'Terra', firmwareVersion: '1.0' }

async function journey(chargePoint: TestChargePoint, idTag: string): Promise<void> {
  await chargePoint.call('BootNotification', BOOT)
  for (const connectorId of [0, 1, 2])
    await chargePoint.call('StatusNotification', status(connectorId, 'Available'))
  const start = { connectorId: 1, idTag, meterStart: 100, timestamp: test.clock.iso() }
  const { transactionId } = await chargePoint.call('StartTransaction', start)
  await chargePoint.call('StartTransaction', start)
  await chargePoint.call('StatusNotification', status(1, 'Charging'))
  test.clock.advance(3600)
  await chargePoint.call('StopTransaction', {
    transactionId,
    meterStop: 5100,
    timestamp: test.clock.iso(),
    idTag,
  })
}

describe('lists and figures', () => {
  it('are those of the records, once the stream has been read', async () => {
    const tag = await anIdTag(test)
    const one = await aChargePoint(test, { chargePointId: 'odd #1/ü', tags: ['a/b', 'c#d'], siteId: 's' })
    await aChargePoint(test, { connected: false, status: 'Pending' })
    await journey(one, tag)
    await test.catchUp()
    await expectExact()
    const day = test.clock.iso().slice(0, 10)
    const { figures } = await test.store.getFigures([day])
    expect(figures).toMatchObject({
      chargePoints: 2,
      'chargePoints.Pending': 1,
      online: 1,
      'connectors.Available': 1,
      'connectors.Charging': 1,
      'heard.never': 1,
      [`heard.${day}`]: 1,
      [`transactions.started.${day}`]: 1,
      [`energyWh.${day}`]: 5000,
    })
  })

  it('stay exact under what is told twice, in another order, and again from the beginning', async () => {
    const chargePoint = await aChargePoint(test)
    await journey(chargePoint, await anIdTag(test))
    await test.store.deleteChargePoint((await aChargePoint(test)).chargePointId)
    const changes = (await test.stream.read()).flatMap((record) => changeOf(record) ?? [])
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...changes, ...changes]), async (told) => {
        expect(await relistChanged(test.system, told)).toEqual(new Set())
      }),
      { numRuns: 5 },
    )
    await relistChanged(test.system, changes)
    await expectExact()
  })

  it('stay exact while the same records change and are listed by many at once', async () => {
    const ids = await Promise.all([1, 2, 3].map(async () => (await aChargePoint(test)).chargePointId))
    const subject = (id: string): Subject => ({ kind: 'chargePoint', chargePointId: id })
    const other = createStore(test.client, test.tableName)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ id: fc.constantFrom(...ids), site: fc.constantFrom('s1', 's2', null) }), {
          minLength: 5,
          maxLength: 12,
        }),
        async (edits) => {
          await Promise.all(
            edits.map(async ({ id, site }, position) => {
              const store = position % 2 ? test.store : other
              await store.updateChargePoint(id, { siteId: site, tags: [`t${position}`] }, test.clock.iso())
              await store.relist(subject(id)).catch(() => undefined)
            }),
          )
          await test.catchUp()
          await expectExact()
        },
      ),
      { numRuns: 4 },
    )
  })

  it('ask for nothing where a heartbeat comes, but on a new day', async () => {
    const chargePoint = await aChargePoint(test)
    await test.catchUp()
    const asked = async () => {
      const changes = (await test.stream.read()).flatMap((record) => changeOf(record) ?? [])
      return changes.flatMap((change) => test.store.subjectOf(change) ?? [])
    }
    await asked()
    test.clock.advance(30)
    await chargePoint.call('Heartbeat')
    expect(await asked()).toEqual([])
    test.clock.advance(24 * 3600)
    await chargePoint.call('Heartbeat')
    const subjects = await asked()
    expect(subjects).toEqual([{ kind: 'chargePoint', chargePointId: chargePoint.chargePointId }])
    await test.store.relist(subjects[0] as Subject)
    await expectExact()
  })
})

describe('a rebuild', () => {
  const rebuild = async (between: (step: number) => Promise<unknown> = async () => undefined) => {
    const { rebuild } = await test.store.startRebuild(test.clock.iso())
    let next: { step: number } | undefined = { step: rebuild.step }
    while (next) {
      await between(next.step)
      next = await test.store.rebuildStep(rebuild.generation, next.step, test.clock.iso())
    }
  }

  async function corrupt() {
    const documents = DynamoDBDocumentClient.from(test.client)
    const items = await everything(test)
    for (const item of items.filter(({ pk, sk }) => pk.startsWith('FIGURES#') && sk === 'ALL').slice(0, 2)) {
      const put = new PutCommand({
        TableName: test.tableName,
        Item: { ...item, online: 4711, chargePoints: -3 },
      })
      await documents.send(put)
    }
  }

  it('mends what was wrong, while writes go on', async () => {
    await corrupt()
    const wrong = await everything(test)
    expect(held(wrong).figures).not.toEqual(due(wrong).figures)
    const chargePoint = await aChargePoint(test)
    await rebuild(async (step) => {
      await chargePoint.call('StatusNotification', status(step, step % 2 ? 'Faulted' : 'Available'))
      await aChargePoint(test)
      await anIdTag(test)
      await test.catchUp()
    })
    await test.catchUp()
    await expectExact()
    const { rebuild: last } = await test.store.getFigures([])
    expect(last).toMatchObject({ endedAt: test.clock.iso(), generation: 1 })
    expect(last?.done.chargePoints).toBeGreaterThan(3)
  })

  it('shows the same figures all the while, is done once at a time, and takes a piece once', async () => {
    const before = (await test.store.getFigures([])).figures
    const { started, rebuild: begun } = await test.store.startRebuild(test.clock.iso())
    expect(started).toBe(true)
    expect((await test.store.startRebuild(test.clock.iso())).started).toBe(false)
    const { generation } = begun
    expect(await test.store.rebuildStep(generation, 0, test.clock.iso())).toEqual({ step: 1 })
    expect((await test.store.getFigures([])).figures).toMatchObject(withoutZeros(before))
    const { done } = (await test.store.getFigures([])).rebuild ?? {}
    expect(await test.store.rebuildStep(generation, 0, test.clock.iso())).toEqual({ step: 1 })
    expect((await test.store.getFigures([])).rebuild?.done).toEqual(done)
    let step = 1
    for (;;) {
      const next = await test.store.rebuildStep(generation, step, test.clock.iso())
      if (!next) break
      step = next.step
    }
    expect(await test.store.rebuildStep(generation, 0, test.clock.iso())).toBeUndefined()
    await expectExact()
  })

  it('counts what is renamed meanwhile, and may pass it by', async () => {
    const at = test.clock.iso()
    const common = { name: 'Zoe', createdAt: at, updatedAt: at, version: 1 }
    await test.store.createUser({ ...common, userId: 'renamed user' })
    await test.store.createSite({ ...common, siteId: 'renamed site' })
    await test.catchUp()
    const { rebuild: begun } = await test.store.startRebuild(at)
    await test.store.updateUser('renamed user', { name: 'Ann' }, at)
    await test.store.updateSite('renamed site', { name: 'Ann' }, at)
    const listings = (await everything(test)).filter(
      ({ pk, sk }) => sk.startsWith('LISTING') && pk.includes('renamed'),
    )
    expect(listings.map(({ generation }) => generation)).toEqual([begun.generation, begun.generation])
    const changes = (await test.stream.read()).flatMap((record) => changeOf(record) ?? [])
    expect(changes.flatMap((change) => test.store.subjectOf(change) ?? [])).toEqual([
      { kind: 'user', userId: 'renamed user' },
      { kind: 'site', siteId: 'renamed site' },
    ])
    for (let step: number | undefined = begun.step; step !== undefined; )
      step = (await test.store.rebuildStep(begun.generation, step, at))?.step
    await expectExact()
  })

  it('that was given up is begun anew after an hour, and loses nothing', async () => {
    const { rebuild: begun } = await test.store.startRebuild(test.clock.iso())
    await test.store.rebuildStep(begun.generation, 0, test.clock.iso())
    test.clock.advance(2 * 3600)
    const before = (await test.store.getFigures([])).figures
    const { started, rebuild: next } = await test.store.startRebuild(test.clock.iso())
    expect(started).toBe(true)
    expect((await test.store.getFigures([])).figures).toMatchObject(withoutZeros(before))
    let step: number | undefined = next.step
    while (step !== undefined)
      step = (await test.store.rebuildStep(next.generation, step, test.clock.iso()))?.step
    await expectExact()
  })
})

const withoutZeros = (figures: Record<string, number>) =>
  Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== 0))

describe('a page', () => {
  it('has a record once that was met twice', async () => {
    const documents = DynamoDBDocumentClient.from(test.client)
    const { chargePointId } = await aChargePoint(test, {
      boot: { chargePointVendor: 'Twice', chargePointModel: 'M', at: test.clock.iso() },
      connected: false,
    })
    for (const sk of ['a', 'b', 'c']) {
      const row = { pk: 'LIST#chargePoints/vendor/Twice', sk, ofPk: `CP#${chargePointId}`, ofSk: 'CP' }
      await documents.send(new PutCommand({ TableName: test.tableName, Item: row }))
    }
    const page = await test.store.listChargePoints({ vendor: 'Twice' }, { limit: 2 })
    expect(page.items.map(({ chargePoint }) => chargePoint.chargePointId)).toEqual([chargePointId])
    expect(page.cursor).toBeUndefined()
  })

  it('that is found by a list is read consistently', async () => {
    await anIdTag(test, { userId: 'fresh' })
    const chargePoint = await aChargePoint(test, { siteId: 'fresh' })
    const at = test.clock.iso()
    const reservation = {
      reservationId: 1,
      chargePointId: chargePoint.chargePointId,
      connectorId: 1,
      idTag: 'T',
      messageId: 'm',
      createdAt: at,
      updatedAt: at,
      expiryDate: at,
    }
    await test.store.createReservation({ ...reservation, status: 'Rejected' })
    await test.catchUp()
    const reads: (boolean | undefined)[] = []
    test.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          const { RequestItems = {} } = args.input as Partial<BatchGetCommandInput>
          if (commandName === 'BatchGetItemCommand')
            reads.push(...Object.values(RequestItems).map(({ ConsistentRead }) => ConsistentRead))
          return next(args)
        },
      { step: 'initialize', name: 'reads' },
    )
    const page = { limit: 5 }
    expect((await test.store.listIdTags({ userId: 'fresh', inTransaction: false }, page)).items).toHaveLength(
      1,
    )
    expect((await test.store.listChargePoints({ siteId: 'fresh' }, page)).items).toHaveLength(1)
    expect(
      (await test.store.listReservations({ status: 'Rejected', at }, page, async (each) => each)).items,
    ).toHaveLength(1)
    test.client.middlewareStack.remove('reads')
    expect(reads).toEqual([true, true, true, true])
  })

  it('ends after a thousand rows that do not match, and goes on from there', async () => {
    const documents = DynamoDBDocumentClient.from(test.client)
    const ids = Array.from({ length: 1100 }, (_, n) => `bounded ${String(n).padStart(4, '0')}`)
    for (let first = 0; first < ids.length; first += 25) {
      const puts = ids.slice(first, first + 25).map((id) => ({
        PutRequest: {
          Item: { pk: 'LIST#chargePoints/vendor/None', sk: id, ofPk: `CP#${id}`, ofSk: 'CP' },
        },
      }))
      await documents.send(new BatchWriteCommand({ RequestItems: { [test.tableName]: puts } }))
    }
    const chargePointId = 'bounded 9999'
    const boot = { chargePointVendor: 'None', chargePointModel: 'M', at: test.clock.iso() }
    await aChargePoint(test, { chargePointId, boot, connected: false })
    const { take } = meter(test.client)
    const first = await test.store.listChargePoints({ vendor: 'None' }, { limit: 10 })
    expect(first).toEqual({ items: [], cursor: expect.any(String) })
    expect(take().requests).toBeLessThan(60)
    const { cursor = '' } = first
    const rest = await test.store.listChargePoints({ vendor: 'None' }, { limit: 10, cursor })
    expect(rest.items.map(({ chargePoint }) => chargePoint.chargePointId)).toEqual([chargePointId])
    expect(rest.cursor).toBeUndefined()
  })
})
