import { CENTRAL_SYSTEM_ACTIONS } from '../actions/index.ts'
import { withoutSecrets } from '../actions/secret-keys.ts'
import { type CallError, type CallResult, MESSAGE_ID_MAX } from '../ocpp/frame.ts'
import { readLeniently } from '../ocpp/schema.ts'
import type { CallEnd, CallRecord } from '../store/port.ts'
import { asOf, TIMED_OUT } from './call.ts'
import { dispatch } from './dispatch.ts'
import type { Caller } from './receive.ts'
import type { CentralSystem } from './system.ts'

/**
 * A charge point's answer to a call of ours: it changes what it changes here, closes the record, frees the slot, and lets
 * the next call go. An answer that comes twice, too late, or to nothing of this charge point's does no harm; the late
 * one is kept.
 */
export async function settle(
  system: CentralSystem,
  caller: Caller,
  frame: CallResult | CallError,
): Promise<void> {
  const { store, log } = system
  const { chargePointId } = caller
  const messageId = String(frame.messageId)
  if (messageId === '' || messageId.length > MESSAGE_ID_MAX) {
    log.warn('an answer to no call of ours', { chargePointId })
    return
  }
  const at = system.clock().toISOString()
  const call = await store.getCall(chargePointId, messageId)
  if (!call) log.warn('an answer to no call of ours', { chargePointId, messageId })
  else await end(system, call, frame, at)
  const live = await store.freeSlot(chargePointId, messageId, at)
  if (live) await dispatch(system, live)
}

/** What the answer changes is changed before the call reads as answered: whoever sees the answer sees that, too. */
async function end(
  system: CentralSystem,
  call: CallRecord,
  frame: CallResult | CallError,
  at: string,
): Promise<void> {
  const { store, log } = system
  const { chargePointId, messageId } = call
  const inTime = asOf(call, at).status === 'Sent'
  if (inTime) {
    await applyResponse(system, call, frame, at).catch((error: unknown) =>
      log.error('an answer could not be settled', { chargePointId, messageId, error }),
    )
  }
  const reply = replyOf(frame, call)
  const { closed, call: found = call } = await store.closeCall(chargePointId, messageId, { ...reply, at })
  if (!closed) await keepLate(system, found, reply, at)
}

/** The answer to a call with a secret in it may echo the secret. */
function replyOf(frame: CallResult | CallError, { sealed }: CallRecord): Omit<CallEnd, 'at'> {
  if (frame.kind === 'CallResult') return { status: 'Answered', response: withoutSecrets(frame.payload) }
  const { code, sentCode, description, details } = frame
  if (sealed) return { status: 'Refused', error: { code, description: '' } }
  const more = Object.keys(details).length > 0 ? { details } : {}
  return { status: 'Refused', error: { code, ...(sentCode ? { sentCode } : {}), description, ...more } }
}

async function keepLate(
  { store }: CentralSystem,
  call: CallRecord,
  reply: Omit<CallEnd, 'at'>,
  at: string,
): Promise<void> {
  const { chargePointId, messageId, status } = call
  if (status === 'Answered' || status === 'Refused') return
  if (status === 'Sent') {
    await store.closeCall(chargePointId, messageId, {
      status: 'TimedOut',
      at: call.deadline ?? at,
      error: TIMED_OUT,
    })
  }
  const { response, error } = reply
  await store.recordLateReply(chargePointId, messageId, {
    at,
    ...(response === undefined ? {} : { response }),
    ...(error === undefined ? {} : { error }),
  })
}

async function applyResponse(
  { store, log }: CentralSystem,
  { chargePointId, messageId, action, payload, sealed }: CallRecord,
  frame: CallResult | CallError,
  settledAt: string,
): Promise<void> {
  const row = CENTRAL_SYSTEM_ACTIONS.get(action)
  if (!row || frame.kind === 'CallError') return
  const reading = readLeniently(row.response, frame.payload)
  const [first] = reading.violations
  if (first) {
    log.warn('a response breaks its schema', { chargePointId, messageId, action, violation: first })
    await store.noteViolation(
      chargePointId,
      { action, path: first.path, message: first.message.slice(0, 100) },
      settledAt,
    )
  }
  if (!reading.ok) return
  await row.settle?.(payload, reading.value, {
    chargePointId,
    messageId,
    settledAt,
    store,
    ...(sealed ? { sealed } : {}),
  })
}
