import * as z from 'zod'
import { withoutSecret } from '../actions/secret-keys.ts'
import { applyWanted, driftOf, settingsNow } from '../central-system/configuration.ts'
import type { ChargePoint, ConfigurationSnapshot } from '../store/port.ts'
import { callSchema, viewCall } from './call-view.ts'
import { unknownChargePoint } from './charge-points.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { chargePointParams, instant, maybe } from './fields.ts'
import { problem } from './problem.ts'
import { CALL_REFUSALS, problemOfRefusal } from './refusal.ts'

const tag = 'Charge points'

const drift = z.strictObject({
  key: z.string(),
  wanted: z.string(),
  actual: maybe(z.string()).meta({ description: 'Absent where the charge point has no value for it' }),
  reason: z.enum(['different', 'missing', 'unread']).meta({
    description:
      'different: it has another value. missing: it has no such key. unread: its configuration is not known',
  }),
})

const configurationSchema = z
  .strictObject({
    readAt: maybe(instant('When it was last read from the charge point; absent if it never was')),
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
    wanted: maybe(z.record(z.string(), z.string())).meta({
      description: 'The values it is to have, as the operator says',
      examples: [{ HeartbeatInterval: '300' }],
    }),
    drift: z.array(drift).meta({ description: 'Where it differs from what is wanted' }),
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
}).answer(async ({ params: { chargePointId }, system: { store } }) => {
  const [snapshot, chargePoint] = await Promise.all([
    store.getConfiguration(chargePointId),
    store.getChargePoint(chargePointId),
  ])
  if (snapshot || Object.keys(chargePoint?.wantedConfiguration ?? {}).length > 0) {
    return { status: 200, body: viewConfiguration(snapshot, chargePoint) }
  }
  if (!chargePoint) return unknownChargePoint(chargePointId)
  const hint = `POST {"action": "GetConfiguration"} to /api/charge-points/${encodeURIComponent(chargePointId)}/calls to have it read`
  return problem('no-configuration', `the configuration of ${chargePointId} was never read; ${hint}`)
})

/** The store gives keys in any order. */
const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1)

function viewConfiguration(
  snapshot: ConfigurationSnapshot | undefined,
  chargePoint: ChargePoint | undefined,
): z.input<typeof configurationSchema> {
  const known = snapshot && settingsNow(snapshot, chargePoint?.boot?.at)
  const settings = Object.entries(known?.keys ?? {}).map(([key, { value, readonly, rebootRequired }]) =>
    withoutSecret(key, defined({ key, value, readonly, rebootRequired })),
  )
  const wanted = chargePoint?.wantedConfiguration
  return defined({
    readAt: known?.at,
    keys: settings.sort(byKey),
    unknownKeys: known?.unknownKeys ?? [],
    wanted,
    drift: driftOf(wanted ?? {}, known).sort(byKey),
  })
}

const callsSchema = z.strictObject({ items: z.array(callSchema) }).meta({ id: 'Calls' })

export const applyConfiguration = endpoint({
  operationId: 'applyConfiguration',
  method: 'post',
  path: '/charge-points/{chargePointId}/configuration/apply',
  tag,
  summary: 'Give a charge point its wanted configuration',
  description: 'A ChangeConfiguration is sent for each key that differs; one after the other, as all calls.',
  params: chargePointParams,
  role: 'operator',
  answers: { 202: { description: 'The calls, none where nothing differs', body: callsSchema } },
  problems: CALL_REFUSALS,
}).answer(async ({ params: { chargePointId }, system, origin }) => {
  const calls = await applyWanted(system, chargePointId, origin)
  if ('refused' in calls) return problemOfRefusal(calls, CALL_REFUSALS)
  const now = system.clock().toISOString()
  return { status: 202, body: { items: calls.map((call) => viewCall(call, now)) } }
})
