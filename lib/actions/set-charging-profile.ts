import { schema } from '../ocpp/schema.ts'
import { chargingProfile } from '../ocpp/types.ts'
import { centralSystemAction, type Issue } from './action.ts'
import { filledInAt, fillIn } from './charging-profile-templates.ts'
import { asRecord } from './payload.ts'
import { install, issuesOfProfile } from './profiles.ts'

const request = schema((t) => t.object({ connectorId: t.integer(), csChargingProfiles: chargingProfile(t) }))
const response = schema((t) => t.object({ status: t.enum(['Accepted', 'Rejected', 'NotSupported']) }))

/**
 * §5.16: sets a charging profile, replacing the one of the same id, or of the same purpose and stack level. A TxProfile
 * needs a running transaction and must name it; connector 0 with a TxDefaultProfile means every connector (errata 3.53).
 * A profile of which only the id is given is the operator's template.
 */
export const SetChargingProfile = centralSystemAction({
  action: 'SetChargingProfile',
  request,
  response,
  composes: ['csChargingProfiles.transactionId', ...filledInAt('csChargingProfiles')],

  async compose(given, { chargePointId, store }) {
    const filled = await fillIn(store, given, 'csChargingProfiles')
    if ('issues' in filled) return filled
    const { payload } = filled
    const { connectorId } = payload
    const profile = asRecord(payload.csChargingProfiles)
    const issues = [...issuesOfPlace(profile, connectorId), ...issuesOfProfile('csChargingProfiles', profile)]
    if (issues.length > 0) return { issues }
    if (profile.chargingProfilePurpose !== 'TxProfile' || profile.transactionId !== undefined) return filled
    // What is no connector at all is for the schema to refuse.
    if (typeof connectorId !== 'number') return filled
    const live = await store.getLive(chargePointId)
    const transactionId = live?.connectors[connectorId]?.transactionId
    if (transactionId === undefined) return { issues: [noTransaction(connectorId)] }
    return { payload: { ...payload, csChargingProfiles: { ...profile, transactionId } }, composed: true }
  },

  async settle({ connectorId, csChargingProfiles: profile }, { status }, context) {
    if (status !== 'Accepted') return
    const { store, chargePointId, messageId, askedAt, settledAt: at } = context
    await store.changeInstalledProfiles(chargePointId, (installed) =>
      install(installed, { connectorId, profile, askedAt, at, messageId }),
    )
  },
})

const noTransaction = (connectorId: number): Issue => ({
  path: 'csChargingProfiles.transactionId',
  message: `a TxProfile is for a running transaction, and none is running on connector ${connectorId}`,
})

/** §3.13.1: a TxProfile is for one transaction, so for one connector; a ChargePointMaxProfile is for all of the charge point. */
function issuesOfPlace(profile: Record<string, unknown>, connectorId: unknown): Issue[] {
  const { chargingProfilePurpose: purpose } = profile
  if (purpose === 'TxProfile' && connectorId === 0)
    return [{ path: 'connectorId', message: 'a TxProfile is for a connector, not for connector 0' }]
  if (purpose === 'ChargePointMaxProfile' && typeof connectorId === 'number' && connectorId !== 0)
    return [{ path: 'connectorId', message: 'a ChargePointMaxProfile is for connector 0 only' }]
  return []
}
