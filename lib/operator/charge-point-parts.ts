import { unknownChargePoint } from './charge-points.ts'
import { connectorsSchema, viewConnectors } from './connector-view.ts'
import { endpoint } from './endpoint.ts'
import { chargePointParams } from './fields.ts'
import { meterValuesPage, meterValuesQuery, viewMeterValues } from './meter-values.ts'
import { pageBody } from './paging.ts'

const tag = 'Charge points'

export const listConnectors = endpoint({
  operationId: 'listConnectors',
  method: 'get',
  path: '/charge-points/{chargePointId}/connectors',
  tag,
  summary: 'List the connectors of a charge point',
  description:
    'Those that something is known of: a status, a transaction, a reservation, an answer. Connector 0 is the charge point itself.',
  params: chargePointParams,
  answers: { 200: { description: 'All of them', body: connectorsSchema } },
  problems: ['unknown'],
}).answer(async ({ params: { chargePointId }, system: { store }, now }) => {
  const [live, facts] = await Promise.all([store.getLive(chargePointId), store.getFacts(chargePointId)])
  if (!live) return unknownChargePoint(chargePointId)
  return { status: 200, body: { items: viewConnectors(live, { now, facts }) } }
})

export const listChargePointMeterValues = endpoint({
  operationId: 'listChargePointMeterValues',
  method: 'get',
  path: '/charge-points/{chargePointId}/meter-values',
  tag,
  summary: 'List meter values outside transactions',
  description:
    'Those that belong to no transaction here, oldest first. The others are with their transactions.',
  params: chargePointParams,
  query: meterValuesQuery,
  answers: { 200: { description: 'A page of meter values', body: meterValuesPage } },
  problems: ['unknown', 'invalid'],
}).answer(async ({ params: { chargePointId }, query, system }) => {
  const { store } = system
  const page = await store.listChargePointMeterValues(chargePointId, query)
  const known = page.items.length > 0 || (await store.getChargePoint(chargePointId))
  if (!known) return unknownChargePoint(chargePointId)
  return { status: 200, body: pageBody(page, viewMeterValues) }
})
