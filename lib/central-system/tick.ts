import type { CallRecord, Live } from '../store/port.ts'
import { applyResponse } from './apply.ts'
import { attend } from './attend.ts'
import { asOf, TIMED_OUT } from './call.ts'
import { dispatch } from './dispatch.ts'
import { advanceAfter } from './onboarding.ts'
import type { CentralSystem, Tick } from './system.ts'
import { endCall } from './tally.ts'

/** Looks again at what a tick was set for. Safe to run at any time, any number of times. */
export function tick(system: CentralSystem, due: Tick): Promise<void> {
  return 'messageId' in due ? endOverdue(system, due) : attend(system, due)
}

/**
 * The deadline of a call has passed: it ends, and the next one leaves. A tick for a call that still waits sends it, if it
 * can go.
 */
async function endOverdue(
  system: CentralSystem,
  { chargePointId, messageId, unsettled }: Extract<Tick, { messageId: string }>,
): Promise<void> {
  const { store } = system
  const now = system.clock().toISOString()
  const call = await store.getCall(chargePointId, messageId)
  const due = call && asOf(call, now)
  if (due?.status === 'Sent') return
  if (call?.status === 'Sent' && due?.status === 'TimedOut') {
    const end = { status: 'TimedOut' as const, at: due.closedAt ?? now, error: TIMED_OUT }
    const { call: ended } = await endCall(system, call, end)
    if (ended) await advanceAfter(system, ended)
  }
  const live = await store.getLive(chargePointId)
  const holds = live?.inFlight?.messageId === messageId
  if (call && (holds || unsettled)) await resettle(system, call)
  const free = holds ? await giveBack(system, live, due) : live
  if (free) await dispatch(system, free)
}

/** It has its answer and holds the slot still, or could not be settled: whoever was at it died over it. */
async function resettle(system: CentralSystem, call: CallRecord): Promise<void> {
  const { status, closedAt, response, lateReply } = call
  if (status === 'Answered' && closedAt !== undefined) await applyResponse(system, call, response, closedAt)
  else if (lateReply?.response !== undefined)
    await applyResponse(system, call, lateReply.response, lateReply.at)
  else return
  await advanceAfter(system, call)
}

/**
 * The slot of a call that has ended is free. One that waits and holds the slot is about to be sent, or whoever was at it
 * died: when its time is up it goes back to the head of the queue.
 */
async function giveBack(
  system: CentralSystem,
  { chargePointId, inFlight }: Live,
  due: CallRecord | undefined,
): Promise<Live | undefined> {
  const { store } = system
  if (!inFlight) return undefined
  const { messageId, deadline } = inFlight
  if (due?.status !== 'Queued') return store.freeSlot(chargePointId, messageId)
  if (deadline >= system.clock().toISOString()) return undefined
  await store.requeueCall(chargePointId, messageId)
  return store.getLive(chargePointId)
}
