import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Authorize, AwsError } from './aws-error.ts'
import type { ConnectionsApi } from './connections-api.ts'
import type { DynamoDbProxy } from './dynamodb-proxy.ts'
import type { EventBuses } from './event-bus.ts'
import { listen, readBody } from './http.ts'
import { denial, type Iam } from './iam.ts'
import type { Log } from './log.ts'
import type { Secrets } from './secrets.ts'
import type { SqsApi } from './sqs-api.ts'

export interface AwsServices {
  iam: Iam
  dynamoDb: DynamoDbProxy
  sqs: SqsApi
  events: EventBuses
  secrets: Secrets
  connections: ConnectionsApi
}

/** The largest request of the services behind: a batch write of 16 MB. */
const BODY_LIMIT = 17 * 1024 * 1024

const CALLER = /Credential=([^/,\s]+)\//

/**
 * What the SDKs inside the functions talk to instead of AWS, on the loopback. The caller is the access key id of the
 * signature, which each function's environment sets to its own logical id; the signature itself is not checked.
 */
export class AwsEndpoint {
  private readonly server: Server
  private readonly log: Log
  private services: AwsServices | undefined
  private port = 0

  constructor(log: Log) {
    this.log = log
    this.server = createServer(
      { keepAliveTimeout: 60_000 },
      (request, response) => void this.handle(request, response),
    )
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async listen(): Promise<void> {
    this.port = await listen(this.server, 0, '127.0.0.1')
  }

  serve(services: AwsServices): void {
    this.services = services
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve())
      this.server.closeAllConnections()
    })
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.dispatch(request, response)
    } catch (error) {
      if (error instanceof AwsError) return refuse(response, error)
      if (request.destroyed && !request.complete) return
      this.log(`aws: ${error instanceof Error ? error.stack : error}`)
      refuse(response, new AwsError(500, 'InternalServerError', 'The local endpoint failed'))
    }
  }

  private async dispatch(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { services } = this
    if (!services) throw new AwsError(503, 'ServiceUnavailable', 'The local endpoint is starting')
    const authorize = authorizer(services.iam, request)
    const body = await readBody(request, BODY_LIMIT)
    const [service = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.')
    if (service.startsWith('DynamoDB_'))
      return services.dynamoDb.handle(operation, body, request, response, authorize)
    if (service === 'AmazonSQS') return services.sqs.handle(operation, body, response, authorize)
    if (service === 'AWSEvents') return services.events.handle(operation, body, response, authorize)
    if (service === 'secretsmanager') return services.secrets.handle(operation, body, response, authorize)
    if (request.url?.startsWith('/_apis/'))
      return services.connections.handle(request, body, response, authorize)
    throw new AwsError(400, 'UnknownOperationException', `${request.method} ${request.url} is not emulated`)
  }
}

function authorizer(iam: Iam, request: IncomingMessage): Authorize {
  const caller = CALLER.exec(request.headers.authorization ?? '')?.[1]
  if (!caller) throw new AwsError(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
  if (!iam.knows(caller)) {
    const message = 'The security token included in the request is invalid.'
    throw new AwsError(403, 'UnrecognizedClientException', message)
  }
  return (action, resource) => {
    if (iam.isAllowed(caller, action, resource)) return
    const status = /^(dynamodb|secretsmanager):/.test(action) ? 400 : 403
    throw new AwsError(status, 'AccessDeniedException', denial(caller, action, resource))
  }
}

function refuse(response: ServerResponse, { status, type, namespace, message }: AwsError): void {
  if (response.headersSent) return void response.destroy()
  response
    .writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': type })
    .end(JSON.stringify({ __type: `${namespace}#${type}`, message }))
}
