import { schema } from '../ocpp/schema.ts'
import { keyValue } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'
import { withoutSecret } from './secret-keys.ts'

const request = schema((t) => t.object({ key: t.optional(t.array(t.string(50))) }))
const response = schema((t) =>
  t.object({
    configurationKey: t.optional(t.arrayOfReadable(keyValue(t))),
    unknownKey: t.optional(t.array(t.string(50))),
  }),
)

/**
 * §5.8: reads configuration keys, all of them when none is named. How many may be named at once is the charge point's
 * GetConfigurationMaxKeys; those it does not know come back in `unknownKey`.
 */
export const GetConfiguration = centralSystemAction({
  action: 'GetConfiguration',
  request,
  response,

  async settle(
    { key: asked = [] },
    { configurationKey = [], unknownKey = [] },
    { chargePointId, settledAt, store },
  ) {
    const read = Object.fromEntries(
      configurationKey.map(({ key, ...setting }) => [key, withoutSecret(key, setting)]),
    )
    // Only a reading of all keys says that a key is gone.
    const known = asked.length > 0 ? (await store.getConfiguration(chargePointId))?.keys : undefined
    await store.recordConfiguration(chargePointId, {
      at: settledAt,
      keys: { ...known, ...read },
      ...(unknownKey.length > 0 ? { unknownKeys: unknownKey } : {}),
    })
  },
})
