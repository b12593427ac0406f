import { schema } from '../../ocpp/schema.ts'
import { chargingProfileOf } from '../schedule.ts'
import { handler, reply } from './handler.ts'

const remoteStartTransaction = schema((t) =>
  t.object({
    connectorId: t.optional(t.integer()),
    idTag: t.string(20),
    chargingProfile: t.optional(chargingProfileOf(t)),
  }),
)

/** §5.11; not while Pending (§4.2), and with no other profile than a TxProfile without a transactionId (§5.16.2). */
export const RemoteStartTransaction = handler(
  remoteStartTransaction,
  ({ connectorId, idTag, chargingProfile }, { registration, remoteStarts }) => {
    const isUsable =
      !chargingProfile ||
      (chargingProfile.chargingProfilePurpose === 'TxProfile' && chargingProfile.transactionId === undefined)
    const connector = remoteStarts.choose(connectorId, idTag)
    if (registration.status !== 'Accepted' || !isUsable || !connector) return reply({ status: 'Rejected' })
    return reply({ status: 'Accepted' }, () => void remoteStarts.begin(connector, idTag, chargingProfile))
  },
)

const remoteStopTransaction = schema((t) => t.object({ transactionId: t.integer() }))

/** §5.12; not while Pending (§4.2). */
export const RemoteStopTransaction = handler(
  remoteStopTransaction,
  ({ transactionId }, { registration, transactions }) => {
    const connector = transactions.find(transactionId)
    if (registration.status !== 'Accepted' || !connector) return reply({ status: 'Rejected' })
    return reply({ status: 'Accepted' }, () => transactions.stopIfRunning(connector, 'Remote'))
  },
)
