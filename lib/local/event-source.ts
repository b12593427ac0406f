import type { Invoke } from './functions.ts'
import type { Iam } from './iam.ts'
import { asArray, asNumber, asObject, asText, asTexts } from './json.ts'
import { type Log, UserError } from './log.ts'
import type { Message } from './queue-journal.ts'
import type { Queue, Queues } from './sqs.ts'
import type { Stack } from './template.ts'
import { WORLD } from './world.ts'

/** How many batches of one queue a function is given at once unless its mapping says: as many as Lambda's pollers start with. */
const CONCURRENCY = 5
/** Those are read elsewhere. */
const STREAM_ARN = /^arn:[^:]+:dynamodb:.*\/stream\//
const POLLER_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']

/** Feeds the messages of a queue to a function, in batches, as an AWS::Lambda::EventSourceMapping says. */
class EventSource {
  readonly functionId: string
  private readonly queue: Queue
  private readonly invoke: Invoke
  private readonly log: Log
  private readonly batchSize: number
  private readonly concurrency: number
  private readonly reportsFailures: boolean
  private running = 0
  private polling = false

  constructor(stack: Stack, id: string, functionId: string, queue: Queue, invoke: Invoke, log: Log) {
    this.functionId = functionId
    this.queue = queue
    this.invoke = invoke
    this.log = log
    this.batchSize = asNumber(stack.read(id, 'BatchSize')) ?? 10
    this.concurrency = asNumber(asObject(stack.read(id, 'ScalingConfig')).MaximumConcurrency) ?? CONCURRENCY
    this.reportsFailures = asTexts(stack.read(id, 'FunctionResponseTypes')).includes(
      'ReportBatchItemFailures',
    )
    queue.onMessage(() => this.poll())
  }

  /** In the next turn, so that messages sent together are received together. */
  private poll(): void {
    if (this.polling) return
    this.polling = true
    setImmediate(() => {
      this.polling = false
      while (this.running < this.concurrency && this.queue.depth > 0) void this.deliver()
    })
  }

  private async deliver(): Promise<void> {
    this.running += 1
    const batch = this.queue.receive(this.batchSize)
    try {
      const result = await this.invoke(this.functionId, event(batch, this.queue))
      const ids = batch.map(({ message }) => message.messageId)
      const failed = this.reportsFailures ? failedOf(result, ids) : []
      for (const { message, done } of batch) if (!failed.includes(message.messageId)) done()
    } catch {
      this.log(
        `[${this.queue.id}] a batch of ${batch.length} failed; it comes back after the visibility timeout`,
      )
    } finally {
      this.running -= 1
      if (this.queue.depth > 0) this.poll()
    }
  }
}

type Batch = ReturnType<Queue['receive']>

const event = (batch: Batch, queue: Queue) => ({
  Records: batch.map(({ message }) => record(message, queue)),
})

const record = (message: Message, queue: Queue) => ({
  messageId: message.messageId,
  receiptHandle: `${message.messageId}#${message.receiveCount}`,
  body: message.body,
  attributes: {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: WORLD.account,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  },
  messageAttributes: Object.fromEntries(
    Object.entries(message.attributes).map(([name, value]) => {
      const { StringValue, BinaryValue, DataType } = asObject(value)
      return [name, { stringValue: StringValue, binaryValue: BinaryValue, dataType: DataType }]
    }),
  ),
  eventSource: 'aws:sqs',
  eventSourceARN: queue.arn,
  awsRegion: WORLD.region,
})

/** The failed ids of a partial batch response; all of them where the response is not one (as Lambda treats it). */
function failedOf(result: unknown, ids: string[]): string[] {
  const items = asArray(asObject(result).batchItemFailures)
  const failed = items.map((item) => asText(asObject(item).itemIdentifier) ?? '')
  return failed.every((id) => ids.includes(id)) ? failed : ids
}

/** Starts every event source mapping of the template that reads a queue, and gives the functions that they feed. */
export function startEventSources(
  stack: Stack,
  queues: Queues,
  iam: Iam,
  invoke: Invoke,
  log: Log,
): string[] {
  const enabled = stack
    .ids('AWS::Lambda::EventSourceMapping')
    .filter(
      (id) =>
        stack.text(id, 'Enabled') !== 'false' && !STREAM_ARN.test(stack.text(id, 'EventSourceArn') ?? ''),
    )
  return enabled.map((id) => {
    const functionId = functionOf(stack, id)
    const queue = queues.byArn(stack.text(id, 'EventSourceArn'))
    if (!queue)
      throw new UserError(`${id}: only queues and tables of the same stack are emulated as event sources`)
    for (const action of POLLER_ACTIONS) {
      if (iam.isAllowed(functionId, action, queue.arn)) continue
      throw new UserError(`${id}: the role of ${functionId} does not allow ${action} on ${queue.arn}`)
    }
    return new EventSource(stack, id, functionId, queue, invoke, log).functionId
  })
}

/** The function of a mapping. */
export function functionOf(stack: Stack, id: string): string {
  const name = stack.required(id, 'FunctionName')
  const found = stack
    .ids('AWS::Lambda::Function')
    .find((each) => name === stack.refOf(each) || name === stack.attributeOf(each, 'Arn'))
  if (!found) throw new UserError(`${id}: its function ${name} is not in the template`)
  return found
}
