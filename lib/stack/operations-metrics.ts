import { Duration } from 'aws-cdk-lib'
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { Operated } from './operations.ts'

export const PERIOD = Duration.minutes(5)

const SUM = { statistic: 'Sum', period: PERIOD }

/** What the functions count themselves: names as in `Counted` of lib/central-system. */
export function counted(
  { deployment }: Pick<Operated, 'deployment'>,
  metricName: string,
  dimensions: Record<string, string> = {},
): Metric {
  return new Metric({
    namespace: 'Busbar',
    metricName,
    dimensionsMap: { service: deployment, ...dimensions },
    ...SUM,
  })
}

/**
 * One figure of many metrics: CloudWatch takes up to ten of them in an alarm, and bills each. They are named, for METRICS()
 * would be all that there are in a graph, those of its other figures too.
 */
export function sumOf(label: string, metrics: IMetric[]): MathExpression {
  const id = label.toLowerCase().replace(/\W/g, '')
  const usingMetrics = Object.fromEntries(metrics.map((each, position) => [`${id}${position}`, each]))
  const expression = `SUM([${Object.keys(usingMetrics).join(', ')}])`
  return new MathExpression({ expression, usingMetrics, label, period: PERIOD })
}

/** `authorize` fails by design, for each handshake it refuses; what really fails in it is among the errors counted. */
export const functionErrors = (operated: Operated): MathExpression =>
  sumOf('Errors', [
    counted(operated, 'InternalErrors'),
    ...Object.entries(operated.functions)
      .filter(([name]) => name !== 'authorize')
      .map(([, each]) => each.metricErrors(SUM)),
  ])

/** Of those that somebody waits for: the others' events stay in their queues and streams, and come again. */
export const functionThrottles = ({ functions }: Operated): MathExpression => {
  const { authorize, connect, disconnect, message, api } = functions
  return sumOf(
    'Throttles',
    [authorize, connect, disconnect, message, api].map((each) => each.metricThrottles(SUM)),
  )
}

export const tableThrottles = ({ table }: Operated): MathExpression =>
  sumOf('Throttled', [table.metric('ReadThrottleEvents', SUM), table.metric('WriteThrottleEvents', SUM)])

/** How old the oldest change is that has not been handled, in milliseconds. */
export const iteratorAge = ({ functions }: Operated, name: 'relist' | 'tell'): Metric =>
  functions[name].metric('IteratorAge', { statistic: 'Maximum', period: PERIOD })

export const stationMetric = ({ stationStage }: Operated, name: string, statistic = 'Sum'): Metric =>
  stationStage.metric(name, { statistic, period: PERIOD })

/**
 * Connections that ended for each message that came. Each lasts two hours at the most, in which a charge point sends a heartbeat
 * every few minutes: some hundredths are usual. A few ends of few connections are no drop.
 */
export const connectionDrops = ({ functions }: Operated): MathExpression =>
  new MathExpression({
    expression: 'IF(ended > 20, ended / (messages + 1), 0)',
    usingMetrics: {
      ended: functions.disconnect.metricInvocations(SUM),
      messages: functions.message.metricInvocations(SUM),
    },
    label: 'Connections ended per message',
    period: PERIOD,
  })
