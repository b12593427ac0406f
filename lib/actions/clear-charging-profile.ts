import { schema } from '../ocpp/schema.ts'
import { chargingProfilePurpose } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) =>
  t.object({
    id: t.optional(t.integer()),
    connectorId: t.optional(t.integer()),
    chargingProfilePurpose: t.optional(chargingProfilePurpose(t)),
    stackLevel: t.optional(t.integer()),
  }),
)
const response = schema((t) => t.object({ status: t.enum(['Accepted', 'Unknown']) }))

/**
 * §5.5: removes the charging profiles that match every field given, and all of them when none is (errata 3.25). Connector
 * 0 is the charge point's own. Unknown: nothing matched.
 */
export const ClearChargingProfile = centralSystemAction({ action: 'ClearChargingProfile', request, response })
