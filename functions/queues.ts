import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { CentralSystem } from '../lib/central-system/system.ts'

export function createWake(sqs: SQSClient, QueueUrl: string): CentralSystem['wake'] {
  return async (tick, DelaySeconds) => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(tick), DelaySeconds }))
  }
}

/** As many messages, or events, as one request takes, and as many bytes of them. */
const BATCH_MAX = 10
const BYTES_MAX = 250_000

/** In batches that one request can carry. */
export function inBatches<T>(entries: T[], bytesMax: number, textOf: (entry: T) => string): T[][] {
  const batches: T[][] = []
  let room = 0
  for (const entry of entries) {
    const bytes = Buffer.byteLength(textOf(entry))
    const last = batches.at(-1)
    if (last && last.length < BATCH_MAX && bytes <= room) last.push(entry)
    else {
      batches.push([entry])
      room = bytesMax
    }
    room -= bytes
  }
  return batches
}

/** Throws unless every message is in the queue; those that are stay there, and come twice when it is tried again. */
export async function sendAll(
  sqs: SQSClient,
  QueueUrl: string,
  messages: unknown[],
  DelaySeconds: number,
): Promise<void> {
  const entries = messages.map((message, position) => ({
    Id: String(position),
    MessageBody: JSON.stringify(message),
    DelaySeconds,
  }))
  for (const Entries of inBatches(entries, BYTES_MAX, ({ MessageBody }) => MessageBody)) {
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    if (Failed[0]) throw new Error(`${Failed.length} messages could not be sent: ${Failed[0].Code}`)
  }
}

export function createSchedule(sqs: SQSClient, QueueUrl: string): CentralSystem['schedule'] {
  return (steps, DelaySeconds = 0) => sendAll(sqs, QueueUrl, steps, DelaySeconds)
}
