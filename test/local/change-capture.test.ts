import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, ChangeCapture } from '../../lib/local/change-capture.ts'
import { DynamoDbError, dynamoDb } from '../../lib/local/dynamodb-client.ts'
import { type Engine, startEngine } from '../../lib/local/dynoxide.ts'
import type { JsonObject } from '../../lib/local/json.ts'
import { silent } from '../../lib/local/log.ts'
import { StreamJournal } from '../../lib/local/stream-journal.ts'
import { createTables, keyNamesOf, readItems } from '../../lib/local/table.ts'
import { stackOf, streamed } from './fixture/streamed.ts'

const TableName = 'Test-Table'
const stack = stackOf(streamed())
const text = (S: string) => ({ S })
const number = (N: number) => ({ N: String(N) })

describe('the capture of what is written', () => {
  let engine: Engine
  let folder: string
  let journal: StreamJournal
  let capture: ChangeCapture
  let reads: number
  beforeAll(async () => {
    engine = await startEngine({ log: silent })
    await createTables(stack, engine.url, silent)
  })
  afterAll(() => engine.stop())
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'busbar-capture-'))
    open()
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** As another process would find it. */
  function open(): void {
    journal = new StreamJournal(join(folder, 'stream.jsonl'), Date.now)
    journal.position('reader', 'first')
    reads = 0
    capture = new ChangeCapture({
      keyNames: keyNamesOf(stack),
      wants: (_, { pk }) => !JSON.stringify(pk).includes('unwanted'),
      read: (table, keys) => {
        reads += 1
        return readItems(engine.url, table, keys)
      },
      journal,
    })
  }

  /** Asks the engine, and answers as it did. */
  async function ask(operation: string, input: JsonObject): Promise<Answer> {
    try {
      const output = await dynamoDb(engine.url, operation, input)
      return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(output)) }
    } catch (error) {
      if (!(error instanceof DynamoDbError)) throw error
      return { status: 400, headers: {}, body: Buffer.from(error.type) }
    }
  }
  const write = (operation: string, input: JsonObject) =>
    capture.write(operation, input, () => ask(operation, input))
  const put = (pk: string, value = 0) =>
    write('PutItem', { TableName, Item: { pk: text(pk), value: number(value) } })
  const update = (pk: string, more: JsonObject = {}) =>
    write('UpdateItem', {
      TableName,
      Key: { pk: text(pk) },
      UpdateExpression: 'ADD #value :one',
      ExpressionAttributeNames: { '#value': 'value' },
      ExpressionAttributeValues: { ':one': number(1) },
      ...more,
    })
  const value = (image: unknown) => {
    const found = image as { value?: { N: string } } | null
    return found === null ? null : Number(found.value?.N)
  }
  /** Of each change the key, the value before and the value after. */
  const changes = () =>
    journal.after(0, 1_000).map((each) => {
      const { pk } = each.keys as { pk: { S: string } }
      return [pk.S, value(each.old), value(each.new)]
    })

  it('knows how an item was and is, whatever the answer says', async () => {
    await put('a', 1)
    await update('a')
    await update('a', { ReturnValues: 'ALL_NEW' })
    await update('a', { ReturnValues: 'ALL_OLD' })
    await put('a', 9)
    await write('DeleteItem', { TableName, Key: { pk: text('a') } })
    expect(changes()).toEqual([
      ['a', null, 1],
      ['a', 1, 2],
      ['a', 2, 3],
      ['a', 3, 4],
      ['a', 4, 9],
      ['a', 9, null],
    ])
  })

  it('answers what the store answered', async () => {
    await put('answered', 1)
    const { status, body } = await update('answered', { ReturnValues: 'UPDATED_OLD' })
    expect([status, JSON.parse(body.toString())]).toEqual([200, { Attributes: { value: { N: '1' } } }])
  })

  it('says nothing of writes that change nothing, or are refused', async () => {
    await put('same', 1)
    await put('same', 1)
    await write('DeleteItem', { TableName, Key: { pk: text('never there') } })
    const refused = await update('same', { ConditionExpression: 'attribute_not_exists(pk)' })
    expect(refused.status).toBe(400)
    expect(changes()).toEqual([['same', null, 1]])
    expect(journal.unsettled).toEqual([])
  })

  it('says nothing of items nobody wants, and of tables it does not know', async () => {
    await put('unwanted', 1)
    await write('PutItem', { TableName: 'Other', Item: { pk: text('x') } })
    expect([changes(), reads]).toEqual([[], 0])
  })

  it('takes a transaction apart, and does not take one twice that is sent again', async () => {
    await put('first', 1)
    await put('gone', 1)
    const input = {
      ClientRequestToken: 'token',
      TransactItems: [
        { Put: { TableName, Item: { pk: text('first'), value: number(2) } } },
        {
          Update: {
            TableName,
            Key: { pk: text('second') },
            UpdateExpression: 'SET #value = :two',
            ExpressionAttributeNames: { '#value': 'value' },
            ExpressionAttributeValues: { ':two': number(2) },
          },
        },
        { Delete: { TableName, Key: { pk: text('gone') } } },
        { Put: { TableName, Item: { pk: text('unwanted too') } } },
      ],
    }
    await write('TransactWriteItems', input)
    await write('TransactWriteItems', input)
    expect(changes().slice(2)).toEqual([
      ['first', 1, 2],
      ['second', null, 2],
      ['gone', 1, null],
    ])
  })

  it('takes a batch apart', async () => {
    await write('BatchWriteItem', {
      RequestItems: {
        [TableName]: ['b1', 'b2'].map((pk) => ({ PutRequest: { Item: { pk: text(pk), value: number(1) } } })),
      },
    })
    expect(changes()).toEqual([
      ['b1', null, 1],
      ['b2', null, 1],
    ])
  })

  it('chains the changes of one item, however many write it at once', async () => {
    const transfer = (from: string, to: string) =>
      write('TransactWriteItems', {
        TransactItems: [from, to].map((pk) => ({
          Update: {
            TableName,
            Key: { pk: text(pk) },
            UpdateExpression: 'ADD #value :one',
            ExpressionAttributeNames: { '#value': 'value' },
            ExpressionAttributeValues: { ':one': number(1) },
          },
        })),
      })
    const items = ['x', 'y', 'z']
    await Promise.all(items.map((pk) => put(pk, 0)))
    await Promise.all(
      Array.from({ length: 60 }, (_, each) => {
        const [one, other] = [items[each % 3] ?? '', items[(each + 1) % 3] ?? '']
        return each % 2 === 0 ? update(one, { ReturnValues: 'ALL_NEW' }) : transfer(other, one)
      }),
    )
    for (const item of items) {
      const own = changes().filter(([pk]) => pk === item)
      expect(own.map(([, , after]) => after)).toEqual(own.map((_, position) => position))
      expect(own.slice(1).map(([, before]) => before)).toEqual(own.slice(0, -1).map(([, , after]) => after))
    }
  })

  it('asks the store of an item once, where the answers tell the rest', async () => {
    for (let each = 0; each < 5; each++) await update('counted', { ReturnValues: 'ALL_NEW' })
    expect([reads, changes().length]).toEqual([1, 5])
  })

  it('finds out what became of writes that nobody saw the end of', async () => {
    await put('dies', 1)
    await put('never made', 1)
    const never = () => new Promise<Answer>(() => {})
    const change = { TableName, Item: { pk: text('dies'), value: number(2) } }
    void capture.write('PutItem', change, async () => {
      await ask('PutItem', change)
      return never()
    })
    const other = { TableName, Item: { pk: text('never made'), value: number(2) } }
    void capture.write('PutItem', other, never)
    await expect
      .poll(async () => value((await readItems(engine.url, TableName, [{ pk: text('dies') }]))[0] ?? null))
      .toBe(2)
    open()
    expect(journal.unsettled).toHaveLength(2)
    await capture.recover()
    expect(changes()).toEqual([
      ['dies', null, 1],
      ['never made', null, 1],
      ['dies', 1, 2],
    ])
    expect(journal.unsettled).toEqual([])
  })

  it('lets nobody write an item of which the store did not say what became, until it knows', async () => {
    await put('doubtful', 1)
    const change = { TableName, Item: { pk: text('doubtful'), value: number(2) } }
    const lost = capture.write('PutItem', change, async () => {
      await ask('PutItem', change)
      throw new Error('The connection broke')
    })
    await expect(lost).rejects.toThrow('broke')
    await update('doubtful', { ReturnValues: 'ALL_NEW' })
    expect(changes()).toEqual([
      ['doubtful', null, 1],
      ['doubtful', 1, 2],
      ['doubtful', 2, 3],
    ])
  })
})
