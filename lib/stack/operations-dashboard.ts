import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import type { Operated } from './operations.ts'
import {
  connectionDrops,
  counted,
  functionErrors,
  functionThrottles,
  iteratorAge,
  PERIOD,
  stationMetric,
  tableThrottles,
} from './operations-metrics.ts'

/** One page, from charge points at the top to what is kept at the bottom. CloudWatch asks nothing for the first three of an account. */
export function createDashboard(scope: Construct, operated: Operated, alarms: Alarm[]): Dashboard {
  return new Dashboard(scope, 'Dashboard', {
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 3 })],
      rowOfStations(operated),
      rowOfOperators(operated),
      rowOfFunctions(operated),
      rowOfData(operated),
    ],
  })
}

const graph = (title: string, left: IMetric[], right: IMetric[] = []): IWidget =>
  new GraphWidget({ title, left, right, width: 8, period: PERIOD })

function rowOfStations(operated: Operated): IWidget[] {
  return [
    graph(
      'Charge points',
      [stationMetric(operated, 'MessageCount')],
      [stationMetric(operated, 'ConnectCount'), connectionDrops(operated)],
    ),
    graph('Handling a frame, milliseconds', [
      stationMetric(operated, 'IntegrationLatency', 'p50'),
      stationMetric(operated, 'IntegrationLatency', 'p99'),
    ]),
    graph(
      'Refused and wrong',
      ['AuthorizerRefusals', 'UnknownChargePoints', 'CallErrors'].map((name) => counted(operated, name)),
    ),
  ]
}

const ENDS = ['Answered', 'Refused', 'TimedOut', 'Undelivered', 'Expired', 'Cancelled']

function rowOfOperators(operated: Operated): IWidget[] {
  const { operatorApi } = operated
  const sum = { statistic: 'Sum', period: PERIOD }
  return [
    graph(
      'Operator API',
      [operatorApi.metricCount(sum)],
      [operatorApi.metricClientError(sum), operatorApi.metricServerError(sum)],
    ),
    graph(
      'Calls, by how they ended',
      ENDS.map((status) => counted(operated, 'CallsClosed', { status }).with({ label: status })),
    ),
    graph('Webhooks', [counted(operated, 'WebhookFailures')]),
  ]
}

function rowOfFunctions(operated: Operated): IWidget[] {
  const { message, api, authorize } = operated.functions
  const slow = [message, api, authorize].map((each) =>
    each.metricDuration({ statistic: 'p99', period: PERIOD }),
  )
  return [
    graph('Errors and throttles', [functionErrors(operated), functionThrottles(operated)]),
    graph('Duration p99, milliseconds', slow),
    graph(
      'Running at once',
      [message, api].map((each) =>
        each.metric('ConcurrentExecutions', { statistic: 'Maximum', period: PERIOD }),
      ),
    ),
  ]
}

function rowOfData(operated: Operated): IWidget[] {
  const { table, queues, deadLetters } = operated
  const depth = (queue: (typeof queues)[string]) =>
    queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: PERIOD })
  return [
    graph(
      'Table, units',
      [
        table.metricConsumedWriteCapacityUnits({ period: PERIOD }),
        table.metricConsumedReadCapacityUnits({ period: PERIOD }),
      ],
      [tableThrottles(operated)],
    ),
    graph('Queues', Object.values(queues).map(depth), Object.values(deadLetters).map(depth)),
    graph('Behind, milliseconds', [iteratorAge(operated, 'relist'), iteratorAge(operated, 'tell')]),
  ]
}
