import { receive } from '../lib/central-system/receive.ts'
import { OcppError } from '../lib/ocpp/error.ts'
import { UNREADABLE_MESSAGE_ID, writeCallError } from '../lib/ocpp/frame.ts'
import { callerOf, type StationEvent } from './station-event.ts'
import { createSystem } from './system.ts'
import { factsOf } from './telemetry.ts'

const system = createSystem('message')

/**
 * The two-way route, which CALLs take, sends what is returned; on the one-way default an answer is pushed. Nothing is ever
 * thrown, and no body is missing on the two-way route: API Gateway would send the station frames that are no OCPP.
 */
export async function handler(event: StationEvent) {
  const twoWay = event.requestContext.routeKey !== '$default'
  const answer = await answerTo(event, twoWay).catch((error: unknown) => {
    system.log.error('a frame could not be handled', { ...factsOf(event), error })
    return undefined
  })
  if (!twoWay) return { statusCode: 200 }
  return {
    statusCode: 200,
    body: answer ?? writeCallError(UNREADABLE_MESSAGE_ID, new OcppError('InternalError')),
  }
}

async function answerTo(event: StationEvent, twoWay: boolean): Promise<string | undefined> {
  const caller = await callerOf(event, system.store)
  const { requestTimeEpoch = Date.now() } = event.requestContext
  const receivedAt = new Date(requestTimeEpoch).toISOString()
  const answer = await receive(system, { ...caller, receivedAt }, event.body ?? '')
  if (answer !== undefined && !twoWay) await system.push.send(caller.connectionId, answer)
  return answer
}
