import { schema } from '../ocpp/schema.ts'
import type { Store } from '../store/port.ts'
import { centralSystemAction } from './action.ts'
import { afterChange, settingOf } from './configuration.ts'
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

  async settle({ key, value }, { status }, { chargePointId, askedAt, settledAt, store, sealed }) {
    if (status !== 'Accepted' && status !== 'RebootRequired') return
    if (sealed) {
      const [, inPlace] = settingOf(await store.getConfiguration(chargePointId), key) ?? []
      // From now on the charge point has this password, and no other (whitepaper A01), unless it was given one since.
      if ((inPlace?.askedAt ?? '') <= askedAt)
        await store.updateChargePoint(chargePointId, { passwordHash: sealed }, settledAt)
    }
    if (key.toLowerCase() === 'securityprofile') await raiseProfile(store, chargePointId, value, settledAt)
    const rebootRequired = status === 'RebootRequired' ? { rebootRequired: true } : {}
    const setting = { value, readonly: false, askedAt, ...rebootRequired }
    await store.changeConfiguration(chargePointId, (known) => afterChange(known, key, setting, settledAt))
  },
})

/**
 * A charge point that took a higher profile is held to it from its next connection on, and never to a lower one because of
 * what it says (whitepaper A05.FR.005, A05.FR.09). One without the password that the profile asks for stays as it is.
 */
async function raiseProfile(store: Store, chargePointId: string, value: string, at: string): Promise<void> {
  const profile = ([1, 2, 3] as const).find((each) => String(each) === value.trim())
  const chargePoint = await store.getChargePoint(chargePointId)
  if (!profile || !chargePoint || profile <= chargePoint.securityProfile) return
  if (profile !== 3 && !chargePoint.passwordHash) return
  const raised = await store.updateChargePoint(
    chargePointId,
    { securityProfile: profile },
    at,
    chargePoint.version,
  )
  if (raised === 'changed') await raiseProfile(store, chargePointId, value, at)
}
