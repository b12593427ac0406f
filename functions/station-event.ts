import type {
  APIGatewayEventWebsocketRequestContextV2,
  APIGatewayProxyWebsocketEventV2WithRequestContext,
} from 'aws-lambda'

/** What `authorize` found out at the handshake rides on every later event of the connection. */
export type StationEvent = APIGatewayProxyWebsocketEventV2WithRequestContext<
  APIGatewayEventWebsocketRequestContextV2 & {
    authorizer?: Record<string, unknown>
    identity?: { sourceIp?: string }
  }
> & { headers?: Record<string, string>; queryStringParameters?: Record<string, string> }

export function callerOf({ requestContext }: StationEvent): {
  chargePointId: string
  connectionId: string
  known: boolean
} {
  const { connectionId, authorizer } = requestContext
  const chargePointId = authorizer?.chargePointId
  if (typeof chargePointId !== 'string') throw new Error('the event carries no charge point')
  return { chargePointId, connectionId, known: String(authorizer?.known) === 'true' }
}

/** A header's value by its name, whatever case either is written in. */
export function headerOf({ headers }: Pick<StationEvent, 'headers'>, name: string): string | undefined {
  const entry = Object.entries(headers ?? {}).find(([each]) => each.toLowerCase() === name.toLowerCase())
  return entry?.[1]
}
