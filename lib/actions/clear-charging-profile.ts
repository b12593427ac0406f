import { schema } from '../ocpp/schema.ts'
import { chargingProfilePurpose } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'
import { clear } from './profiles.ts'

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
 * §5.5: removes the charging profiles that match every field given, the one with the id where an id is given, and all of
 * them when nothing is (errata 3.25, 3.26). Connector 0 is the charge point's own. Unknown: it has none that matches.
 */
export const ClearChargingProfile = centralSystemAction({
  action: 'ClearChargingProfile',
  request,
  response,

  async settle(criteria, _, { store, chargePointId, askedAt }) {
    await store.changeInstalledProfiles(chargePointId, (installed) => clear(installed, criteria, askedAt))
  },
})
