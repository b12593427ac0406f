import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { tick } from '../lib/central-system/dispatch.ts'
import type { Tick } from '../lib/central-system/system.ts'
import { createSystem } from './system.ts'

const system = createSystem('timer')

/** Ticks that fail come again; the others of their batch do not. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const outcomes = await Promise.allSettled(
    event.Records.map(({ body }) => tick(system, JSON.parse(body) as Tick)),
  )
  const failed = event.Records.filter((_, position) => outcomes[position]?.status === 'rejected')
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') system.log.error('a tick failed', { error: outcome.reason })
  }
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
}
