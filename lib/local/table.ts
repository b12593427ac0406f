import { isDeepStrictEqual } from 'node:util'
import { DynamoDbError, dynamoDb } from './dynamodb-client.ts'
import { asArray, asObject, asText, isObject, type JsonObject } from './json.ts'
import { type Log, UserError } from './log.ts'
import { wait } from './process-info.ts'
import type { Stack } from './template.ts'

const INDEX_MILLISECONDS = 60_000

/**
 * Creates the template's tables where they are missing, and the indexes that a table of an earlier version lacks. With
 * `streams` also the streams of those it creates: the engine keeps them for ever, and is slowed by their length.
 */
export async function createTables(
  stack: Stack,
  engine: URL,
  log: Log,
  { streams = false } = {},
): Promise<string[]> {
  const names: string[] = []
  for (const id of stack.ids('AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table')) {
    const TableName = stack.refOf(id)
    const wanted = definitionOf(stack, id, TableName, streams)
    const existing = await describe(engine, TableName)
    if (existing) await bringUpToDate(engine, wanted, existing, log)
    else await dynamoDb(engine, 'CreateTable', wanted)
    await setTimeToLive(engine, TableName, stack.read(id, 'TimeToLiveSpecification'))
    names.push(TableName)
  }
  return names
}

/** Of the template's properties, those that CreateTable takes and that make a difference here. */
function definitionOf(stack: Stack, id: string, TableName: string, streams: boolean): JsonObject {
  const indexes = asArray(stack.read(id, 'GlobalSecondaryIndexes')).map((index) => indexOf(asObject(index)))
  const local = asArray(stack.read(id, 'LocalSecondaryIndexes')).map((index) => indexOf(asObject(index)))
  const stream = stack.read(id, 'StreamSpecification')
  return {
    TableName,
    AttributeDefinitions: stack.read(id, 'AttributeDefinitions'),
    KeySchema: stack.read(id, 'KeySchema'),
    BillingMode: 'PAY_PER_REQUEST',
    ...(indexes.length > 0 ? { GlobalSecondaryIndexes: indexes } : {}),
    ...(local.length > 0 ? { LocalSecondaryIndexes: local } : {}),
    ...(streams && isObject(stream) ? { StreamSpecification: { ...stream, StreamEnabled: true } } : {}),
  }
}

const indexOf = ({ IndexName, KeySchema, Projection }: JsonObject): JsonObject => ({
  IndexName,
  KeySchema,
  Projection,
})

const keyed = (list: unknown, name: string): Map<string, JsonObject> =>
  new Map(asArray(list).map((each) => [asText(asObject(each)[name]) ?? '', asObject(each)]))

async function describe(engine: URL, TableName: string): Promise<JsonObject | undefined> {
  try {
    return asObject((await dynamoDb(engine, 'DescribeTable', { TableName })).Table)
  } catch (error) {
    if (error instanceof DynamoDbError && error.type === 'ResourceNotFoundException') return undefined
    throw error
  }
}

async function bringUpToDate(engine: URL, wanted: JsonObject, existing: JsonObject, log: Log): Promise<void> {
  const TableName = asText(wanted.TableName) ?? ''
  if (!isDeepStrictEqual(wanted.KeySchema, existing.KeySchema)) throw incompatible(TableName, 'its keys')
  const present = keyed(existing.GlobalSecondaryIndexes, 'IndexName')
  for (const [name, index] of keyed(wanted.GlobalSecondaryIndexes, 'IndexName')) {
    const found = present.get(name)
    if (!found) await addIndex(engine, TableName, index, wanted.AttributeDefinitions, log)
    else if (!isDeepStrictEqual(indexOf(found), index)) throw incompatible(TableName, `its index ${name}`)
  }
}

const incompatible = (table: string, what: string): UserError =>
  new UserError(
    `The store holds a table ${table} of another version: ${what} cannot be changed in place. ` +
      'Move the data folder away to start with an empty one, or run the version that made it',
  )

async function addIndex(
  engine: URL,
  TableName: string,
  index: JsonObject,
  attributes: unknown,
  log: Log,
): Promise<void> {
  const name = asText(index.IndexName) ?? ''
  log(`Adding the index ${name} to the table ${TableName}`)
  const described = await describe(engine, TableName)
  const needed = new Set([
    ...keyed(described?.AttributeDefinitions, 'AttributeName').keys(),
    ...keyed(index.KeySchema, 'AttributeName').keys(),
  ])
  const AttributeDefinitions = [...keyed(attributes, 'AttributeName')]
    .filter(([attribute]) => needed.has(attribute))
    .map(([, definition]) => definition)
  await dynamoDb(engine, 'UpdateTable', {
    TableName,
    AttributeDefinitions,
    GlobalSecondaryIndexUpdates: [{ Create: index }],
  })
  for (const end = Date.now() + INDEX_MILLISECONDS; Date.now() < end; await wait(100)) {
    const indexes = keyed((await describe(engine, TableName))?.GlobalSecondaryIndexes, 'IndexName')
    if (indexes.get(name)?.IndexStatus === 'ACTIVE') return
  }
  throw new UserError(`The index ${name} of the table ${TableName} did not become active`)
}

async function setTimeToLive(engine: URL, TableName: string, specification: unknown): Promise<void> {
  if (!isObject(specification)) return
  const { TimeToLiveDescription } = await dynamoDb(engine, 'DescribeTimeToLive', { TableName })
  if (asObject(TimeToLiveDescription).TimeToLiveStatus === 'ENABLED') return
  await dynamoDb(engine, 'UpdateTimeToLive', { TableName, TimeToLiveSpecification: specification })
}

/** The key attributes of every table, by its name. */
export function keyNamesOf(stack: Stack): Map<string, string[]> {
  return new Map(
    stack
      .ids('AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table')
      .map((id) => [stack.refOf(id), [...keyed(stack.read(id, 'KeySchema'), 'AttributeName').keys()]]),
  )
}

/** Items as they are now, 100 at the most, in the order of their keys; `null` for those that are not there. */
export async function readItems(
  engine: URL,
  table: string,
  keys: JsonObject[],
): Promise<(JsonObject | null)[]> {
  const found: JsonObject[] = []
  for (let wanted: unknown[] = keys; wanted.length > 0; ) {
    const { Responses, UnprocessedKeys } = await dynamoDb(engine, 'BatchGetItem', {
      RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } },
    })
    found.push(...asArray(asObject(Responses)[table]).map(asObject))
    wanted = asArray(asObject(asObject(UnprocessedKeys)[table]).Keys)
  }
  const isAt = (item: JsonObject, key: JsonObject) =>
    Object.entries(key).every(([name, value]) => isDeepStrictEqual(item[name], value))
  return keys.map((key) => found.find((item) => isAt(item, key)) ?? null)
}
