import { Logger } from '@aws-lambda-powertools/logger'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import { v7 } from 'uuid'
import type { CentralSystem, Log, Settings } from '../lib/central-system/system.ts'
import { createDepot } from '../lib/store/depot.ts'
import { createStore } from '../lib/store/dynamo.ts'
import { CALLS, createPush } from './aws.ts'
import { createSchedule, createWake } from './queues.ts'

/** The environment is read here, once, and nowhere else. */
function environment(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`the environment variable ${name} is not set`)
  return value
}

/** The central system as AWS runs it. */
export function createSystem(serviceName: string): CentralSystem {
  const sqs = new SQSClient(CALLS)
  const { credentials, region } = sqs.config
  return {
    store: createStore(new DynamoDBClient(CALLS), environment('TABLE')),
    depot: createDepot({ url: environment('FILES_URL'), region, credentials }),
    push: createPush(environment('CALLBACK_URL')),
    wake: createWake(sqs, environment('TICKS_URL')),
    schedule: createSchedule(sqs, environment('TASKS_URL')),
    clock: () => new Date(),
    newMessageId: () => v7(),
    settings: readSettings(),
    log: createLog(serviceName),
  }
}

function readSettings(): Settings {
  return {
    heartbeatInterval: Number(environment('HEARTBEAT_INTERVAL')),
    unknownChargePoints: environment('UNKNOWN_CHARGE_POINTS') === 'pending' ? 'pending' : 'refuse',
    readConfigurationAfter: Number(environment('READ_CONFIGURATION_AFTER')),
    messageLogDays: Number(environment('MESSAGE_LOG_DAYS')),
    silentAfterHours: Number(environment('SILENT_AFTER_HOURS')),
    fileMaxBytes: Number(environment('FILE_MAX_BYTES')),
  }
}

function createLog(serviceName: string): Log {
  const logger = new Logger({ serviceName })
  return {
    info: (message, facts = {}) => logger.info(message, facts),
    warn: (message, facts = {}) => logger.warn(message, facts),
    error: (message, facts = {}) => logger.error(message, facts),
  }
}
