import * as z from 'zod'
import { withoutSecret } from '../actions/secret-keys.ts'
import type { ConfigurationSnapshot } from '../store/port.ts'
import { connectorsSchema, viewConnectors } from './charge-point-view.ts'
import { unknownChargePoint } from './charge-points.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { chargePointParams, instant, maybe } from './fields.ts'
import { meterValuesPage, viewMeterValues } from './meter-values.ts'
import { pageBody, pageQuery } from './paging.ts'
import { problem } from './problem.ts'

const tag = 'Charge points'

export const listConnectors = endpoint({
  operationId: 'listConnectors',
  method: 'get',
  path: '/charge-points/{chargePointId}/connectors',
  tag,
  summary: 'List the connectors of a charge point',
  description:
    'Those it has reported a status of, or has a transaction on; connector 0 is the charge point itself.',
  params: chargePointParams,
  answers: { 200: { description: 'All of them', body: connectorsSchema } },
  problems: ['unknown'],
}).answer(async ({ params: { chargePointId }, system }) => {
  const live = await system.store.getLive(chargePointId)
  if (!live) return unknownChargePoint(chargePointId)
  return { status: 200, body: { items: viewConnectors(live) } }
})

const configurationSchema = z
  .strictObject({
    readAt: instant('When it was last read from the charge point'),
    keys: z.array(
      z.strictObject({
        key: z.string(),
        value: maybe(z.string()).meta({
          description: 'Absent where the key has none; *** where it is a secret',
        }),
        readonly: z.boolean(),
        rebootRequired: maybe(z.boolean()).meta({ description: 'Set, but without effect until a reboot' }),
      }),
    ),
    unknownKeys: z
      .array(z.string())
      .meta({ description: 'Keys that were asked for and that it does not have' }),
  })
  .meta({ id: 'Configuration' })

export const readConfiguration = endpoint({
  operationId: 'readConfiguration',
  method: 'get',
  path: '/charge-points/{chargePointId}/configuration',
  tag,
  summary: 'Read the configuration of a charge point',
  description:
    'What GetConfiguration last said, kept current by every ChangeConfiguration it accepted. Send GetConfiguration to have it read anew.',
  params: chargePointParams,
  answers: {
    200: { description: 'The configuration as it is known', body: configurationSchema, etag: true },
  },
  problems: ['unknown', 'no-configuration'],
}).answer(async ({ params: { chargePointId }, system }) => {
  const { store } = system
  const configuration = await store.getConfiguration(chargePointId)
  if (configuration) return { status: 200, body: viewConfiguration(configuration) }
  if (!(await store.getChargePoint(chargePointId))) return unknownChargePoint(chargePointId)
  const hint = `POST {"action": "GetConfiguration"} to /api/charge-points/${encodeURIComponent(chargePointId)}/calls to have it read`
  return problem('no-configuration', `the configuration of ${chargePointId} was never read; ${hint}`)
})

function viewConfiguration({
  at,
  keys,
  unknownKeys = [],
}: ConfigurationSnapshot): z.input<typeof configurationSchema> {
  const settings = Object.entries(keys).map(([key, { value, readonly, rebootRequired }]) =>
    withoutSecret(key, defined({ key, value, readonly, rebootRequired })),
  )
  return { readAt: at, keys: settings.sort((a, b) => (a.key < b.key ? -1 : 1)), unknownKeys }
}

export const listChargePointMeterValues = endpoint({
  operationId: 'listChargePointMeterValues',
  method: 'get',
  path: '/charge-points/{chargePointId}/meter-values',
  tag,
  summary: 'List meter values outside transactions',
  description:
    'Those that belong to no transaction here, oldest first. The others are with their transactions.',
  params: chargePointParams,
  query: pageQuery,
  answers: { 200: { description: 'A page of meter values', body: meterValuesPage } },
  problems: ['unknown', 'invalid'],
}).answer(async ({ params: { chargePointId }, query, system }) => {
  const { store } = system
  const page = await store.listChargePointMeterValues(chargePointId, query)
  const known = page.items.length > 0 || (await store.getChargePoint(chargePointId))
  if (!known) return unknownChargePoint(chargePointId)
  return { status: 200, body: pageBody(page, viewMeterValues) }
})
