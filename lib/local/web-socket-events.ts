import { randomBytes, randomUUID } from 'node:crypto'
import { requestTime } from './clock.ts'
import type { WebSocketDefinition } from './web-socket-definition.ts'
import { arn } from './world.ts'

/** What arrives at API Gateway: after the edge, with the query as it stands in the URL. */
export interface Handshake {
  queryString: string
  /** In the order and with the case in which they came. */
  headers: [name: string, value: string][]
  sourceIp: string
}

export interface Parameters {
  single: Record<string, string>
  multiple: Record<string, string[]>
}

/** A connection as its events tell of it. */
export interface ConnectionIdentity {
  connectionId: string
  connectedAt: number
  sourceIp: string
  userAgent: string | undefined
  /** What the authorizer gave, on every event of the connection. */
  authorizer: Record<string, unknown> | undefined
}

export type EventType = 'CONNECT' | 'MESSAGE' | 'DISCONNECT'

export const newConnectionId = (): string => `${randomBytes(11).toString('base64url')}=`
const newRequestId = (): string => `${randomBytes(11).toString('base64url')}=`

/** Decoded once, `+` as a space. Throws URIError on a broken escape. */
export function parseQuery(queryString: string): Parameters {
  const pairs = queryString
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): [string, string] => {
      const equals = pair.indexOf('=')
      return equals < 0 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))]
    })
  return collect(pairs)
}

const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '))

/** The last of several values stands in `single`. */
export function collect(pairs: [string, string][]): Parameters {
  const multiple = new Map<string, string[]>()
  for (const [name, value] of pairs) multiple.set(name, [...(multiple.get(name) ?? []), value])
  return { single: Object.fromEntries(pairs), multiple: Object.fromEntries(multiple) }
}

export function requestContext(
  { apiId, stage, domainName }: WebSocketDefinition,
  { connectionId, connectedAt, sourceIp, userAgent, authorizer }: ConnectionIdentity,
  eventType: EventType,
  routeKey: string,
  now: number,
) {
  const requestId = newRequestId()
  return {
    routeKey,
    eventType,
    extendedRequestId: requestId,
    requestTime: requestTime(now),
    messageDirection: 'IN',
    stage,
    connectedAt,
    requestTimeEpoch: now,
    identity: { sourceIp, ...(userAgent === undefined ? {} : { userAgent }) },
    requestId,
    domainName,
    connectionId,
    apiId,
    ...(authorizer === undefined ? {} : { authorizer }),
  }
}

export type RequestContext = ReturnType<typeof requestContext>

export const connectEvent = (context: RequestContext, headers: Parameters, query: Parameters) => ({
  headers: headers.single,
  multiValueHeaders: headers.multiple,
  ...(Object.keys(query.single).length > 0
    ? { queryStringParameters: query.single, multiValueQueryStringParameters: query.multiple }
    : {}),
  requestContext: context,
  isBase64Encoded: false,
})

export const authorizerEvent = (context: RequestContext, headers: Parameters, query: Parameters) => ({
  type: 'REQUEST',
  methodArn: arn('execute-api', `${context.apiId}/${context.stage}/$connect`),
  headers: headers.single,
  multiValueHeaders: headers.multiple,
  queryStringParameters: query.single,
  multiValueQueryStringParameters: query.multiple,
  stageVariables: {},
  requestContext: context,
})

export const messageEvent = (context: RequestContext, body: string) => ({
  requestContext: { ...context, messageId: `${randomBytes(11).toString('base64url')}=` },
  body,
  isBase64Encoded: false,
})

export const disconnectEvent = (context: RequestContext, code: number, reason: string) => ({
  requestContext: { ...context, disconnectStatusCode: code, disconnectReason: reason },
  isBase64Encoded: false,
})

/** The frames and bodies with which API Gateway itself speaks up. */
export const gatewayMessage = (message: string, { connectionId, requestId }: RequestContext): string =>
  JSON.stringify({ message, connectionId, requestId })

/** The header that CloudFront and API Gateway add, each with the address of whoever called it. */
export const traceId = (): string =>
  `Root=1-${randomUUID().replaceAll('-', '').slice(0, 8)}-${randomBytes(12).toString('hex')}`
