import { open } from '../lib/central-system/accept.ts'
import { callerOf, headerOf, type StationEvent } from './station-event.ts'
import { createSystem } from './system.ts'

const system = createSystem('connect')

export async function handler(event: StationEvent) {
  const address = event.requestContext.identity?.sourceIp
  const acceptance = await open(system, {
    ...(await callerOf(event, system.store)),
    connectedAt: new Date(event.requestContext.connectedAt).toISOString(),
    ...(address ? { address } : {}),
    offered: headerOf(event, 'sec-websocket-protocol'),
  })
  if (acceptance.status !== 200) return { statusCode: acceptance.status }
  return { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': acceptance.subprotocol } }
}
