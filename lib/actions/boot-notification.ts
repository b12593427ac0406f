import { OcppError } from '../ocpp/error.ts'
import { schema } from '../ocpp/schema.ts'
import type { ChargePoint, Store } from '../store/port.ts'
import { stationAction } from './action.ts'
import { areWanted } from './configuration.ts'
import { tieBoot } from './reset.ts'

const request = schema((t) =>
  t.object({
    chargePointVendor: t.string(20),
    chargePointModel: t.string(20),
    chargePointSerialNumber: t.optional(t.string(25)),
    chargeBoxSerialNumber: t.optional(t.string(25)),
    firmwareVersion: t.optional(t.string(50)),
    iccid: t.optional(t.string(20)),
    imsi: t.optional(t.string(20)),
    meterType: t.optional(t.string(25)),
    meterSerialNumber: t.optional(t.string(25)),
  }),
)
const response = schema((t) =>
  t.object({
    status: t.enum(['Accepted', 'Pending', 'Rejected']),
    currentTime: t.dateTime(),
    interval: t.integer(),
  }),
)

/**
 * §4.2: sent at every start, before anything else. The answer accepts the charge point, keeps it waiting or turns it
 * away, and sets its clock. `interval` is the heartbeat interval when Accepted, otherwise the least wait before the next
 * attempt; 0 leaves the choice to the charge point. A Pending one that has taken its wanted configuration is accepted with
 * the boot it was triggered for. The boot ends a reset that was accepted before.
 */
export const BootNotification = stationAction({
  action: 'BootNotification',
  request,
  response,
  beforeAcceptance: true,

  async answer(boot, context) {
    const { store, chargePointId, receivedAt, settings } = context
    const chargePoint = await store.recordBoot(chargePointId, { ...boot, at: receivedAt })
    if (!chargePoint) throw new OcppError('SecurityError', 'the charge point is not registered')
    await tieBoot(context)
    return {
      status: (await isConfigured(store, chargePoint, receivedAt))
        ? 'Accepted'
        : chargePoint.registrationStatus,
      currentTime: receivedAt,
      interval: chargePoint.heartbeatInterval ?? settings.heartbeatInterval,
    }
  },
})

/** §4.2: a Pending charge point is accepted once it is as the operator wants it. */
async function isConfigured(
  store: Store,
  { chargePointId, registrationStatus, wantedConfiguration = {} }: ChargePoint,
  at: string,
): Promise<boolean> {
  if (registrationStatus !== 'Pending' || Object.keys(wantedConfiguration).length === 0) return false
  const onboarding = await store.getOnboarding(chargePointId)
  if (onboarding?.status !== 'Triggering' || !areWanted(onboarding.steps, wantedConfiguration)) return false
  const accepted = await store.updateChargePoint(chargePointId, { registrationStatus: 'Accepted' }, at)
  if (typeof accepted === 'string') return false
  const { version } = onboarding
  await store.saveOnboarding({ ...onboarding, status: 'Accepted', updatedAt: at, version: version + 1 })
  return true
}
