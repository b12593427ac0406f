import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Authorize, AwsError } from './aws-error.ts'
import { arn } from './world.ts'

export interface ConnectionInfo {
  connectedAt: number
  lastActiveAt: number
  sourceIp: string
  userAgent?: string
}

/** What a WebSocket API lets its back end do with the open connections of its stage. */
export interface Connections {
  readonly apiId: string
  readonly stage: string
  info(connectionId: string): ConnectionInfo | undefined
  /** False if there is no such open connection. */
  post(connectionId: string, data: Buffer): boolean
  close(connectionId: string): boolean
}

const PATH = /^\/_apis\/([^/]+)\/([^/]+)\/(?:%40|@)connections\/([^/?]+)/i

export const MESSAGE_LIMIT = 128 * 1024
export const FRAME_LIMIT = 32 * 1024

/** The API Gateway Management API (`@connections`) of every WebSocket API that runs here. */
export class ConnectionsApi {
  private readonly apis: Connections[]

  constructor(apis: Connections[]) {
    this.apis = apis
  }

  handle(request: IncomingMessage, body: Buffer, response: ServerResponse, authorize: Authorize): void {
    const [, apiId, stage, encodedId = ''] = PATH.exec(request.url ?? '') ?? []
    const api = this.apis.find((each) => each.apiId === apiId && each.stage === stage)
    if (!api) throw new AwsError(403, 'ForbiddenException', 'Forbidden')
    const connectionId = decodeURIComponent(encodedId)
    const resource = `${apiId}/${stage}/${request.method}/@connections/${connectionId}`
    authorize('execute-api:ManageConnections', arn('execute-api', resource))
    if (request.method === 'POST') post(api, connectionId, body, response)
    else if (request.method === 'DELETE') close(api, connectionId, response)
    else describe(api, connectionId, response)
  }
}

const gone = () => new AwsError(410, 'GoneException', 'The connection with the provided ID no longer exists.')

function post(api: Connections, connectionId: string, body: Buffer, response: ServerResponse): void {
  if (body.length > MESSAGE_LIMIT) {
    throw new AwsError(413, 'PayloadTooLargeException', `The message is larger than ${MESSAGE_LIMIT} bytes`)
  }
  if (!api.post(connectionId, body)) throw gone()
  response.writeHead(200, { 'content-length': 0 }).end()
}

function close(api: Connections, connectionId: string, response: ServerResponse): void {
  if (!api.close(connectionId)) throw gone()
  response.writeHead(204).end()
}

function describe(api: Connections, connectionId: string, response: ServerResponse): void {
  const info = api.info(connectionId)
  if (!info) throw gone()
  const { connectedAt, lastActiveAt, sourceIp, userAgent } = info
  const body = {
    connectedAt: new Date(connectedAt).toISOString(),
    lastActiveAt: new Date(lastActiveAt).toISOString(),
    identity: { sourceIp, userAgent },
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
