import { Names, Tags } from 'aws-cdk-lib'
import type { HttpApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2'
import { CfnBudget } from 'aws-cdk-lib/aws-budgets'
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { FunctionName } from './bundle.ts'
import { createAlarms } from './operations-alarms.ts'
import { createDashboard } from './operations-dashboard.ts'

export interface OperationsProps {
  /** What is logged: this and what is worse. Default `info`. */
  logLevel?: 'debug' | 'info' | 'warn' | 'error'
  /** Days that logs are kept: one of the numbers that CloudWatch knows. Default 30. */
  logDays?: (typeof LOG_DAYS)[number]
  /** Traces of all functions, in X-Ray. Default false. */
  tracing?: boolean
  /** Who is told of alarms. Default: nobody is, and they can be seen in CloudWatch. */
  alarmEmail?: string
  /** A dashboard in CloudWatch. Default true. */
  dashboard?: boolean
  /** Tells `alarmEmail` when what the whole account costs in a month, in USD, comes near this. Default: it is not watched. */
  monthlyBudget?: number
}

/** CloudWatch keeps logs for so many days, or for good. */
export const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const

/** What is watched. */
export interface Operated {
  deployment: string
  functions: Record<FunctionName, LambdaFunction>
  table: TableV2
  queues: Record<string, IQueue>
  deadLetters: Record<string, IQueue>
  stationStage: WebSocketStage
  operatorApi: HttpApi
}

/** A name that no other deployment of the account has in its region: of metrics and of the tag `busbar`. */
export const deploymentOf = (scope: Construct): string =>
  Names.uniqueResourceName(scope, { separator: '-', allowedSpecialCharacters: '-', maxLength: 60 })

/** Alarms, who is told of them, a dashboard, a budget; and for all there is one life of logs and one tag. */
export class Operations extends Construct {
  /** Where alarms are told: for subscriptions of one's own. */
  readonly alarmTopic: Topic
  readonly alarms: Alarm[]

  constructor(scope: Construct, id: string, operated: Operated, props: OperationsProps) {
    super(scope, id)
    this.alarmTopic = this.createTopic(props.alarmEmail)
    this.alarms = createAlarms(this, operated)
    for (const alarm of this.alarms) alarm.addAlarmAction(new SnsAction(this.alarmTopic))
    if (props.dashboard ?? true) createDashboard(this, operated, this.alarms)
    if (props.monthlyBudget !== undefined) this.createBudget(props.monthlyBudget, props.alarmEmail)
    for (const each of scope.node.findAll()) {
      if (each instanceof CfnLogGroup) each.retentionInDays = props.logDays ?? 30
    }
    Tags.of(scope).add('busbar', operated.deployment)
  }

  /** Its policy takes the place of the usual one, which would let alarms in. */
  private createTopic(alarmEmail: string | undefined): Topic {
    const topic = new Topic(this, 'Alarms', { enforceSSL: true })
    topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'))
    if (alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(alarmEmail))
    return topic
  }

  /** Of the whole account: costs go by tags only after somebody has switched that on, and until then there would be none. */
  private createBudget(amount: number, address: string | undefined): void {
    if (address === undefined) throw new Error('monthlyBudget needs alarmEmail: else nobody is told')
    const told = (notificationType: string, threshold: number) => ({
      notification: {
        notificationType,
        threshold,
        thresholdType: 'PERCENTAGE',
        comparisonOperator: 'GREATER_THAN',
      },
      subscribers: [{ subscriptionType: 'EMAIL', address }],
    })
    new CfnBudget(this, 'Budget', {
      budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount, unit: 'USD' } },
      notificationsWithSubscribers: [told('ACTUAL', 80), told('FORECASTED', 100)],
    })
  }
}
