import { SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { CentralSystem } from '../lib/central-system/system.ts'

export function createWake(sqs: SQSClient, QueueUrl: string): CentralSystem['wake'] {
  return async (tick, DelaySeconds) => {
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(tick), DelaySeconds }))
  }
}

/** As many messages as one request takes. */
const BATCH_MAX = 10

/** Throws unless every step is in the queue; those that are stay there, and are taken twice when it is tried again. */
export function createSchedule(sqs: SQSClient, QueueUrl: string): CentralSystem['schedule'] {
  return async (steps, DelaySeconds = 0) => {
    const entries = steps.map((step, position) => ({
      Id: String(position),
      MessageBody: JSON.stringify(step),
      DelaySeconds,
    }))
    for (let from = 0; from < entries.length; from += BATCH_MAX) {
      const Entries = entries.slice(from, from + BATCH_MAX)
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
      if (Failed[0]) throw new Error(`${Failed.length} steps could not be scheduled: ${Failed[0].Code}`)
    }
  }
}
