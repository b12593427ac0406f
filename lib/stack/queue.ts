import type { Duration } from 'aws-cdk-lib'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'

/** Of every queue. */
export const QUEUE_PROTECTION = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true }

/** A queue, and beside it the one for messages that failed too often. */
export function createQueue(
  scope: Construct,
  id: string,
  { visibilityTimeout, attempts }: { visibilityTimeout: Duration; attempts: number },
): Queue {
  const queue = new Queue(scope, `Dead${id}`, QUEUE_PROTECTION)
  return new Queue(scope, id, {
    ...QUEUE_PROTECTION,
    visibilityTimeout,
    deadLetterQueue: { queue, maxReceiveCount: attempts },
  })
}
