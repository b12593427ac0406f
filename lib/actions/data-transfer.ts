import { schema, type TypeOf } from '../ocpp/schema.ts'
import { centralSystemAction, stationAction } from './action.ts'
import { answerVendor } from './vendors.ts'

const request = schema((t) =>
  t.object({ vendorId: t.string(255), messageId: t.optional(t.string(50)), data: t.optional(t.string()) }),
)
const response = schema((t) =>
  t.object({
    status: t.enum(['Accepted', 'Rejected', 'UnknownMessageId', 'UnknownVendorId']),
    data: t.optional(t.string()),
  }),
)

export type DataTransferRequest = TypeOf<typeof request>
export type DataTransferResponse = TypeOf<typeof response>

/**
 * §4.3: what OCPP has no word for. A vendor unknown to the receiver is answered UnknownVendorId without `data` (the text
 * says UnknownVendor, the schema does not), an unknown message of a known vendor UnknownMessageId.
 */
export const DataTransferFromChargePoint = stationAction({
  action: 'DataTransfer',
  request,
  response,

  answer: async (request, { via }) => answerVendor(request, via),
})

/** §5.6: the same the other way. */
export const DataTransferFromCentralSystem = centralSystemAction({
  action: 'DataTransfer',
  request,
  response,
})
