import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib'
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { Rule } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { Csms } from '../../lib/stack/csms.ts'

/** A business of one's own, and the central system of its charge points in the middle of it. */
export class ChargingStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props)
    const csms = new Csms(this, 'ChargePoints', {
      heartbeatInterval: 240,
      unknownChargePoints: 'pending',
      alarmEmail: 'operations@example.com',
      logDays: 90,
    })

    const invoices = new Queue(this, 'Invoices', {
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    })
    new Rule(this, 'ChargedCars', {
      eventBus: csms.bus,
      eventPattern: { source: ['busbar'], detailType: ['TransactionStopped'] },
      targets: [new SqsQueue(invoices)],
    })

    const late = new Alarm(this, 'InvoicesLate', {
      metric: invoices.metricApproximateAgeOfOldestMessage(),
      threshold: Duration.hours(1).toSeconds(),
      evaluationPeriods: 1,
    })
    late.addAlarmAction(new SnsAction(csms.operations.alarmTopic))

    new CfnOutput(this, 'StationsDial', { value: `wss://${csms.edge.domain}/ocpp/` })
  }
}
