import { Duration, RemovalPolicies } from 'aws-cdk-lib'
import { type HttpApi, HttpMethod, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2'
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration, WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { EventBus } from 'aws-cdk-lib/aws-events'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { IQueue, Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import { type FunctionName, withBundles } from './bundle.ts'
import { feedChanges } from './changes.ts'
import { type ConsoleConfig, createConsoleBucket, deployConsole } from './console.ts'
import { CsmsFunction, type CsmsFunctionProps } from './csms-function.ts'
import { createEdge, type Edge } from './edge.ts'
import { createEventBus, scheduleLooks } from './events.ts'
import { createFiles } from './files.ts'
import { DELIVERERS, grantAll } from './grants.ts'
import { createSignIn, type Identity, type SignIn } from './identity.ts'
import { deploymentOf, Operations } from './operations.ts'
import { createOperatorApi, passTokenRequestsOn } from './operator-api.ts'
import { createQueue } from './queue.ts'
import { createMasterSecret } from './secrets.ts'
import { type CsmsProps, checkSettings, settingsEnvironment, throttleOf } from './settings.ts'
import { createTable } from './table.ts'

export type { CsmsProps } from './settings.ts'

/** How long the steps of a task take at the most, and how many are taken at once: it bounds what hits the charge points. */
const TASK_TIMEOUT = Duration.seconds(60)
const TASKS_AT_ONCE = 2

/** A receiver may take ten seconds; the messages of a batch are handled together. */
const WEBHOOK_TIMEOUT = Duration.seconds(25)

/** Receivers that hang must not take what the account may run at once from the charge points. */
const WEBHOOKS_AT_ONCE = 20

/** What else outlives the stack: it cannot be made again. */
const KEPT_WITH_THE_STACK = [
  'AWS::DynamoDB::GlobalTable',
  'AWS::S3::Bucket',
  'AWS::Cognito::UserPool',
  'AWS::SecretsManager::Secret',
]

/** All that the operator API takes. ANY would take OPTIONS too, and the authorizer refuse every preflight of a browser. */
const API_METHODS = [HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE]

/** A whole central system: charge points on a WebSocket API, operators on an HTTP API, one table. */
export class Csms extends Construct {
  /** The name of this deployment in metrics, and the value of the tag `busbar` of all that is in it. */
  readonly deployment: string
  /** Everything that is kept, files apart. Its items are an affair of the functions: read events and the API instead. */
  readonly table: TableV2
  /** Where everything that happens is told, with the source `busbar`: for rules of one's own. */
  readonly bus: EventBus
  readonly functions: Record<FunctionName, LambdaFunction>
  /** Of the WebSocket API that charge points reach through the edge. */
  readonly stage: WebSocketStage
  /** Of operators, at `/api`; routes of one's own may be added beside it. */
  readonly operatorApi: HttpApi
  readonly edge: Edge
  /** Alarms, and the topic that they are told to. */
  readonly operations: Operations

  constructor(scope: Construct, id: string, props: CsmsProps = {}) {
    super(scope, id)
    checkSettings(props)
    this.deployment = deploymentOf(this)
    this.table = createTable(this, props.restoredTable)
    const stationApi = new WebSocketApi(this, 'StationApi', { routeSelectionExpression: '$request.body.[0]' })
    this.stage = new WebSocketStage(this, 'StationStage', {
      webSocketApi: stationApi,
      stageName: 'ocpp',
      autoDeploy: true,
      ...(props.stationMessagesPerSecond === undefined
        ? {}
        : { throttle: throttleOf(props.stationMessagesPerSecond) }),
    })
    acknowledge(this.stage, {
      APIG1:
        'A line for each frame would cost as much as its handling. Frames are logged by the charge point, on demand.',
    })
    const files = createFiles(this, props)
    const ticks = createQueue(this, 'Ticks', { visibilityTimeout: Duration.seconds(120), attempts: 3 })
    const tasks = createQueue(this, 'Tasks', {
      visibilityTimeout: Duration.seconds(6 * TASK_TIMEOUT.toSeconds()),
      attempts: 5,
    })
    const webhooks = createQueue(this, 'Webhooks', {
      visibilityTimeout: Duration.seconds(6 * WEBHOOK_TIMEOUT.toSeconds()),
      attempts: 5,
    })
    this.bus = createEventBus(this, webhooks)
    scheduleLooks(this, tasks)
    const environment = {
      DEPLOYMENT: this.deployment,
      TABLE: this.table.tableName,
      CALLBACK_URL: this.stage.callbackUrl,
      TICKS_URL: ticks.queueUrl,
      TASKS_URL: tasks.queueUrl,
      WEBHOOKS_URL: webhooks.queueUrl,
      DEAD_WEBHOOKS_URL: deadLettersOf(webhooks).queueUrl,
      BUS_NAME: this.bus.eventBusName,
      FILES_URL: `https://${files.bucketRegionalDomainName}`,
      ...settingsEnvironment(props),
    }
    this.functions = withBundles((directories) => this.createFunctions(directories, environment, props))
    grantAll({
      functions: this.functions,
      table: this.table,
      stage: this.stage,
      files,
      ticks,
      tasks,
    })
    this.bus.grantPutEventsTo(this.functions.tell)
    for (const name of DELIVERERS) webhooks.grantSendMessages(this.functions[name])
    deadLettersOf(webhooks).grantSendMessages(this.functions.webhook)
    createMasterSecret(
      this,
      DELIVERERS.map((name) => this.functions[name]),
    )
    this.feed(ticks, tasks, webhooks)
    const deadChanges = feedChanges(this, this.table, this.functions)
    this.routeStations(stationApi)
    this.operatorApi = createOperatorApi(this, props)
    const signIn = createSignIn(this, props)
    const console = createConsoleBucket(this)
    this.edge = createEdge(
      this,
      {
        station: { api: stationApi, stage: this.stage },
        operatorApi: this.operatorApi,
        console,
        authorizer: this.functions.authorize,
        ...(signIn.signInUrl === undefined ? {} : { signInUrl: signIn.signInUrl }),
        reachable: [...signIn.reachable, `https://${files.bucketRegionalDomainName}`],
      },
      props,
    )
    const identity = signIn.admit(`https://${this.edge.domain}`)
    this.routeOperators(identity)
    if (signIn.signInUrl !== undefined) passTokenRequestsOn(this.operatorApi, signIn.signInUrl)
    if (props.consoleDirectory !== undefined)
      deployConsole(this, console, props.consoleDirectory, consoleConfig(signIn, identity, this.edge))
    if (props.removalPolicy === 'destroy')
      RemovalPolicies.of(this).destroy({ applyToResourceTypes: KEPT_WITH_THE_STACK })
    const { deployment, functions, table, stage: stationStage, operatorApi } = this
    const queues = { ticks, tasks, webhooks }
    const deadLetters = {
      ...Object.fromEntries(Object.entries(queues).map(([name, queue]) => [name, deadLettersOf(queue)])),
      changes: deadChanges,
    }
    const operated = { deployment, functions, table, stationStage, operatorApi, queues, deadLetters }
    this.operations = new Operations(this, 'Operations', operated, props)
  }

  private createFunctions(
    directories: Record<FunctionName, string>,
    environment: Record<string, string>,
    operations: CsmsProps,
  ): Record<FunctionName, LambdaFunction> {
    const { reservedConcurrency } = operations
    const create = (name: FunctionName, props: Partial<CsmsFunctionProps> = {}) =>
      new CsmsFunction(this, `${name[0]?.toUpperCase()}${name.slice(1)}`, {
        directory: directories[name],
        environment,
        operations,
        ...props,
      })
    return {
      // scrypt wants a whole processor, which comes with so much memory: a third of the time for the same price.
      authorize: create('authorize', { memorySize: 1769 }),
      connect: create('connect'),
      disconnect: create('disconnect'),
      message: create(
        'message',
        reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency },
      ),
      api: create('api', { memorySize: 512, timeout: Duration.seconds(29) }),
      timer: create('timer'),
      task: create('task', { memorySize: 512, timeout: TASK_TIMEOUT }),
      relist: create('relist'),
      tell: create('tell'),
      webhook: create('webhook', { timeout: WEBHOOK_TIMEOUT }),
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
    const message = integration('message')
    const later = [
      api.addRoute('$disconnect', { integration: integration('disconnect') }),
      api.addRoute('2', { integration: message, returnResponse: true }),
      api.addRoute('$default', { integration: message }),
    ]
    const APIG4 =
      'API Gateway asks an authorizer at $connect alone: frames come over a connection it has let in.'
    for (const route of later) acknowledge(route, { APIG4 })
  }

  private routeOperators({ authorizer, environment }: Identity): void {
    const integration = new HttpLambdaIntegration('ApiIntegration', this.functions.api)
    for (const [name, value] of Object.entries(environment)) this.functions.api.addEnvironment(name, value)
    this.operatorApi.addRoutes({ path: '/api/{proxy+}', methods: API_METHODS, integration, authorizer })
    for (const path of ['/api/openapi.json', '/api/docs', '/api/docs/{proxy+}']) {
      const routes = this.operatorApi.addRoutes({ path, methods: [HttpMethod.GET], integration })
      for (const route of routes)
        acknowledge(route, { APIG4: 'The documentation of the API holds nothing secret.' })
    }
  }
}

const consoleConfig = (
  { issuerUrl, signInUrl }: SignIn,
  { clientId }: Identity,
  { domain }: Edge,
): ConsoleConfig => ({
  issuer: issuerUrl,
  clientId,
  ...(signInUrl === undefined ? {} : { signInUrl }),
  stationUrl: `wss://${domain}/ocpp/`,
})

function deadLettersOf({ deadLetterQueue }: Queue): IQueue {
  if (!deadLetterQueue) throw new Error('the queue has no dead-letter queue')
  return deadLetterQueue.queue
}
