import { receive } from '../lib/central-system/receive.ts'
import { callerOf, type StationEvent } from './station-event.ts'
import { createSystem } from './system.ts'

const system = createSystem('message')

/** The two-way route, which CALLs take, sends what is returned; on the one-way default an answer is pushed. */
export async function handler(event: StationEvent) {
  const caller = await callerOf(event, system.store)
  const answer = await receive(system, caller, event.body ?? '')
  if (answer === undefined) return { statusCode: 200 }
  if (event.requestContext.routeKey !== '$default') return { statusCode: 200, body: answer }
  await system.push.send(caller.connectionId, answer)
  return { statusCode: 200 }
}
