import { schema } from '../ocpp/schema.ts'
import { idToken } from '../ocpp/types.ts'
import { centralSystemAction } from './action.ts'

const request = schema((t) =>
  t.object({
    connectorId: t.integer(),
    expiryDate: t.dateTime(),
    idTag: idToken(t),
    parentIdTag: t.optional(idToken(t)),
    reservationId: t.integer(),
  }),
)
const response = schema((t) =>
  t.object({ status: t.enum(['Accepted', 'Faulted', 'Occupied', 'Rejected', 'Unavailable']) }),
)

/**
 * §5.13: keeps a connector, or with connector 0 any one of them, for a tag and its group until `expiryDate`. A reservation
 * of the same id is replaced. It ends with the transaction that names it, at its expiry, or by a fault.
 */
export const ReserveNow = centralSystemAction({ action: 'ReserveNow', request, response })
