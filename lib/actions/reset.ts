import { schema } from '../ocpp/schema.ts'
import { acceptedOrRejected } from '../ocpp/types.ts'
import type { CallRecord } from '../store/port.ts'
import { type AnswerContext, centralSystemAction } from './action.ts'
import { asRecord } from './payload.ts'

const request = schema((t) => t.object({ type: t.enum(['Hard', 'Soft']) }))
const response = schema((t) => t.object({ status: acceptedOrRejected(t) }))

/**
 * §5.14: restarts the charge point. Soft stops transactions in good order first; Hard restarts the hardware at once and
 * may lose what was queued. The boot that follows belongs to it.
 */
export const Reset = centralSystemAction({
  action: 'Reset',
  request,
  response,

  async settle({ type }, { status }, { chargePointId, messageId, askedAt, settledAt: at, store }) {
    // A boot that came before the answer was taken for its own.
    if (status !== 'Accepted') return store.forgetBoot(chargePointId, messageId)
    await store.noteFact(chargePointId, { fact: 'reset', value: { type, messageId, askedAt, at } })
  },
})

/**
 * The charge point has booted: the reset that it had accepted is done, or the one in flight, where the boot was faster than
 * the answer. The first boot counts.
 */
export async function tieBoot({ store, chargePointId, live, receivedAt }: AnswerContext): Promise<void> {
  const bootedAt = receivedAt
  const { reset } = await store.getFacts(chargePointId)
  if (reset && reset.bootedAt === undefined) {
    await store.noteConsequence(chargePointId, reset.messageId, { bootedAt })
    await store.noteFact(chargePointId, { fact: 'reset', value: { ...reset, bootedAt } })
  }
  const inFlight = live.inFlight && (await store.getCall(chargePointId, live.inFlight.messageId))
  if (inFlight?.action === 'Reset' && !isRefused(inFlight))
    await store.noteConsequence(chargePointId, inFlight.messageId, { bootedAt })
}

function isRefused({ status, response }: CallRecord): boolean {
  return status === 'Refused' || (status === 'Answered' && asRecord(response).status !== 'Accepted')
}
