import { schema } from '../ocpp/schema.ts'
import { acceptedOrRejected, chargingRateUnit, chargingSchedule } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) =>
  t.object({
    connectorId: t.integer(),
    duration: t.integer(),
    chargingRateUnit: t.optional(chargingRateUnit(t)),
  }),
)
const response = schema((t) =>
  t.object({
    status: acceptedOrRejected(t),
    connectorId: t.optional(t.integer()),
    scheduleStart: t.optional(t.dateTime()),
    chargingSchedule: t.optional(chargingSchedule(t)),
  }),
)

/**
 * §5.7: what all profiles and limits together come to over the next `duration` seconds; for connector 0, what the charge
 * point expects to draw from the grid. The schedule counts from `scheduleStart`; a Rejected may lack both (errata 3.51).
 */
export const GetCompositeSchedule = centralSystemAction({ action: 'GetCompositeSchedule', request, response })
