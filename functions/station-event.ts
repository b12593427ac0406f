import type {
  APIGatewayEventWebsocketRequestContextV2,
  APIGatewayProxyWebsocketEventV2WithRequestContext,
} from 'aws-lambda'
import type { Via } from '../lib/central-system/receive.ts'
import type { Store } from '../lib/store/port.ts'

/** What `authorize` found out at the handshake rides on every later event of the connection. */
export type StationEvent = APIGatewayProxyWebsocketEventV2WithRequestContext<
  APIGatewayEventWebsocketRequestContextV2 & {
    authorizer?: Record<string, unknown>
    identity?: { sourceIp?: string }
  }
> & {
  headers?: Record<string, string>
  multiValueHeaders?: Record<string, string[]>
  queryStringParameters?: Record<string, string>
}

export interface Caller {
  chargePointId: string
  connectionId: string
  known: boolean
  allowMissingSubprotocol: boolean
  /** The credentials by which it was let in; an authorizer of an earlier version says nothing of them. */
  credentialsId?: string
  via: Via
}

/** The store is asked only where the event does not carry what the authorizer found. */
export async function callerOf(
  { requestContext }: StationEvent,
  store: Pick<Store, 'chargePointOf'>,
): Promise<Caller> {
  const { connectionId, authorizer, routeKey } = requestContext
  const carried = authorizer?.chargePointId
  const chargePointId = typeof carried === 'string' ? carried : await store.chargePointOf(connectionId)
  if (chargePointId === undefined) throw new Error(`nobody opened the connection ${connectionId}`)
  const identity = carried === chargePointId ? 'carried' : 'looked up'
  const credentialsId = authorizer?.credentialsId
  const said = (name: string) => String(authorizer?.[name]) === 'true'
  return {
    chargePointId,
    connectionId,
    known: said('known'),
    allowMissingSubprotocol: said('allowMissingSubprotocol'),
    ...(typeof credentialsId === 'string' ? { credentialsId } : {}),
    via: { route: routeKey, identity },
  }
}
