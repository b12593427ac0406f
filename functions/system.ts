import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SQSClient } from '@aws-sdk/client-sqs'
import { v7 } from 'uuid'
import type { Publish } from '../lib/central-system/events.ts'
import type { CentralSystem, Count, Log, Settings } from '../lib/central-system/system.ts'
import type { OperatorApiOptions } from '../lib/operator/api.ts'
import { createDepot } from '../lib/store/depot.ts'
import { createStore } from '../lib/store/dynamo.ts'
import type { Reach } from './addresses.ts'
import { CALLS, createPush } from './aws.ts'
import { createPublish } from './bus.ts'
import { createCourier } from './courier.ts'
import { createOrigins } from './origins.ts'
import { createSchedule, createWake } from './queues.ts'
import { createSecret } from './secrets.ts'
import { createCount, createLog } from './telemetry.ts'

/** The environment is read here, once, and nowhere else. */
function environment(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`the environment variable ${name} is not set`)
  return value
}

/** The central system as AWS runs it. The master secret is for those functions alone that may read it. */
export function createSystem(
  serviceName: string,
  masterSecret: CentralSystem['masterSecret'] = withoutMasterSecret,
): CentralSystem {
  const sqs = new SQSClient(CALLS)
  const { credentials, region } = sqs.config
  const count = countingInLambda()
  return {
    store: createStore(new DynamoDBClient(CALLS), environment('TABLE')),
    depot: createDepot({ url: environment('FILES_URL'), region, credentials }),
    push: createPush(environment('CALLBACK_URL')),
    wake: createWake(sqs, environment('TICKS_URL')),
    schedule: createSchedule(sqs, environment('TASKS_URL')),
    courier: createCourier(sqs, {
      queueUrl: () => environment('WEBHOOKS_URL'),
      deadUrl: () => environment('DEAD_WEBHOOKS_URL'),
      retryAfter: environment('WEBHOOK_RETRY_AFTER').split(',').map(Number),
      reach: reachOfWebhooks(),
    }),
    masterSecret,
    clock: () => new Date(),
    newMessageId: () => v7(),
    settings: readSettings(),
    log: createLog(serviceName, count, environment('LOG_LEVEL')),
    count,
  }
}

function readSettings(): Settings {
  return {
    heartbeatInterval: Number(environment('HEARTBEAT_INTERVAL')),
    unknownChargePoints: environment('UNKNOWN_CHARGE_POINTS') === 'pending' ? 'pending' : 'refuse',
    readConfigurationAfter: Number(environment('READ_CONFIGURATION_AFTER')),
    messageLogDays: Number(environment('MESSAGE_LOG_DAYS')),
    auditDays: Number(environment('AUDIT_DAYS')),
    silentAfterHours: Number(environment('SILENT_AFTER_HOURS')),
    fileMaxBytes: Number(environment('FILE_MAX_BYTES')),
    eventDays: Number(environment('EVENT_DAYS')),
  }
}

/** Where callers of the operator API come from, and which claim of theirs names roles. */
export function readIdentity(): Pick<OperatorApiOptions, 'roleClaim' | 'signIn'> {
  const { SIGN_IN_URL, WEB_CLIENT_ID, ISSUER_URL } = process.env
  return {
    roleClaim: environment('ROLE_CLAIM'),
    signIn: {
      ...(SIGN_IN_URL ? { url: SIGN_IN_URL } : {}),
      ...(WEB_CLIENT_ID ? { clientId: WEB_CLIENT_ID } : {}),
      ...(ISSUER_URL ? { issuerUrl: ISSUER_URL } : {}),
    },
  }
}

export const createMasterSecret = () => createSecret(environment('MASTER_SECRET_ID'))

/** What tells which distribution a handshake came by; the one for certificates need not be there. */
export function createOriginCheck() {
  const { CERTIFICATE_ORIGIN_SECRET_ID: certificates } = process.env
  return createOrigins({ open: environment('ORIGIN_SECRET_ID'), ...(certificates ? { certificates } : {}) })
}

export const readStationRules = () => ({
  plainWebSockets: environment('PLAIN_WEB_SOCKETS') === 'true',
  certificateOrganization: process.env.CERTIFICATE_ORGANIZATION || undefined,
})

const withoutMasterSecret = () => Promise.reject(new Error('this function has no master secret'))

export function createBus(log: Log): Publish {
  return createPublish(new EventBridgeClient(CALLS), environment('BUS_NAME'), log)
}

/** On a machine of one's own nobody reads the counts out of the log. */
const countingInLambda = (): Count => (isLambda() ? createCount(environment('DEPLOYMENT')) : () => undefined)

const isLambda = (): boolean => process.env.AWS_LAMBDA_RUNTIME_API !== undefined

/** Within Lambda loopback and link-local addresses are Lambda's own; on a machine of one's own all is in reach. */
function reachOfWebhooks(): Reach {
  if (!isLambda()) return 'all'
  return environment('PRIVATE_WEBHOOKS') === 'allow' ? 'private' : 'public'
}
