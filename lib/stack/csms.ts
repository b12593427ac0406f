import { CfnOutput, Duration } from 'aws-cdk-lib'
import {
  CorsHttpMethod,
  HttpApi,
  type HttpApiProps,
  HttpMethod,
  HttpStage,
  WebSocketApi,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration, WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { IQueue, Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { type FunctionName, withBundles } from './bundle.ts'
import { feedChanges } from './changes.ts'
import { CsmsFunction, type CsmsFunctionProps } from './csms-function.ts'
import { createEdgeFunction } from './edge.ts'
import { createEventBus } from './events.ts'
import { createFiles } from './files.ts'
import { createIdentity } from './identity.ts'
import { createQueue } from './queue.ts'
import { createMasterSecret } from './secrets.ts'
import { allowedOrigins, type CsmsProps, requestRate, settingsEnvironment } from './settings.ts'
import { createTable } from './table.ts'

export type { CsmsProps } from './settings.ts'

type Grants = Partial<Record<FunctionName, string[]>>

/** What each function may do with the table, and no more. */
const TABLE_GRANTS: Grants = {
  authorize: ['GetItem'],
  connect: ['UpdateItem', 'PutItem'],
  disconnect: ['GetItem', 'UpdateItem'],
  message: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
  api: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
  timer: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
  task: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
  relist: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
  tell: ['GetItem', 'BatchGetItem', 'PutItem'],
  webhook: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
}

/**
 * What each function may do with files. A URL is worth what its maker may do: those that send calls make some to fetch and
 * to send files. Without the right to list, S3 answers 403 about a file that is not there.
 */
const FILE_GRANTS: Grants = {
  message: ['GetObject', 'PutObject', 'DeleteObject', 'ListBucket'],
  api: ['GetObject', 'PutObject', 'DeleteObject', 'ListBucket'],
  timer: ['GetObject', 'PutObject', 'ListBucket'],
  task: ['GetObject', 'PutObject', 'ListBucket'],
}

/** Which functions talk to charge points, which of them set the timer, and which go on with tasks. */
const PUSHERS: FunctionName[] = ['connect', 'message', 'api', 'timer', 'task']
const WAKERS: FunctionName[] = ['connect', 'message', 'api', 'timer', 'task']
const SCHEDULERS: FunctionName[] = ['api', 'task']

/** Which functions have events delivered to webhooks, and know their secrets. */
const DELIVERERS: FunctionName[] = ['api', 'webhook']

/** How long the steps of a task take at the most, and how many are taken at once: it bounds what hits the charge points. */
const TASK_TIMEOUT = Duration.seconds(60)
const TASKS_AT_ONCE = 2

/** A receiver may take ten seconds; the messages of a batch are handled together. */
const WEBHOOK_TIMEOUT = Duration.seconds(25)

/** Receivers that hang must not take what the account may run at once from the charge points. */
const WEBHOOKS_AT_ONCE = 20

/** All that the operator API takes. ANY would take OPTIONS too, and the authorizer refuse every preflight of a browser. */
const API_METHODS = [HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE]

/** A whole central system: charge points on a WebSocket API, operators on an HTTP API, one table. */
export class Csms extends Construct {
  readonly table: TableV2
  readonly functions: Record<FunctionName, LambdaFunction>
  readonly stage: WebSocketStage
  readonly operatorApi: HttpApi

  constructor(scope: Construct, id: string, props: CsmsProps = {}) {
    super(scope, id)
    const settings = settingsEnvironment(props)
    this.table = createTable(this)
    const stationApi = new WebSocketApi(this, 'StationApi', { routeSelectionExpression: '$request.body.[0]' })
    this.stage = new WebSocketStage(this, 'StationStage', {
      webSocketApi: stationApi,
      stageName: 'ocpp',
      autoDeploy: true,
    })
    const files = createFiles(this)
    const ticks = createQueue(this, 'Ticks', { visibilityTimeout: Duration.seconds(120), attempts: 3 })
    const tasks = createQueue(this, 'Tasks', {
      visibilityTimeout: Duration.seconds(6 * TASK_TIMEOUT.toSeconds()),
      attempts: 5,
    })
    const webhooks = createQueue(this, 'Webhooks', {
      visibilityTimeout: Duration.seconds(6 * WEBHOOK_TIMEOUT.toSeconds()),
      attempts: 5,
    })
    const bus = createEventBus(this, webhooks)
    const environment = {
      TABLE: this.table.tableName,
      CALLBACK_URL: this.stage.callbackUrl,
      TICKS_URL: ticks.queueUrl,
      TASKS_URL: tasks.queueUrl,
      WEBHOOKS_URL: webhooks.queueUrl,
      DEAD_WEBHOOKS_URL: deadLettersOf(webhooks).queueUrl,
      BUS_NAME: bus.eventBusName,
      FILES_URL: `https://${files.bucketRegionalDomainName}`,
      ...settings,
    }
    this.functions = withBundles((directories) => this.createFunctions(directories, environment))
    this.grant(ticks, tasks, files)
    bus.grantPutEventsTo(this.functions.tell)
    for (const name of DELIVERERS) webhooks.grantSendMessages(this.functions[name])
    deadLettersOf(webhooks).grantSendMessages(this.functions.webhook)
    createMasterSecret(
      this,
      DELIVERERS.map((name) => this.functions[name]),
    )
    this.feed(ticks, tasks, webhooks)
    feedChanges(this, this.table, this.functions)
    this.routeStations(stationApi)
    this.operatorApi = this.createOperatorApi(props)
    createEdgeFunction(this)
    new CfnOutput(this, 'StationUrl', { value: this.stage.url })
    new CfnOutput(this, 'OperatorUrl', { value: `${this.operatorApi.apiEndpoint}/api` })
  }

  private createFunctions(
    directories: Record<FunctionName, string>,
    environment: Record<string, string>,
  ): Record<FunctionName, LambdaFunction> {
    const create = (name: FunctionName, props: Partial<CsmsFunctionProps> = {}) =>
      new CsmsFunction(this, `${name[0]?.toUpperCase()}${name.slice(1)}`, {
        directory: directories[name],
        environment,
        ...props,
      })
    return {
      // scrypt wants the processor that comes with memory.
      authorize: create('authorize', { memorySize: 512 }),
      connect: create('connect'),
      disconnect: create('disconnect'),
      message: create('message'),
      api: create('api', { memorySize: 512, timeout: Duration.seconds(29) }),
      timer: create('timer'),
      task: create('task', { memorySize: 512, timeout: TASK_TIMEOUT }),
      relist: create('relist'),
      tell: create('tell'),
      webhook: create('webhook', { timeout: WEBHOOK_TIMEOUT }),
    }
  }

  private grant(ticks: Queue, tasks: Queue, files: Bucket): void {
    for (const [name, actions] of Object.entries(TABLE_GRANTS) as [FunctionName, string[]][]) {
      this.table.grant(this.functions[name], ...actions.map((action) => `dynamodb:${action}`))
    }
    for (const name of PUSHERS) this.stage.grantManagementApiAccess(this.functions[name])
    for (const name of WAKERS) ticks.grantSendMessages(this.functions[name])
    for (const name of SCHEDULERS) tasks.grantSendMessages(this.functions[name])
    for (const [name, actions] of Object.entries(FILE_GRANTS) as [FunctionName, string[]][]) {
      const ofObjects = actions.filter((action) => action !== 'ListBucket').map((action) => `s3:${action}`)
      allow(this.functions[name], ofObjects, files.arnForObjects('*'))
      if (actions.includes('ListBucket')) allow(this.functions[name], ['s3:ListBucket'], files.bucketArn)
    }
  }

  private feed(ticks: Queue, tasks: Queue, webhooks: Queue): void {
    const reportBatchItemFailures = true
    this.functions.timer.addEventSource(new SqsEventSource(ticks, { batchSize: 10, reportBatchItemFailures }))
    this.functions.task.addEventSource(
      new SqsEventSource(tasks, { batchSize: 1, maxConcurrency: TASKS_AT_ONCE, reportBatchItemFailures }),
    )
    this.functions.webhook.addEventSource(
      new SqsEventSource(webhooks, {
        batchSize: 10,
        maxConcurrency: WEBHOOKS_AT_ONCE,
        reportBatchItemFailures,
      }),
    )
  }

  /**
   * A CALL (`[2,…`) takes the two-way route and is answered by the handler's return value; everything else takes the
   * one-way default, where the handler answers nothing, or by push.
   */
  private routeStations(api: WebSocketApi): void {
    const integration = (name: FunctionName) =>
      new WebSocketLambdaIntegration(`${name}Integration`, this.functions[name])
    api.addRoute('$connect', {
      integration: integration('connect'),
      authorizer: new WebSocketLambdaAuthorizer('StationAuthorizer', this.functions.authorize, {
        identitySource: ['route.request.querystring.cp'],
      }),
    })
    api.addRoute('$disconnect', { integration: integration('disconnect') })
    const message = integration('message')
    api.addRoute('2', { integration: message, returnResponse: true })
    api.addRoute('$default', { integration: message })
  }

  private createOperatorApi(props: CsmsProps): HttpApi {
    const api = new HttpApi(this, 'OperatorApi', {
      createDefaultStage: false,
      ...corsOf(allowedOrigins(props)),
    })
    new HttpStage(api, 'DefaultStage', { httpApi: api, autoDeploy: true, throttle: requestRate(props) })
    const integration = new HttpLambdaIntegration('ApiIntegration', this.functions.api)
    const { authorizer, environment } = createIdentity(this, api.apiEndpoint, props)
    for (const [name, value] of Object.entries(environment)) this.functions.api.addEnvironment(name, value)
    api.addRoutes({ path: '/api/{proxy+}', methods: API_METHODS, integration, authorizer })
    for (const path of ['/api/openapi.json', '/api/docs', '/api/docs/{proxy+}']) {
      api.addRoutes({ path, methods: [HttpMethod.GET], integration })
    }
    return api
  }
}

/** Tokens go in a header, so no cookie need be sent. */
function corsOf(allowOrigins: string[]): Pick<HttpApiProps, 'corsPreflight'> {
  if (allowOrigins.length === 0) return {}
  return {
    corsPreflight: {
      allowOrigins,
      allowMethods: [CorsHttpMethod.ANY],
      allowHeaders: [
        'authorization',
        'content-type',
        'accept',
        'if-match',
        'if-none-match',
        'idempotency-key',
        'prefer',
        'last-event-id',
      ],
      exposeHeaders: [
        'etag',
        'link',
        'location',
        'retry-after',
        'content-disposition',
        'preference-applied',
        'idempotency-replayed',
      ],
      maxAge: Duration.hours(1),
    },
  }
}

function deadLettersOf({ deadLetterQueue }: Queue): IQueue {
  if (!deadLetterQueue) throw new Error('the queue has no dead-letter queue')
  return deadLetterQueue.queue
}

function allow(grantee: LambdaFunction, actions: string[], resource: string): void {
  grantee.addToRolePolicy(new PolicyStatement({ actions, resources: [resource] }))
}
