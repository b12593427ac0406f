import { CfnOutput, Duration } from 'aws-cdk-lib'
import { HttpApi, HttpMethod, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpUserPoolAuthorizer, WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { HttpLambdaIntegration, WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { bundleFunctions, type FunctionName } from './bundle.ts'
import { CsmsFunction, type CsmsFunctionProps } from './csms-function.ts'
import { createEdgeFunction } from './edge.ts'
import { createIdentity, type Identity } from './identity.ts'
import { createTable } from './table.ts'

export interface CsmsProps {
  /** Seconds between a charge point's heartbeats, 10–540. API Gateway closes a socket that is silent for 600. Default 300. */
  heartbeatInterval?: number
  /** Charge points nobody registered: `refuse` them with 404 (default), or let them in and keep them `pending`. */
  unknownChargePoints?: 'refuse' | 'pending'
}

type Grants = Partial<Record<FunctionName, string[]>>

/** What each function may do with the table, and no more. */
const TABLE_GRANTS: Grants = {
  authorize: ['GetItem'],
  connect: ['UpdateItem', 'PutItem'],
  disconnect: ['GetItem', 'UpdateItem'],
  message: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
  api: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
  timer: ['GetItem', 'UpdateItem'],
}

/** Which functions talk to charge points, and which of them set the timer. */
const PUSHERS: FunctionName[] = ['connect', 'message', 'api', 'timer']
const WAKERS: FunctionName[] = ['message', 'api', 'timer']

/** A whole central system: charge points on a WebSocket API, operators on an HTTP API, one table. */
export class Csms extends Construct {
  readonly table: TableV2
  readonly functions: Record<FunctionName, LambdaFunction>
  readonly stage: WebSocketStage
  readonly operatorApi: HttpApi

  constructor(scope: Construct, id: string, props: CsmsProps = {}) {
    super(scope, id)
    const heartbeatInterval = props.heartbeatInterval ?? 300
    if (!(heartbeatInterval >= 10 && heartbeatInterval <= 540)) {
      throw new Error(`heartbeatInterval is ${heartbeatInterval}; it must be from 10 to 540 seconds`)
    }
    this.table = createTable(this)
    const stationApi = new WebSocketApi(this, 'StationApi', { routeSelectionExpression: '$request.body.[0]' })
    this.stage = new WebSocketStage(this, 'StationStage', {
      webSocketApi: stationApi,
      stageName: 'ocpp',
      autoDeploy: true,
    })
    const deadTicks = new Queue(this, 'DeadTicks', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    })
    const ticks = new Queue(this, 'Ticks', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(120),
      deadLetterQueue: { queue: deadTicks, maxReceiveCount: 3 },
    })
    this.functions = this.createFunctions({
      TABLE: this.table.tableName,
      CALLBACK_URL: this.stage.callbackUrl,
      TICKS_URL: ticks.queueUrl,
      HEARTBEAT_INTERVAL: String(heartbeatInterval),
      UNKNOWN_CHARGE_POINTS: props.unknownChargePoints ?? 'refuse',
    })
    this.grant(ticks)
    this.functions.timer.addEventSource(
      new SqsEventSource(ticks, { batchSize: 10, reportBatchItemFailures: true }),
    )
    this.routeStations(stationApi)
    const identity = createIdentity(this)
    this.operatorApi = this.createOperatorApi(identity)
    createEdgeFunction(this)
    new CfnOutput(this, 'StationUrl', { value: this.stage.url })
    new CfnOutput(this, 'OperatorUrl', { value: `${this.operatorApi.apiEndpoint}/api` })
    new CfnOutput(this, 'MachineClientId', { value: identity.machineClient.userPoolClientId })
  }

  private createFunctions(environment: Record<string, string>): Record<FunctionName, LambdaFunction> {
    const directories = bundleFunctions()
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
    }
  }

  private grant(ticks: Queue): void {
    for (const [name, actions] of Object.entries(TABLE_GRANTS) as [FunctionName, string[]][]) {
      this.table.grant(this.functions[name], ...actions.map((action) => `dynamodb:${action}`))
    }
    for (const name of PUSHERS) this.stage.grantManagementApiAccess(this.functions[name])
    for (const name of WAKERS) ticks.grantSendMessages(this.functions[name])
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

  private createOperatorApi({ userPool, machineClient }: Identity): HttpApi {
    const api = new HttpApi(this, 'OperatorApi')
    const integration = new HttpLambdaIntegration('ApiIntegration', this.functions.api)
    const authorizer = new HttpUserPoolAuthorizer('OperatorAuthorizer', userPool, {
      userPoolClients: [machineClient],
    })
    api.addRoutes({ path: '/api/{proxy+}', methods: [HttpMethod.ANY], integration, authorizer })
    for (const path of ['/api/openapi.json', '/api/docs', '/api/docs/{proxy+}']) {
      api.addRoutes({ path, methods: [HttpMethod.GET], integration })
    }
    return api
  }
}
