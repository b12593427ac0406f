import { authenticate, type Verdict } from '../lib/central-system/authenticate.ts'
import { addressOf, headerOf, isSecure, subjectOf } from './handshake.ts'
import { ORIGIN_HEADER } from './origins.ts'
import type { StationEvent } from './station-event.ts'
import { createOriginCheck, createSystem, readStationRules } from './system.ts'
import { logged } from './telemetry.ts'

const system = createSystem('authorize')
const originOf = createOriginCheck()
const { plainWebSockets, ...rules } = readStationRules()

/** Throwing `Unauthorized` is how a WebSocket authorizer says 401. */
export async function handler(event: StationEvent & { methodArn: string }) {
  const chargePointId = event.queryStringParameters?.cp
  const address = addressOf(event)
  const facts = { chargePointId, address }
  const verdict = await logged(system.log, facts, () => judge(event, chargePointId, address))
  if (verdict.outcome === 'unauthorized') return refuse({ ...facts, reason: verdict.reason })
  const known = verdict.outcome === 'known'
  return {
    principalId: chargePointId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn }],
    },
    context: {
      chargePointId,
      known: String(known),
      allowMissingSubprotocol: String(known && verdict.allowMissingSubprotocol),
      ...(known ? { credentialsId: verdict.credentialsId } : {}),
    },
  }
}

async function judge(
  event: StationEvent,
  chargePointId: string | undefined,
  address: string | undefined,
): Promise<Verdict | { outcome: 'unauthorized'; reason: 'AroundTheEdge' }> {
  const origin = await originOf(headerOf(event, ORIGIN_HEADER))
  if (!chargePointId || !origin) return { outcome: 'unauthorized', reason: 'AroundTheEdge' }
  return authenticate(
    system,
    {
      chargePointId,
      address,
      authorization: headerOf(event, 'authorization'),
      secure: isSecure(event, plainWebSockets),
      certificate: origin === 'certificates' ? { subject: subjectOf(event) } : undefined,
    },
    rules,
  )
}

function refuse(facts: Record<string, unknown>): never {
  system.log.warn('a charge point was refused', facts)
  system.count('AuthorizerRefusals')
  throw new Error('Unauthorized')
}
