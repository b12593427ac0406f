import { schema } from '../ocpp/schema.ts'
import { keyValue } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'
import { afterReading } from './configuration.ts'
import { withoutSecret } from './secret-keys.ts'

const request = schema((t) => t.object({ key: t.optional(t.array(t.string(50))) }))
const response = schema((t) =>
  t.object({
    configurationKey: t.optional(t.arrayOfReadable(keyValue(t))),
    unknownKey: t.optional(t.array(t.string(50))),
  }),
)

/** Who asks where nobody did: the reading after a boot is ours. */
export const OURSELVES = 'busbar'

/**
 * §5.8: reads configuration keys, all of them when none is named. How many may be named at once is the charge point's
 * GetConfigurationMaxKeys; those it does not know come back in `unknownKey`.
 */
export const GetConfiguration = centralSystemAction({
  action: 'GetConfiguration',
  request,
  response,

  async begin(_, { chargePointId, origin, now, store }) {
    if (origin !== OURSELVES) return
    await store.noteFact(chargePointId, { fact: 'reading', value: { askedAt: now, at: now } })
  },

  async settle(
    { key: asked = [] },
    { configurationKey = [], unknownKey = [] },
    { chargePointId, askedAt, settledAt, store },
  ) {
    const settings = Object.fromEntries(
      configurationKey.map(({ key, ...setting }) => [key, withoutSecret(key, setting)]),
    )
    const bootedAt = (await store.getChargePoint(chargePointId))?.boot?.at
    const told = { all: asked.length === 0, settings, unknownKeys: unknownKey, askedAt, settledAt, bootedAt }
    await store.changeConfiguration(chargePointId, (known) => afterReading(known, told))
  },
})
