import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import type { Invoke } from './functions.ts'
import type { Iam } from './iam.ts'
import { asArray, asObject, asText, type JsonObject } from './json.ts'
import { type Log, UserError } from './log.ts'
import type { Queue, Queues } from './sqs.ts'
import { eventRecord, type StreamJournal, type StreamRecord, sequenceText } from './stream-journal.ts'
import type { StreamMapping } from './stream-mapping.ts'
import type { Stack } from './template.ts'
import { WORLD } from './world.ts'

/** Between the beginnings of two batches that are not full: what is written meanwhile goes together. */
const PACE_MILLISECONDS = 100
const LONGEST_BACKOFF = 10_000
/** Records looked at in one go. */
const LOOK = 1_000
const POLLER_ACTIONS = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator']

export interface StreamServices {
  stack: Stack
  journal: StreamJournal
  queues: Queues
  iam: Iam
  invoke: Invoke
  clock: Clock
  log: Log
}

interface Delivered {
  sequence: number
  at: number
  event: JsonObject
}

/** Feeds the stream of a table to a function, one batch after the other, as an event source mapping says. */
class StreamSource {
  private readonly mapping: StreamMapping
  private readonly services: StreamServices
  private readonly deadLetters: Queue | undefined
  private position: number
  private running = false
  private stopped = false
  private begunAt = Number.NEGATIVE_INFINITY

  constructor(mapping: StreamMapping, services: StreamServices) {
    this.mapping = mapping
    this.services = services
    this.deadLetters = services.queues.byArn(mapping.onFailure)
    this.position = services.journal.position(mapping.id, mapping.start)
    services.journal.onRecords(() => this.poke())
    this.poke()
  }

  stop(): void {
    this.stopped = true
  }

  private poke(): void {
    if (this.running) return
    this.running = true
    // In the next turn, so that what one write did goes together.
    setImmediate(() => void this.run())
  }

  private async run(): Promise<void> {
    try {
      while (!this.stopped && (await this.step())) await this.pace()
    } catch (error) {
      this.services.log(`[${this.mapping.id}] ${error instanceof Error ? error.stack : error}`)
      await this.wait(LONGEST_BACKOFF)
    }
    this.running = false
    if (!this.stopped && this.services.journal.lastSequence > this.position) this.poke()
  }

  /** False once there is nothing more. */
  private async step(): Promise<boolean> {
    let batch = this.next()
    const { windowMilliseconds: window, batchSize } = this.mapping
    if (batch.length > 0 && batch.length < batchSize && window > 0) {
      await this.wait(window)
      batch = this.next()
    }
    const last = batch.at(-1)
    if (!last || this.stopped) return false
    this.begunAt = this.services.clock.now()
    await this.deliver(batch)
    if (this.stopped) return false
    this.passTo(last.sequence)
    return true
  }

  /** Passes what nobody wants on the way. */
  private next(): Delivered[] {
    const { journal } = this.services
    const batch: Delivered[] = []
    let looked = this.position
    for (;;) {
      const records = journal.after(looked, LOOK)
      for (const record of records) {
        const event = this.eventOf(record)
        looked = record.sequence
        if (event) batch.push({ sequence: record.sequence, at: record.at, event })
        else if (batch.length === 0) this.position = record.sequence
        if (batch.length === this.mapping.batchSize) return batch
      }
      if (records.length < LOOK) break
    }
    if (batch.length === 0) journal.pass(this.mapping.id, this.position, false)
    return batch
  }

  private eventOf(record: StreamRecord): JsonObject | undefined {
    const { table, streamArn, mayMatch, matches } = this.mapping
    if (record.table !== table || !mayMatch(record.keys)) return undefined
    const event = eventRecord(record, streamArn, WORLD.region)
    return matches(event) ? event : undefined
  }

  /** Hands a batch over until it is done or given up. */
  private async deliver(whole: Delivered[]): Promise<void> {
    let batch = whole
    for (let attempts = 0; ; ) {
      batch = this.withoutAged(batch, attempts)
      if (batch.length === 0) return
      const failed = await this.attempt(batch)
      if (failed === undefined || this.stopped) return
      if (failed > 0) attempts = 0
      this.passTo((batch[failed]?.sequence ?? 1) - 1)
      batch = batch.slice(failed)
      if (this.mapping.bisects && batch.length > 1) {
        const half = Math.ceil(batch.length / 2)
        await this.deliver(batch.slice(0, half))
        return this.deliver(batch.slice(half))
      }
      attempts += 1
      if (attempts > this.mapping.retries) return this.giveUp(batch, attempts, 'RetryAttemptsExhausted')
      await this.wait(Math.min(PACE_MILLISECONDS * 2 ** (attempts - 1), LONGEST_BACKOFF))
      if (this.stopped) return
    }
  }

