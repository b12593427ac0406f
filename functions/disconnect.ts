import { close } from '../lib/central-system/accept.ts'
import { callerOf, type StationEvent } from './station-event.ts'
import { createSystem } from './system.ts'
import { factsOf, logged } from './telemetry.ts'

const system = createSystem('disconnect')

export const handler = (event: StationEvent) => logged(system.log, factsOf(event), () => disconnect(event))

async function disconnect(event: StationEvent) {
  const { chargePointId, connectionId } = await callerOf(event, system.store)
  await close(system, chargePointId, connectionId)
  return { statusCode: 200 }
}
