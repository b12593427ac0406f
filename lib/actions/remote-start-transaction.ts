import { schema } from '../ocpp/schema.ts'
import { acceptedOrRejected, chargingProfile, idToken } from '../ocpp/types.ts'
import { centralSystemAction, type Issue, WHILE_ACCEPTED } from './action.ts'
import { filledInAt, fillIn } from './charging-profile-templates.ts'
import { asRecord } from './payload.ts'
import { issuesOfProfile } from './profiles.ts'
import { expectStart } from './remote-starts.ts'

const request = schema((t) =>
  t.object({
    connectorId: t.optional(t.integer()),
    idTag: idToken(t),
    chargingProfile: t.optional(chargingProfile(t)),
  }),
)
const response = schema((t) => t.object({ status: acceptedOrRejected(t) }))

/**
 * §5.11: has a transaction started for a tag. Without a connector the charge point chooses one, or refuses. A profile has
 * to be a TxProfile without a transaction id (§5.16.2); of one of the operator's templates the id is enough. Accepted is a
 * promise to try: that it started is told by StartTransaction. Not allowed while the charge point is Pending (§4.2).
 */
export const RemoteStartTransaction = centralSystemAction({
  action: 'RemoteStartTransaction',
  request,
  response,
  allowed: WHILE_ACCEPTED,
  composes: filledInAt('chargingProfile'),

  async compose(given, { store }) {
    const filled = await fillIn(store, given, 'chargingProfile')
    if ('issues' in filled) return filled
    const { payload } = filled
    const issues: Issue[] = []
    if (Number(payload.connectorId) < 1)
      issues.push({
        path: 'connectorId',
        message: 'is the number of a connector, from 1, or left out (§6.33)',
      })
    if (payload.chargingProfile !== undefined) issues.push(...issuesOfTxProfile(payload.chargingProfile))
    return issues.length > 0 ? { issues } : filled
  },

  async settle(request, { status }, context) {
    if (status === 'Accepted') await expectStart(context, request)
  },
})

function issuesOfTxProfile(given: unknown): Issue[] {
  const path = 'chargingProfile'
  const { chargingProfilePurpose: purpose, transactionId } = asRecord(given)
  const issues = issuesOfProfile(path, given)
  if (purpose !== undefined && purpose !== 'TxProfile')
    issues.push({ path: `${path}.chargingProfilePurpose`, message: 'has to be TxProfile (§5.16.2)' })
  if (transactionId !== undefined)
    issues.push({ path: `${path}.transactionId`, message: 'there is no transaction yet (§5.16.2)' })
  return issues
}
