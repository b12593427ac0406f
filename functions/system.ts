import { Logger } from '@aws-lambda-powertools/logger'
import { ApiGatewayManagementApi, GoneException } from '@aws-sdk/client-apigatewaymanagementapi'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { v7 } from 'uuid'
import type { CentralSystem, Log, Push } from '../lib/central-system/system.ts'
import { createStore } from '../lib/store/dynamo.ts'

/** The environment is read here, once, and nowhere else. */
function environment(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`the environment variable ${name} is not set`)
  return value
}

/** No call to AWS outlives the function that makes it: three attempts take at most half of its time. */
const CALLS = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 2000,
    requestTimeout: 3000,
    throwOnRequestTimeout: true,
    // In Lambda one is enough; on one machine a worker takes many events at once.
    httpAgent: { maxSockets: 300 },
  },
}

/** The central system as AWS runs it. */
export function createSystem(serviceName: string): CentralSystem {
  const ticks = new SQSClient(CALLS)
  return {
    store: createStore(new DynamoDBClient(CALLS), environment('TABLE')),
    push: createPush(environment('CALLBACK_URL')),
    wake: async (tick, afterSeconds) => {
      await ticks.send(
        new SendMessageCommand({
          QueueUrl: environment('TICKS_URL'),
          MessageBody: JSON.stringify(tick),
          DelaySeconds: afterSeconds,
        }),
      )
    },
    clock: () => new Date(),
    newMessageId: () => v7(),
    settings: {
      heartbeatInterval: Number(environment('HEARTBEAT_INTERVAL')),
      unknownChargePoints: environment('UNKNOWN_CHARGE_POINTS') === 'pending' ? 'pending' : 'refuse',
    },
    log: createLog(serviceName),
  }
}

function createPush(endpoint: string): Push {
  const connections = new ApiGatewayManagementApi({ ...CALLS, endpoint })
  return {
    send: (connectionId, frame) =>
      unlessGone(() => connections.postToConnection({ ConnectionId: connectionId, Data: frame })),
    close: async (connectionId) => {
      await unlessGone(() => connections.deleteConnection({ ConnectionId: connectionId }))
    },
  }
}

async function unlessGone(send: () => Promise<unknown>): Promise<'sent' | 'gone'> {
  try {
    await send()
    return 'sent'
  } catch (error) {
    if (error instanceof GoneException) return 'gone'
    throw error
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