  /** Gives up what is too old: the first of a batch, as it is in order. */
  private withoutAged(batch: Delivered[], attempts: number): Delivered[] {
    const oldest = this.services.clock.now() - this.mapping.maxAgeMilliseconds
    const aged = batch.filter(({ at }) => at < oldest)
    this.giveUp(aged, attempts, 'RecordAgeExceeded')
    this.passTo(aged.at(-1)?.sequence ?? 0)
    return batch.slice(aged.length)
  }

  /** The place of the first record of a batch that failed, if one did. */
  private async attempt(batch: Delivered[]): Promise<number | undefined> {
    const { functionId, reportsFailures } = this.mapping
    try {
      const result = await this.services.invoke(functionId, { Records: batch.map(({ event }) => event) })
      return reportsFailures ? firstFailed(result, batch) : undefined
    } catch {
      return 0
    }
  }

  /** What the destination is told names the records, and does not hold them, as on AWS. */
  private giveUp(
    batch: Delivered[],
    attempts: number,
    condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded',
  ): void {
    const { id, functionId, streamArn } = this.mapping
    const [first, last] = [batch[0], batch.at(-1)]
    if (!first || !last) return
    this.services.log(`[${id}] gives up ${batch.length} records after ${attempts} attempts`)
    const message = {
      requestContext: {
        requestId: randomUUID(),
        functionArn: this.services.stack.attributeOf(functionId, 'Arn'),
        condition,
        approximateInvokeCount: attempts,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: new Date(this.services.clock.now()).toISOString(),
      DDBStreamBatchInfo: {
        shardId: 'local',
        startSequenceNumber: sequenceText(first.sequence),
        endSequenceNumber: sequenceText(last.sequence),
        approximateArrivalOfFirstRecord: new Date(first.at).toISOString(),
        approximateArrivalOfLastRecord: new Date(last.at).toISOString(),
        batchSize: batch.length,
        streamArn,
      },
    }
    this.deadLetters?.send(JSON.stringify(message))
  }

  private passTo(sequence: number): void {
    if (sequence <= this.position) return
    this.position = sequence
    this.services.journal.pass(this.mapping.id, sequence, true)
  }

  private async pace(): Promise<void> {
    if (this.services.journal.after(this.position, this.mapping.batchSize).length >= this.mapping.batchSize)
      return
    const left = this.begunAt + PACE_MILLISECONDS - this.services.clock.now()
    if (left > 0) await this.wait(left)
  }

  private wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.services.clock.after(milliseconds, resolve))
  }
}

/** All of it failed where the response names what was not in the batch, as Lambda has it. */
function firstFailed(result: unknown, batch: Delivered[]): number | undefined {
  const items = asArray(asObject(result).batchItemFailures)
  if (items.length === 0) return undefined
  const places = items.map((item) => {
    const name = asText(asObject(item).itemIdentifier)
    return batch.findIndex(({ sequence }) => sequenceText(sequence) === name)
  })
  return Math.max(0, Math.min(...places))
}

/** Starts the mappings; gives the functions that they feed, and how to stop. */
export function startStreamSources(
  mappings: StreamMapping[],
  services: StreamServices,
): { functionIds: string[]; stop: () => void } {
  for (const mapping of mappings) check(mapping, services)
  services.journal.retain(mappings.map(({ id }) => id))
  const sources = mappings.map((mapping) => new StreamSource(mapping, services))
  return {
    functionIds: mappings.map(({ functionId }) => functionId),
    stop: () => {
      for (const source of sources) source.stop()
    },
  }
}

function check(
  { id, functionId, streamArn, onFailure }: StreamMapping,
  { iam, queues }: StreamServices,
): void {
  if (onFailure !== undefined && !queues.byArn(onFailure))
    throw new UserError(`${id}: only queues of the same stack are emulated as destinations`)
  const needed = [
    ...POLLER_ACTIONS.map((action) => ({ action, resource: streamArn })),
    ...(onFailure === undefined ? [] : [{ action: 'sqs:SendMessage', resource: onFailure }]),
  ]
  for (const { action, resource } of needed) {
    if (iam.isAllowed(functionId, action, resource)) continue
    throw new UserError(`${id}: the role of ${functionId} does not allow ${action} on ${resource}`)
  }
}
