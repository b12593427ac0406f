import type { Invoke } from './functions.ts'
import { callIntegration } from './integration.ts'
import { asText } from './json.ts'
import { type Log, messageOf } from './log.ts'
import { proxyResult } from './proxy-result.ts'
import { authorize } from './web-socket-authorizer.ts'
import type { WebSocketDefinition } from './web-socket-definition.ts'
import {
  authorizerEvent,
  type ConnectionIdentity,
  collect,
  connectEvent,
  gatewayMessage,
  type Handshake,
  type Parameters,
  parseQuery,
  type RequestContext,
} from './web-socket-events.ts'

/** Whether a handshake is let through, and with which subprotocol; if not, the response in its place. */
export type Admission = { status: 101; protocol: string | undefined } | { status: number; body?: string }

/** Authorizer, then $connect. What the authorizer says is kept in the identity, for every later event. */
export async function admit(
  definition: WebSocketDefinition,
  identity: ConnectionIdentity,
  handshake: Handshake,
  newContext: () => RequestContext,
  invoke: Invoke,
  log: Log,
): Promise<Admission> {
  const headers = collect(handshake.headers)
  const context = newContext()
  let query: Parameters
  try {
    query = parseQuery(handshake.queryString)
  } catch {
    return { status: 400, body: gatewayMessage('Bad Request', context) }
  }
  const { authorizer } = definition
  if (authorizer) {
    const event = authorizerEvent(context, headers, query)
    const verdict = await authorize(authorizer, event, headers, query, invoke)
    if (verdict.kind === 'refused') {
      return { status: verdict.status, body: gatewayMessage(verdict.message, context) }
    }
    identity.authorizer = verdict.context
  }
  return connect(definition, connectEvent(newContext(), headers, query), invoke, log)
}

async function connect(
  { routes }: WebSocketDefinition,
  event: ReturnType<typeof connectEvent>,
  invoke: Invoke,
  log: Log,
): Promise<Admission> {
  const route = routes.get('$connect')
  if (!route) return { status: 101, protocol: undefined }
  try {
    const { status, headers } = proxyResult(await callIntegration(route, event, invoke))
    if (status < 200 || status > 299) return { status }
    const protocol = Object.entries(headers).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol')
    return { status: 101, protocol: asText(protocol?.[1]) }
  } catch (error) {
    log(`$connect: ${messageOf(error)}`)
    return { status: 502, body: gatewayMessage('Internal server error', event.requestContext) }
  }
}
