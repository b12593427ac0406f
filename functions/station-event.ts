import type {
  APIGatewayEventWebsocketRequestContextV2,
  APIGatewayProxyWebsocketEventV2WithRequestContext,
} from 'aws-lambda'
import type { Store } from '../lib/store/port.ts'

/** What `authorize` found out at the handshake rides on every later event of the connection. */
export type StationEvent = APIGatewayProxyWebsocketEventV2WithRequestContext<
  APIGatewayEventWebsocketRequestContextV2 & {
    authorizer?: Record<string, unknown>
    identity?: { sourceIp?: string }
  }
> & { headers?: Record<string, string>; queryStringParameters?: Record<string, string> }

export interface Caller {
  chargePointId: string
  connectionId: string
  known: boolean
}

/** The store is asked only where the event does not carry what the authorizer found. */
export async function callerOf(
  { requestContext }: StationEvent,
  store: Pick<Store, 'chargePointOf'>,
): Promise<Caller> {
  const { connectionId, authorizer } = requestContext
  const carried = authorizer?.chargePointId
  const chargePointId = typeof carried === 'string' ? carried : await store.chargePointOf(connectionId)
  if (chargePointId === undefined) throw new Error(`nobody opened the connection ${connectionId}`)
  return { chargePointId, connectionId, known: String(authorizer?.known) === 'true' }
}

/** A header's value by its name, whatever case either is written in. */
export function headerOf({ headers }: Pick<StationEvent, 'headers'>, name: string): string | undefined {
  const entry = Object.entries(headers ?? {}).find(([each]) => each.toLowerCase() === name.toLowerCase())
  return entry?.[1]
}
