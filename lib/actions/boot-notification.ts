import { OcppError } from '../ocpp/error.ts'
import { schema } from '../ocpp/schema.ts'
import { stationAction } from './action.ts'

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
 * attempt; 0 leaves the choice to the charge point.
 */
export const BootNotification = stationAction({
  action: 'BootNotification',
  request,
  response,
  beforeAcceptance: true,

  async answer(boot, { store, chargePointId, receivedAt, settings }) {
    const chargePoint = await store.recordBoot(chargePointId, { ...boot, at: receivedAt })
    if (!chargePoint) throw new OcppError('SecurityError', 'the charge point is not registered')
    return {
      status: chargePoint.registrationStatus,
      currentTime: receivedAt,
      interval: chargePoint.heartbeatInterval ?? settings.heartbeatInterval,
    }
  },
})
