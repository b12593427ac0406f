import { CfnOutput, Duration } from 'aws-cdk-lib'
import { EventBus, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events'
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

const FIND_STALE_EVERY = Duration.minutes(5)

/** Silence sends no message, so a clock asks for a look at who is silent. A look that is missed is made up for by the next. */
export function scheduleLooks(scope: Construct, tasks: Queue): void {
  const message = RuleTargetInput.fromObject({ find: 'stale' })
  new Rule(scope, 'FindStale', {
    schedule: Schedule.rate(FIND_STALE_EVERY),
    targets: [new SqsQueue(tasks, { message, maxEventAge: FIND_STALE_EVERY, retryAttempts: 2 })],
  })
}
