import { withoutSecrets } from '../actions/secret-keys.ts'
import { type CallError, type CallResult, MESSAGE_ID_MAX } from '../ocpp/frame.ts'
import type { CallEnd, CallRecord, Live } from '../store/port.ts'
import { applyResponse, noteBreach } from './apply.ts'
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
): Promise<Live | undefined> {
  const { store, log } = system
  const { chargePointId } = caller
  const messageId = String(frame.messageId)
  if (messageId === '' || messageId.length > MESSAGE_ID_MAX) {
    log.warn('an answer to no call of ours', { chargePointId })
    return undefined
  }
  const at = caller.receivedAt ?? system.clock().toISOString()
  const call = await store.getCall(chargePointId, messageId)
  if (!call) log.warn('an answer to no call of ours', { chargePointId, messageId })
  const queued = call && (await take(system, call, frame, at).catch((error) => again(system, call, error)))
  const live = (await store.freeSlot(chargePointId, messageId, at)) ?? queued
  if (live) await dispatch(system, live)
  return live
}

/** Soon, by the tick that a call with an answer and the slot is settled by; at the latest when its slot is wanted. */
const AGAIN_SECONDS = 2

/** It keeps the slot meanwhile: what comes after it would hide that it is not settled. */
async function again(
  { wake }: CentralSystem,
  { chargePointId, messageId }: CallRecord,
  error: unknown,
): Promise<never> {
  await wake({ chargePointId, messageId }, AGAIN_SECONDS).catch(() => undefined)
  throw error
}

/** The live record, if the answer put something in the queue. */
async function take(
  system: CentralSystem,
  call: CallRecord,
  frame: CallResult | CallError,
  at: string,
): Promise<Live | undefined> {
  const reply = replyOf(frame, call)
  const { closed, call: found = call } = await endCall(system, call, { ...reply, at })
  const counts = closed || (await keepLate(system, found, reply, at))
  if (!counts) return undefined
  if (frame.kind === 'CallResult') await noteBreach(system, call, frame.payload, at)
  const queued =
    frame.kind === 'CallResult' ? await applyResponse(system, call, frame.payload, at) : undefined
  await advanceAfter(system, found)
  return queued
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
