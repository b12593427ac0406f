import { authorize } from '../lib/central-system/accept.ts'
import { headerOf, type StationEvent } from './station-event.ts'
import { createSystem } from './system.ts'

const system = createSystem('authorize')

/** Throwing `Unauthorized` is how a WebSocket authorizer says 401. */
export async function handler(event: StationEvent & { methodArn: string }) {
  const chargePointId = event.queryStringParameters?.cp
  if (!chargePointId) throw new Error('Unauthorized')
  const forwardedBy = headerOf(event, 'cloudfront-forwarded-proto') ?? headerOf(event, 'x-forwarded-proto')
  const verdict = await authorize(system, {
    chargePointId,
    authorization: headerOf(event, 'authorization'),
    secure: forwardedBy !== 'http' && forwardedBy !== 'ws',
  })
  if (verdict === 'unauthorized') {
    system.log.warn('a charge point was refused', {
      chargePointId,
      address: event.requestContext.identity?.sourceIp,
    })
    throw new Error('Unauthorized')
  }
  return {
    principalId: chargePointId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn }],
    },
    context: { chargePointId, known: String(verdict === 'known') },
  }
}
