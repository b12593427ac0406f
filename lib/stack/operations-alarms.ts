import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
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
  sumOf,
  tableThrottles,
} from './operations-metrics.ts'

interface Rule {
  metric: IMetric
  /** It is told of when it is reached, in so many of the periods of five minutes. */
  threshold: number
  periods?: number
  /** What it means, and what to look at. */
  meaning: string
}

const MINUTE_MILLISECONDS = 60_000

/** Few, and each of few metrics: CloudWatch takes 0.10 USD a month for each metric of an alarm, and nothing for ten of an account. */
export function createAlarms(scope: Construct, operated: Operated): Alarm[] {
  return Object.entries(rulesOf(operated)).map(
    ([id, { metric, threshold, periods = 1, meaning }]) =>
      new Alarm(scope, id, {
        metric,
        threshold,
        evaluationPeriods: periods,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
        alarmDescription: meaning,
      }),
  )
}

function rulesOf(operated: Operated): Record<string, Rule> {
  return { ...rulesOfFunctions(operated), ...rulesOfStations(operated), ...rulesOfData(operated) }
}

function rulesOfFunctions(operated: Operated): Record<string, Rule> {
  return {
    FunctionErrors: {
      metric: functionErrors(operated),
      threshold: 5,
      meaning: 'Functions fail, or something in them does. Their logs at level ERROR say what.',
    },
    FunctionThrottles: {
      metric: functionThrottles(operated),
      threshold: 1,
      meaning:
        'Functions that charge points or operators wait for are not started: the concurrency of the account, or the one reserved, is used up.',
    },
    ApiServerErrors: {
      metric: operated.operatorApi.metricServerError({ statistic: 'Sum', period: PERIOD }),
      threshold: 5,
      meaning: 'The operator API answers with 5xx. The log of the function Api says why.',
    },
  }
}

function rulesOfStations(operated: Operated): Record<string, Rule> {
  return {
    AuthorizerRefusals: {
      metric: counted(operated, 'AuthorizerRefusals'),
      threshold: 100,
      meaning:
        'Many handshakes are refused: wrong passwords after a change, or somebody guesses. The log of the function Authorize names charge points and addresses.',
    },
    ConnectionDrops: {
      metric: connectionDrops(operated),
      threshold: 0.25,
      meaning: 'Many connections of charge points have ended at once: a network, the edge, or a firmware.',
    },
    StationApiErrors: {
      metric: sumOf('Errors', [
        stationMetric(operated, 'IntegrationError'),
        stationMetric(operated, 'ExecutionError'),
      ]),
      threshold: 5,
      meaning:
        'API Gateway could not have frames of charge points handled, and has answered them with frames that are no OCPP.',
    },
  }
}

function rulesOfData(operated: Operated): Record<string, Rule> {
  return {
    DeadLetters: {
      metric: sumOf(
        'Dead letters',
        Object.values(operated.deadLetters).map((queue) =>
          queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: PERIOD }),
        ),
      ),
      threshold: 1,
      meaning: 'What failed too often lies in a dead-letter queue.',
    },
    ListsLate: {
      metric: iteratorAge(operated, 'relist'),
      threshold: 5 * MINUTE_MILLISECONDS,
      periods: 3,
      meaning: 'Lists and figures are minutes behind: the function Relist fails on a change, or is too slow.',
    },
    EventsLate: {
      metric: iteratorAge(operated, 'tell'),
      threshold: 5 * MINUTE_MILLISECONDS,
      periods: 3,
      meaning:
        'Events are minutes behind: the function Tell fails on a change. After a day changes are lost.',
    },
    TableThrottles: {
      metric: tableThrottles(operated),
      threshold: 10,
      meaning: 'The table refuses requests: a key is hot, or traffic has more than doubled within minutes.',
    },
  }
}
