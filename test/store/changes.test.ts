import { GetItemCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import type { DynamoDBRecord } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeOf } from '../../lib/store/changes.ts'
import { keys } from '../../lib/store/keys.ts'
import { aChargePoint, anIdTag, startSystem, type TestSystem } from '../support/system.ts'

let test: TestSystem
let TableName: string
beforeAll(async () => {
  test = await startSystem()
  const { TableNames = [] } = await test.client.send(new ListTablesCommand({}))
  TableName = TableNames[0] ?? ''
})
afterAll(() => test.stop())

type Key = ReturnType<typeof keys.live>

async function imageOf(key: Key) {
  const { Item } = await test.client.send(
    new GetItemCommand({ TableName, Key: marshall(key), ConsistentRead: true }),
  )
  return Item
}

/** The record of the stream that a write to one item would make. */
async function recorded(key: Key, write: () => Promise<unknown>): Promise<DynamoDBRecord> {
  const OldImage = await imageOf(key)
  await write()
  const NewImage = await imageOf(key)
  const dynamodb = {
    Keys: marshall(key),
    ...(OldImage ? { OldImage } : {}),
    ...(NewImage ? { NewImage } : {}),
    SequenceNumber: '4421584500000000017450439091',
    ApproximateCreationDateTime: 1_772_352_000,
  }
  return { eventID: 'e1', dynamodb } as DynamoDBRecord
}

describe('a record of the stream', () => {
  it('names the change, its place and its time', async () => {
    const record = await recorded(keys.idTag('Tag#1'), () => anIdTag(test, { idTag: 'Tag#1' }))
    expect(changeOf(record)).toMatchObject({
      changeId: 'e1',
      sequence: '0000000000004421584500000000017450439091',
      at: '2026-03-01T08:00:00.000Z',
      kind: 'idTag',
      idTag: 'Tag#1',
      after: { idTag: 'Tag#1', blocked: false },
    })
  })

  it('reads both sides as the store’s own verbs read them, whatever the identity', async () => {
    const chargePointId = 'CP#LIVE#CALL#1/ü %'
    const chargePoint = await aChargePoint(test, { chargePointId, connected: false })
    const before = await test.store.getLive(chargePointId)
    const record = await recorded(keys.live(chargePointId), () => chargePoint.connect('c1'))
    const change = changeOf(record)
    expect(change).toMatchObject({ kind: 'live', chargePointId })
    expect(change).toMatchObject({ before, after: await test.store.getLive(chargePointId) })
    const own = await recorded(keys.chargePoint(chargePointId), () =>
      test.store.deleteChargePoint(chargePointId),
    )
    expect(changeOf(own)).toMatchObject({ kind: 'chargePoint', before: { chargePointId } })
    expect(changeOf(own)).not.toHaveProperty('after')
  })

  it('tells transactions, their meter values and their tags apart', async () => {
    const chargePoint = await aChargePoint(test)
    const idTag = await anIdTag(test)
    const start = { connectorId: 1, idTag, meterStart: 1, timestamp: test.clock.iso() }
    const active = await recorded(keys.idTagActive(idTag), () => chargePoint.call('StartTransaction', start))
    const [transaction] = (await test.store.listTransactions({}, { limit: 1 })).items
    if (!transaction) throw new Error('there is no transaction')
    const { transactionId } = transaction
    expect(changeOf(active)).toMatchObject({ kind: 'idTagActive', after: [transactionId] })
    const stop = { transactionId, meterStop: 5, timestamp: test.clock.advance(60) }
    const record = await recorded(keys.transaction(transactionId), () =>
      chargePoint.call('StopTransaction', stop),
    )
    const after = await test.store.getTransaction(transactionId)
    expect(changeOf(record)).toMatchObject({ kind: 'transaction', transactionId, before: transaction, after })
    const figures = await recorded(keys.transactionFigures(transactionId), () =>
      test.store.keepTransactionFigures(transactionId, { messages: 1, peakW: 7000 }),
    )
    expect(changeOf(figures)).toMatchObject({
      kind: 'transactionFigures',
      transactionId,
      after: { messages: 1, peakW: 7000 },
    })
  })

  it('of what nobody waits for is no change', async () => {
    for (const key of [
      keys.webhook('w'),
      keys.audit('a'),
      keys.connection('TX#1'),
      keys.replay('k'),
      keys.configuration('CP'),
    ])
      expect(changeOf(await recorded(key, async () => undefined)), key.pk).toBeUndefined()
  })
})
