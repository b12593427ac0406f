import { CfnOutput } from 'aws-cdk-lib'
import { EventBus, Rule } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'

/** Where everything that happens is told, for rules of one's own; ours hands all of it to the queue of the webhooks. */
export function createEventBus(scope: Construct, webhooks: Queue): EventBus {
  const eventBus = new EventBus(scope, 'Events')
  new Rule(scope, 'EventsToWebhooks', {
    eventBus,
    eventPattern: { source: ['busbar'] },
    targets: [new SqsQueue(webhooks)],
  })
  new CfnOutput(scope, 'EventBusName', { value: eventBus.eventBusName })
  return eventBus
}
