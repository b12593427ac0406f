import { schema } from '../ocpp/schema.ts'
import { acceptedOrRejected } from '../ocpp/types.ts'
import type { Facts } from '../store/port.ts'
import { type AnswerContext, centralSystemAction } from './action.ts'

const request = schema((t) => t.object({ type: t.enum(['Hard', 'Soft']) }))
const response = schema((t) => t.object({ status: acceptedOrRejected(t) }))

/**
 * §5.14: restarts the charge point. Soft stops transactions in good order first; Hard restarts the hardware at once and
 * may lose what was queued. The boot that follows belongs to it, even one that was faster than the answer.
 */
export const Reset = centralSystemAction({
  action: 'Reset',
  request,
  response,

  async settle({ type }, { status }, { chargePointId, messageId, askedAt, settledAt: at, store }) {
    if (status !== 'Accepted') return
    const reset = { type, messageId, askedAt, at }
    await store.noteFact(chargePointId, { fact: 'reset', value: reset })
    const bootedAt = (await store.getChargePoint(chargePointId))?.boot?.at
    if (bootedAt !== undefined && bootedAt > askedAt) await tieBoot({ store, chargePointId }, reset, bootedAt)
  },
})

/** The charge point has booted: the reset that it had accepted by then is done. The first boot counts. */
export async function tieBoot(
  { store, chargePointId }: Pick<AnswerContext, 'store' | 'chargePointId'>,
  reset: NonNullable<Facts['reset']>,
  bootedAt: string,
): Promise<void> {
  await store.noteConsequence(chargePointId, reset.messageId, { bootedAt })
  await store.noteFact(chargePointId, { fact: 'reset', value: { ...reset, bootedAt } })
}
