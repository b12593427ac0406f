import { schema } from '../ocpp/schema.ts'
import { chargingProfile } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) => t.object({ connectorId: t.integer(), csChargingProfiles: chargingProfile(t) }))
const response = schema((t) => t.object({ status: t.enum(['Accepted', 'Rejected', 'NotSupported']) }))

/**
 * §5.16: sets a charging profile, replacing the one of the same id, or of the same purpose and stack level. A TxProfile
 * needs a running transaction and must name it; connector 0 with a TxDefaultProfile means every connector (errata 3.53).
 */
export const SetChargingProfile = centralSystemAction({ action: 'SetChargingProfile', request, response })
