import { schema } from '../ocpp/schema.ts'
import { sameCiString } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'
import { isSecretKey, REDACTED } from './secret-keys.ts'

const request = schema((t) => t.object({ key: t.string(50), value: t.string(500) }))
const response = schema((t) =>
  t.object({ status: t.enum(['Accepted', 'Rejected', 'RebootRequired', 'NotSupported']) }),
)

/**
 * §5.3: sets a configuration key. RebootRequired: set, but without effect until a reboot; NotSupported: no such key;
 * Rejected: not set for any other reason, a value out of range for one.
 */
export const ChangeConfiguration = centralSystemAction({
  action: 'ChangeConfiguration',
  request,
  response,

  async conceal(request, hash) {
    if (!isSecretKey(request.key)) return undefined
    return { request: { ...request, value: REDACTED }, sealed: await hash(request.value) }
  },

  async settle({ key, value }, { status }, { chargePointId, settledAt, store, sealed }) {
    if (status !== 'Accepted' && status !== 'RebootRequired') return
    // From now on the charge point has this password, and no other (whitepaper A01).
    if (sealed) await store.updateChargePoint(chargePointId, { passwordHash: sealed }, settledAt)
    const known = await store.getConfiguration(chargePointId)
    const name = Object.keys(known?.keys ?? {}).find((each) => sameCiString(each, key)) ?? key
    await store.recordConfiguration(chargePointId, {
      ...known,
      at: known?.at ?? settledAt,
      keys: {
        ...known?.keys,
        [name]: { value, readonly: false, ...(status === 'RebootRequired' ? { rebootRequired: true } : {}) },
      },
    })
  },
})
