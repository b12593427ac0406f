import { withoutSecrets } from '../actions/secret-keys.ts'
import { type CallError, type CallResult, MESSAGE_ID_MAX } from '../ocpp/frame.ts'
import type { CallEnd, CallRecord, Live } from '../store/port.ts'
import { applyResponse, noteBreach, settleAgain } from './apply.ts'
import { TIMED_OUT } from './call.ts'
import { dispatch } from './dispatch.ts'
import { advanceAfter } from './onboarding.ts'
import type { Caller } from './receive.ts'
import type { CentralSystem } from './system.ts'
import { endCall } from './tally.ts'

/**
 * A charge point's answer to a call of ours closes the record, changes what it changes here, and frees the slot for the next
 * call: in this order, so that a call that has its answer and holds the slot still is one that is to be settled (again). An
 * answer that comes twice, or to nothing of this charge point's, does no harm. One that comes too late changes nothing about
 * how the call ended; what it tells of the charge point is taken all the same.
 */
export async function settle(
  system: CentralSystem,
  caller: Caller,
  frame: CallResult | CallError,
): Promise<{ live?: Live; call?: CallRecord }> {
  const { store, log } = system
  const { chargePointId } = caller
  const messageId = String(frame.messageId)
  if (messageId === '' || messageId.length > MESSAGE_ID_MAX) {
    log.warn('an answer to no call of ours', { chargePointId })
    return {}
  }
  const now = system.clock().toISOString()
  const call = await store.getCall(chargePointId, messageId)
  if (!call) log.warn('an answer to no call of ours', { chargePointId, messageId })
  const { done, queued } = call
    ? await take(system, call, frame, caller.receivedAt ?? now)
    : { done: true, queued: undefined }
  const live = (done ? await store.freeSlot(chargePointId, messageId, now) : undefined) ?? queued
  if (live) await dispatch(system, live)
  return { ...(live ? { live } : {}), ...(call ? { call } : {}) }
}

interface Taken {
  /** The slot may be given back. It is kept for whoever is at it, or is to do it again. */
  done: boolean
  /** The live record, if the answer put something in the queue. */
  queued?: Live | undefined
}

async function take(
  system: CentralSystem,
  call: CallRecord,
  frame: CallResult | CallError,
  at: string,
): Promise<Taken> {
  const reply = replyOf(frame, call)
  const { closed, call: found = call } = await endCall(system, call, { ...reply, at })
  const counts = closed || (await keepLate(system, found, reply, at))
  if (!counts) return { done: found.status !== 'Answered' }
  try {
    if (frame.kind === 'CallResult') await noteBreach(system, call, frame.payload, at)
    const queued =
      frame.kind === 'CallResult' ? await applyResponse(system, call, frame.payload, at) : undefined
    await advanceAfter(system, found)
    return { done: true, queued }
  } catch (error) {
    await settleAgain(system, call, error)
    return { done: false }
  }
}

/** The answer to a call with a secret in it may echo the secret. */
function replyOf(frame: CallResult | CallError, { sealed }: CallRecord): Omit<CallEnd, 'at'> {
  if (frame.kind === 'CallResult') return { status: 'Answered', response: withoutSecrets(frame.payload) }
  const { code, sentCode, description, details } = frame
  if (sealed) return { status: 'Refused', error: { code, description: '' } }
  const more = Object.keys(details).length > 0 ? { details } : {}
  return { status: 'Refused', error: { code, ...(sentCode ? { sentCode } : {}), description, ...more } }
}

/** Whether it is the first answer to a call that went out and has ended without one. */
async function keepLate(
  system: CentralSystem,
  call: CallRecord,
  reply: Omit<CallEnd, 'at'>,
  at: string,
): Promise<boolean> {
  const { chargePointId, messageId, status, sentAt, lateReply } = call
  if (status === 'Answered' || status === 'Refused') return false
  if (status === 'Sent')
    await endCall(system, call, { status: 'TimedOut', at: call.deadline ?? at, error: TIMED_OUT })
  const { response, error } = reply
  await system.store.recordLateReply(chargePointId, messageId, {
    at,
    ...(response === undefined ? {} : { response }),
    ...(error === undefined ? {} : { error }),
  })
  return sentAt !== undefined && !lateReply
}
