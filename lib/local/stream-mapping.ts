import { compile, type Pattern } from './event-pattern.ts'
import { functionOf } from './event-source.ts'
import { asArray, asNumber, asObject, asText, asTexts, isObject, type JsonObject, parseJson } from './json.ts'
import { UserError } from './log.ts'
import type { Stack } from './template.ts'

/** An AWS::Lambda::EventSourceMapping on the stream of a table. */
export interface StreamMapping {
  id: string
  functionId: string
  table: string
  streamArn: string
  start: 'first' | 'last'
  batchSize: number
  windowMilliseconds: number
  /** Endless where the template gives none. */
  retries: number
  /** Records that are older are given up; endless where the template gives none. */
  maxAgeMilliseconds: number
  bisects: boolean
  reportsFailures: boolean
  /** The ARN of the queue that is told of what was given up. */
  onFailure: string | undefined
  /** Whether an event may match, as far as the keys of its item tell. */
  mayMatch: (keys: JsonObject) => boolean
  /** Whether an event is delivered. */
  matches: (event: JsonObject) => boolean
}

/** Every mapping of the template that reads the stream of one of its tables. */
export function readStreamMappings(stack: Stack): StreamMapping[] {
  const tables = stack.ids('AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table')
  return stack
    .ids('AWS::Lambda::EventSourceMapping')
    .filter((id) => stack.text(id, 'Enabled') !== 'false')
    .flatMap((id) => {
      const streamArn = stack.text(id, 'EventSourceArn')
      const table = tables.find((each) => stack.attributeOf(each, 'StreamArn') === streamArn)
      if (!table || streamArn === undefined) return []
      if (!isObject(stack.read(table, 'StreamSpecification')))
        throw new UserError(`${id}: the table ${table} has no stream`)
      return [mapping(stack, id, table, streamArn)]
    })
}

function mapping(stack: Stack, id: string, table: string, streamArn: string): StreamMapping {
  const retries = asNumber(stack.read(id, 'MaximumRetryAttempts')) ?? -1
  const maxAge = asNumber(stack.read(id, 'MaximumRecordAgeInSeconds')) ?? -1
  const patterns = filtersOf(stack, id)
  const whole = patterns.map((pattern) => compile(pattern, id))
  const ofKeys = patterns.map((pattern) => compile(asObject(asObject(pattern.dynamodb).Keys), id))
  return {
    id,
    functionId: functionOf(stack, id),
    table: stack.refOf(table),
    streamArn,
    start: startOf(stack, id),
    batchSize: asNumber(stack.read(id, 'BatchSize')) ?? 100,
    windowMilliseconds: (asNumber(stack.read(id, 'MaximumBatchingWindowInSeconds')) ?? 0) * 1000,
    retries: retries < 0 ? Number.POSITIVE_INFINITY : retries,
    maxAgeMilliseconds: maxAge < 0 ? Number.POSITIVE_INFINITY : maxAge * 1000,
    bisects: stack.text(id, 'BisectBatchOnFunctionError') === 'true',
    reportsFailures: asTexts(stack.read(id, 'FunctionResponseTypes')).includes('ReportBatchItemFailures'),
    onFailure: asText(asObject(asObject(stack.read(id, 'DestinationConfig')).OnFailure).Destination),
    mayMatch: (keys) => ofKeys.length === 0 || ofKeys.some((matches) => matches(keys)),
    matches: (event) => whole.length === 0 || whole.some((matches) => matches(event)),
  }
}

function startOf(stack: Stack, id: string): 'first' | 'last' {
  const position = stack.required(id, 'StartingPosition')
  if (position === 'TRIM_HORIZON') return 'first'
  if (position === 'LATEST') return 'last'
  throw new UserError(`${id}: the starting position ${position} is not emulated`)
}

/** Any one of them lets an event through. */
function filtersOf(stack: Stack, id: string): Pattern[] {
  return asArray(asObject(stack.read(id, 'FilterCriteria')).Filters).map((filter) => {
    const pattern = parseJson(asText(asObject(filter).Pattern) ?? '')
    if (!isObject(pattern)) throw new UserError(`${id}: a filter's pattern is not JSON`)
    return pattern
  })
}
