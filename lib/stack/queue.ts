import { Duration } from 'aws-cdk-lib'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'

/** Of every queue. */
export const QUEUE_PROTECTION = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true }

/**
 * Of a queue of what failed: two weeks, the most that SQS keeps anything. It counts from when a message was first sent, so
 * that the usual four days could be over before anybody has looked.
 */
export const DEAD_LETTERS = { ...QUEUE_PROTECTION, retentionPeriod: Duration.days(14) }

/** A queue, and beside it the one for messages that failed too often. */
export function createQueue(
  scope: Construct,
  id: string,
  { visibilityTimeout, attempts }: { visibilityTimeout: Duration; attempts: number },
): Queue {
  const queue = new Queue(scope, `Dead${id}`, DEAD_LETTERS)
  return new Queue(scope, id, {
    ...QUEUE_PROTECTION,
    visibilityTimeout,
    deadLetterQueue: { queue, maxReceiveCount: attempts },
  })
}
