import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { Log } from '../lib/central-system/system.ts'

/** Handles the messages of a batch. Those that fail come again; the others of their batch do not. */
export async function handleBatch<T>(
  { Records }: SQSEvent,
  log: Log,
  handle: (message: T) => Promise<void>,
): Promise<SQSBatchResponse> {
  const outcomes = await Promise.allSettled(Records.map(async ({ body }) => handle(JSON.parse(body) as T)))
  for (const [position, outcome] of outcomes.entries()) {
    if (outcome.status === 'rejected')
      log.error('a message of a queue failed', { ...idsIn(Records[position]?.body), error: outcome.reason })
  }
  const failed = Records.filter((_, position) => outcomes[position]?.status === 'rejected')
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
}

const IDS = ['chargePointId', 'messageId', 'connectionId', 'taskId', 'importId', 'webhookId']

/** Whom a message is about. No more of it: a step of an import holds a key. */
function idsIn(body = ''): Record<string, unknown> {
  try {
    const message = JSON.parse(body) as Record<string, unknown>
    return Object.fromEntries(IDS.flatMap((id) => (id in message ? [[id, message[id]]] : [])))
  } catch {
    return {}
  }
}
