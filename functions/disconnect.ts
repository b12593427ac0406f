import { close } from '../lib/central-system/accept.ts'
import { callerOf, type StationEvent } from './station-event.ts'
import { createSystem } from './system.ts'

const system = createSystem('disconnect')

export async function handler(event: StationEvent) {
  const { chargePointId, connectionId } = await callerOf(event, system.store)
  await close(system, chargePointId, connectionId)
  return { statusCode: 200 }
}
