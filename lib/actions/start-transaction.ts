import { schema, type TypeOf } from '../ocpp/schema.ts'
import { idTagInfo, idToken } from '../ocpp/types.ts'
import { stationAction } from './action.ts'

const request = schema((t) =>
  t.object({
    connectorId: t.integer(),
    // Free vend: some charge points that ask for no tag send none.
    idTag: t.required(idToken(t), ''),
    meterStart: t.integer(),
    reservationId: t.optional(t.integer()),
    timestamp: t.instantOrReceipt(),
  }),
)
const response = schema((t) => t.object({ idTagInfo: idTagInfo(t), transactionId: t.integer() }))

export type StartTransactionRequest = TypeOf<typeof request>
export type StartTransactionResponse = TypeOf<typeof response>

/**
 * §4.8: a transaction has started; with `reservationId` it ends that reservation. The answer must carry a transaction
 * id, a unique positive one at best (errata 3.54), and a fresh verdict on the tag, for the charge point's own may be
 * stale. A refused tag gets an id as well, and no doubt about the data may keep the answer back.
 */
export const StartTransaction = stationAction({ action: 'StartTransaction', request, response })
