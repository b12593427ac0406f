import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { type IndexName, TABLE } from './table.ts'

export interface Key {
  pk: string
  sk: string
}

export type Item = Key & Record<string, unknown>

/** An expression names attributes as `#name` and values as `:name`; the names are found in it, the values are given. */
export interface Condition {
  condition?: string
  values?: Record<string, unknown>
  /** What `#name` stands for, where that is not the attribute of this name. */
  names?: Record<string, string>
}

export interface Update extends Condition {
  key: Key
  update: string
}

/** A condition that does not hold is an answer, not an error; `item` is the item as it stood, if there was one. */
export type Written = { written: true; item: Item } | { written: false; item: Item | undefined }

export interface Query {
  index?: IndexName
  partition: string
  /** Only sort keys that begin so. */
  prefix?: string
  /** Only sort keys in this range, both ends included; not beside `prefix`. */
  from?: string
  to?: string
  newestFirst?: boolean
  filter?: string
  values?: Record<string, unknown>
  limit: number
  after?: Record<string, unknown>
  consistent?: boolean
}

/** As many keys as one BatchGetItem takes. */
const BATCH_MAX = 100

const EMPTY: Condition = {}

/** The table, in the few ways the store uses it. */
export class TableClient {
  private readonly client: DynamoDBDocumentClient
  private readonly tableName: string

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.client = client
    this.tableName = tableName
  }

  async get(key: Key): Promise<Item | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: key, ConsistentRead: true }),
    )
    return Item as Item | undefined
  }

  /** In the order of the keys; `undefined` where there is no item. */
  async getMany(keys: Key[], { consistent = false } = {}): Promise<(Item | undefined)[]> {
    // DynamoDB refuses a batch that names a key twice.
    const unique = [...new Map(keys.map((key) => [nameOf(key), key])).values()]
    const batches = Array.from({ length: Math.ceil(unique.length / BATCH_MAX) }, (_, batch) =>
      this.getBatch(unique.slice(batch * BATCH_MAX, (batch + 1) * BATCH_MAX), consistent),
    )
    const items = (await Promise.all(batches)).flat()
    const found = new Map(items.map((item) => [nameOf(item), item]))
    return keys.map((key) => found.get(nameOf(key)))
  }

  private async getBatch(keys: Key[], consistent: boolean): Promise<Item[]> {
    const found: Item[] = []
    let wanted: Record<string, unknown>[] = keys.map(({ pk, sk }) => ({ pk, sk }))
    for (let attempt = 0; wanted.length > 0; attempt++) {
      if (attempt === 8) throw new Error('DynamoDB leaves keys of a batch unprocessed')
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 2 ** attempt * 10))
      const { Responses, UnprocessedKeys } = await this.client.send(
        new BatchGetCommand({
          RequestItems: { [this.tableName]: { Keys: wanted, ConsistentRead: consistent } },
        }),
      )
      found.push(...((Responses?.[this.tableName] ?? []) as Item[]))
      wanted = UnprocessedKeys?.[this.tableName]?.Keys ?? []
    }
    return found
  }

  put(item: Item, condition: Condition = EMPTY): Promise<Written> {
    return this.write(async () => {
      await this.client.send(
        new PutCommand({
          TableName: this.tableName,
          Item: item,
          ...expressions(condition),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return item
    })
  }

  /** `item`: as it stands after the update, or with `returning: 'old'` as it stood before. */
  update({ key, update, ...condition }: Update, returning: 'new' | 'old' = 'new'): Promise<Written> {
    return this.write(async () => {
      const { Attributes } = await this.client.send(
        new UpdateCommand({
          TableName: this.tableName,
          Key: key,
          UpdateExpression: update,
          ...expressions(condition, update),
          ReturnValues: returning === 'new' ? 'ALL_NEW' : 'ALL_OLD',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return { ...key, ...Attributes }
    })
  }

  delete(key: Key, condition: Condition = EMPTY): Promise<Written> {
    return this.write(async () => {
      const { Attributes } = await this.client.send(
        new DeleteCommand({
          TableName: this.tableName,
          Key: key,
          ...expressions(condition),
          ReturnValues: 'ALL_OLD',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      )
      return { ...key, ...Attributes }
    })
  }

  /** All or nothing. On failure, the item that stood in the way of the first condition that did not hold. */
  async transact(
    writes: (({ put: Item } & Condition) | ({ delete: Key } & Condition) | Update)[],
  ): Promise<{ written: boolean; item?: Item | undefined }> {
    const common = { TableName: this.tableName, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }
    const command = new TransactWriteCommand({
      TransactItems: writes.map((write) => {
        if ('put' in write) return { Put: { ...common, Item: write.put, ...expressions(write) } }
        if ('delete' in write) return { Delete: { ...common, Key: write.delete, ...expressions(write) } }
        const { key, update } = write
        return { Update: { ...common, Key: key, UpdateExpression: update, ...expressions(write, update) } }
      }),
    })
    try {
      await withoutConflict(() => this.client.send(command))
      return { written: true }
    } catch (error) {
      const failed =
        error instanceof TransactionCanceledException &&
        error.CancellationReasons?.find(({ Code }) => Code === 'ConditionalCheckFailed')
      if (!failed) throw error
      return { written: false, item: failed.Item ? (unmarshall(failed.Item) as Item) : undefined }
    }
  }

  async query({
    index,
    partition,
    prefix,
    from,
    to,
    newestFirst = false,
    filter,
    values,
    limit,
    after,
    consistent,
  }: Query): Promise<{ items: Item[]; last: Record<string, unknown> | undefined }> {
    // DynamoDB refuses a range that ends before it begins.
    if (from !== undefined && to !== undefined && !inOrder(from, to)) return { items: [], last: undefined }
    const keys = index ? TABLE.indexes[index] : TABLE
    const sort = sortCondition({ prefix, from, to })
    const { Items, LastEvaluatedKey } = await this.client.send(
      new QueryCommand({
        TableName: this.tableName,
        ...(index ? { IndexName: index } : {}),
        KeyConditionExpression: ['#partition = :partition', ...sort.conditions].join(' AND '),
        ...(filter ? { FilterExpression: filter } : {}),
        ExpressionAttributeNames: {
          ...namesIn(filter ?? ''),
          '#partition': keys.partitionKey,
          ...(sort.conditions.length > 0 ? { '#sort': keys.sortKey } : {}),
        },
        ExpressionAttributeValues: prefixed({
          ...values,
          partition,
          ...sort.values,
        }),
        ScanIndexForward: !newestFirst,
        ConsistentRead: consistent ?? false,
        Limit: limit,
        ...(after ? { ExclusiveStartKey: after } : {}),
      }),
    )
    return { items: (Items ?? []) as Item[], last: LastEvaluatedKey }
  }

  /** Every item of a partition that is known to be small. */
  async queryAll(query: Omit<Query, 'limit' | 'after'>): Promise<Item[]> {
    const found: Item[] = []
    let after: Query['after']
    do {
      const { items, last } = await this.query({ ...query, limit: 1000, ...(after ? { after } : {}) })
      found.push(...items)
      after = last
    } while (after)
    return found
  }

  private async write(send: () => Promise<Item>): Promise<Written> {
    try {
      return { written: true, item: await withoutConflict(send) }
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      return { written: false, item: error.Item ? (unmarshall(error.Item) as Item) : undefined }
    }
  }
}

/** The same for equal keys, and for no others. */
export const nameOf = ({ pk, sk }: Key): string => JSON.stringify([pk, sk])

/** As DynamoDB orders sort keys: by their bytes. */
export const inOrder = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) <= 0

/** A key condition has room for one condition on the sort key. */
function sortCondition({ prefix, from, to }: { [K in 'prefix' | 'from' | 'to']: Query[K] | undefined }): {
  conditions: string[]
  values: Record<string, string>
} {
  if (prefix !== undefined) return { conditions: ['begins_with(#sort, :prefix)'], values: { prefix } }
  if (from !== undefined && to !== undefined)
    return { conditions: ['#sort BETWEEN :from AND :to'], values: { from, to } }
  if (from !== undefined) return { conditions: ['#sort >= :from'], values: { from } }
  if (to !== undefined) return { conditions: ['#sort <= :to'], values: { to } }
  return { conditions: [], values: {} }
}

/** A write that meets a transaction on the same item is tried again: the transaction is over in milliseconds. */
async function withoutConflict<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await send()
    } catch (error) {
      if (attempt === 5 || !isConflict(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, 2 ** attempt * 10 * (1 + Math.random())))
    }
  }
}

function isConflict(error: unknown): boolean {
  if (error instanceof TransactionConflictException) return true
  if (!(error instanceof TransactionCanceledException)) return false
  const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code)
  return codes.includes('TransactionConflict') && !codes.includes('ConditionalCheckFailed')
}

function expressions({ condition, values, names: given }: Condition, update = '') {
  const names = { ...namesIn(`${condition ?? ''} ${update}`), ...withPrefix('#', given) }
  return {
    ...(condition ? { ConditionExpression: condition } : {}),
    ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
    ...(values && Object.keys(values).length > 0 ? { ExpressionAttributeValues: prefixed(values) } : {}),
  }
}

function namesIn(expression: string): Record<string, string> {
  return Object.fromEntries(
    [...expression.matchAll(/#(\w+)/g)].map(([token, name]) => [token, name as string]),
  )
}

const prefixed = (values: Record<string, unknown>) => withPrefix(':', values)

function withPrefix<T>(prefix: string, values: Record<string, T> = {}): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]))
}
