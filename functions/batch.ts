import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { Log } from '../lib/central-system/system.ts'

/** Handles the messages of a batch. Those that fail come again; the others of their batch do not. */
export async function handleBatch<T>(
  { Records }: SQSEvent,
  log: Log,
  handle: (message: T) => Promise<void>,
): Promise<SQSBatchResponse> {
  const outcomes = await Promise.allSettled(Records.map(async ({ body }) => handle(JSON.parse(body) as T)))
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') log.error('a message of a queue failed', { error: outcome.reason })
  }
  const failed = Records.filter((_, position) => outcomes[position]?.status === 'rejected')
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
}
