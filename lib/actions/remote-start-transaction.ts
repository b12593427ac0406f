import { schema } from '../ocpp/schema.ts'
import { acceptedOrRejected, chargingProfile, idToken } from '../ocpp/types.ts'
import { centralSystemAction, WHILE_ACCEPTED } from './action.ts'

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
 * to be a TxProfile without a transaction id (§5.16.2). Accepted is a promise to try: that it started is told by
 * StartTransaction. Not allowed while the charge point is Pending (§4.2).
 */
export const RemoteStartTransaction = centralSystemAction({
  action: 'RemoteStartTransaction',
  request,
  response,
  allowed: WHILE_ACCEPTED,
})
