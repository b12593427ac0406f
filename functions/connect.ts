import { open } from '../lib/central-system/accept.ts'
import { addressOf, listOf } from './handshake.ts'
import { callerOf, type StationEvent } from './station-event.ts'
import { createSystem } from './system.ts'
import { factsOf, logged } from './telemetry.ts'

const system = createSystem('connect')

export const handler = (event: StationEvent) => logged(system.log, factsOf(event), () => connect(event))

async function connect(event: StationEvent) {
  const address = addressOf(event)
  const acceptance = await open(system, {
    ...(await callerOf(event, system.store)),
    connectedAt: new Date(event.requestContext.connectedAt).toISOString(),
    ...(address ? { address } : {}),
    offered: listOf(event, 'sec-websocket-protocol'),
  })
  if (acceptance.status !== 200) return { statusCode: acceptance.status }
  const { subprotocol } = acceptance
  return {
    statusCode: 200,
    ...(subprotocol === undefined ? {} : { headers: { 'Sec-WebSocket-Protocol': subprotocol } }),
  }
}
