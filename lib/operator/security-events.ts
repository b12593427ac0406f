import { unknownChargePoint } from './charge-points.ts'
import { endpoint } from './endpoint.ts'
import { securityEventSchema } from './events-schemas.ts'
import { chargePointParams } from './fields.ts'
import { newestFirstQuery, pageBody, pageSchema } from './paging.ts'

export const listSecurityEvents = endpoint({
  operationId: 'listSecurityEvents',
  method: 'get',
  path: '/charge-points/{chargePointId}/security-events',
  tag: 'Charge points',
  summary: 'List the security events of a charge point',
  description: 'Newest first, by the charge point’s own clock. They are kept for 400 days.',
  params: chargePointParams,
  query: newestFirstQuery,
  answers: {
    200: { description: 'A page of them', body: pageSchema('SecurityEventPage', securityEventSchema) },
  },
  problems: ['unknown', 'invalid'],
}).answer(async ({ params: { chargePointId }, query, system: { store } }) => {
  const page = await store.listSecurityEvents(chargePointId, query)
  const known = page.items.length > 0 || (await store.getChargePoint(chargePointId))
  return known ? { status: 200, body: pageBody(page, (each) => each) } : unknownChargePoint(chargePointId)
})
