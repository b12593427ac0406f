import { ciKey } from '../ocpp/types.ts'
import type { Via } from './action.ts'
import type { DataTransferRequest, DataTransferResponse } from './data-transfer.ts'

type Answer = (data: string | undefined, via: Via | undefined) => DataTransferResponse

/**
 * The vendors whose DataTransfers we understand, each with its messages: the one place to add another. Ids are compared
 * without case (§6.15). A message without an id is the empty one.
 */
const VENDORS: ReadonlyMap<string, ReadonlyMap<string, Answer>> = new Map([
  // Ours, for installers and the doctor: what is sent comes back, and by which way it came.
  [
    'org.busbar',
    new Map<string, Answer>([
      ['echo', (data) => ({ status: 'Accepted', ...(data === undefined ? {} : { data }) })],
      ['via', (_, via) => ({ status: 'Accepted', ...(via ? { data: JSON.stringify(via) } : {}) })],
    ]),
  ],
])

export function answerVendor(
  { vendorId, messageId = '', data }: DataTransferRequest,
  via?: Via,
): DataTransferResponse {
  const messages = VENDORS.get(ciKey(vendorId))
  if (!messages) return { status: 'UnknownVendorId' }
  const answer = messages.get(ciKey(messageId))
  return answer ? answer(data, via) : { status: 'UnknownMessageId' }
}
