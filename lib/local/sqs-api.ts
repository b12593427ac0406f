import type { ServerResponse } from 'node:http'
import { type Authorize, AwsError } from './aws-error.ts'
import { asArray, asNumber, asObject, asText, type JsonObject, parseJson } from './json.ts'
import type { Message } from './queue-journal.ts'
import { md5, type Queue, type Queues } from './sqs.ts'

const NAMESPACE = 'com.amazonaws.sqs'
const MAXIMUM_BYTES = 1024 * 1024
const MAXIMUM_DELAY = 900

/** SendMessage and SendMessageBatch, in the JSON protocol that the SDKs speak. */
export class SqsApi {
  private readonly queues: Queues

  constructor(queues: Queues) {
    this.queues = queues
  }

  handle(operation: string, body: Buffer, response: ServerResponse, authorize: Authorize): void {
    const input = asObject(parseJson(body.toString()))
    const queue = this.queues.byUrl(asText(input.QueueUrl))
    if (!queue) {
      throw new AwsError(400, 'QueueDoesNotExist', 'The specified queue does not exist.', NAMESPACE)
    }
    const output = run(operation, queue, input, authorize)
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(output))
  }
}

function run(operation: string, queue: Queue, input: JsonObject, authorize: Authorize): JsonObject {
  switch (operation) {
    case 'SendMessage': {
      authorize('sqs:SendMessage', queue.arn)
      return sent(send(queue, input))
    }
    case 'SendMessageBatch':
      authorize('sqs:SendMessage', queue.arn)
      return sendBatch(queue, asArray(input.Entries).map(asObject))
    default:
      throw new AwsError(400, 'UnsupportedOperation', `${operation} is not emulated`, NAMESPACE)
  }
}

const sent = ({ messageId, body }: Message) => ({ MessageId: messageId, MD5OfMessageBody: md5(body) })

function send(queue: Queue, { MessageBody, DelaySeconds, MessageAttributes }: JsonObject): Message {
  const body = asText(MessageBody)
  if (!body)
    throw invalid('MissingRequiredParameterException', 'The request must contain the parameter MessageBody.')
  if (Buffer.byteLength(body) > MAXIMUM_BYTES) {
    throw invalid(
      'InvalidParameterValueException',
      `One or more parameters are invalid: over ${MAXIMUM_BYTES} bytes.`,
    )
  }
  const delay = asNumber(DelaySeconds) ?? queue.defaultDelay
  if (!Number.isInteger(delay) || delay < 0 || delay > MAXIMUM_DELAY) {
    const reason = `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`
    throw invalid('InvalidParameterValueException', reason)
  }
  return queue.send(body, delay, asObject(MessageAttributes))
}

const invalid = (type: string, message: string) => new AwsError(400, type, message, NAMESPACE)

function sendBatch(queue: Queue, entries: JsonObject[]): JsonObject {
  if (entries.length === 0)
    throw invalid('EmptyBatchRequest', 'There should be at least one entry in the request.')
  if (entries.length > 10)
    throw invalid('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.')
  const successful: JsonObject[] = []
  const failed: JsonObject[] = []
  for (const entry of entries) {
    const Id = asText(entry.Id)
    try {
      successful.push({ Id, ...sent(send(queue, entry)) })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      failed.push({ Id, SenderFault: true, Code: error.type, Message: error.message })
    }
  }
  return { Successful: successful, Failed: failed }
}
