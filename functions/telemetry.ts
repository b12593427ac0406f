import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import type { Count, Log } from '../lib/central-system/system.ts'
import type { StationEvent } from './station-event.ts'

/**
 * JSON lines, each with the request's id. Every error is counted too: one alarm watches them all. `level`: `warn` and `error`
 * leave out what is less.
 */
export function createLog(serviceName: string, count: Count, level = 'info'): Log {
  const logger = new Logger({ serviceName })
  return {
    info: (message, facts = {}) => {
      if (level !== 'warn' && level !== 'error') logger.info(message, facts)
    },
    warn: (message, facts = {}) => {
      if (level !== 'error') logger.warn(message, facts)
    },
    error: (message, facts = {}) => {
      logger.error(message, facts)
      count('InternalErrors')
    },
  }
}

/** Counts in embedded metric format, under the name of the deployment, whichever function it is that counts. */
export function createCount(deployment: string): Count {
  const metrics = new Metrics({ namespace: 'Busbar', serviceName: deployment })
  return (what, dimensions) => {
    const single = metrics.singleMetric()
    if (dimensions) single.addDimension('status', dimensions.status)
    single.addMetric(what, MetricUnit.Count, 1)
  }
}

/** What a log line says of an event. */
export const factsOf = ({ requestContext: { connectionId, authorizer } }: StationEvent) => ({
  connectionId,
  chargePointId: authorizer?.chargePointId,
})

/** Logs what fails, with what is known of whom it failed for, and lets it fail. */
export async function logged<T>(
  log: Log,
  facts: Record<string, unknown>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    log.error('an invocation failed', { ...facts, error })
    throw error
  }
}
