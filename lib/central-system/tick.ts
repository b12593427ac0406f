import type { CallRecord } from '../store/port.ts'
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
  { chargePointId, messageId }: Extract<Tick, { messageId: string }>,
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
  const holds = live?.inFlight?.messageId === messageId && due?.status !== 'Queued'
  if (holds && call?.status === 'Answered') await resettle(system, call)
  const free = holds ? await store.freeSlot(chargePointId, messageId) : live
  if (free) await dispatch(system, free)
}

/** It has its answer and holds the slot still: whoever settled it died over it. */
async function resettle(system: CentralSystem, call: CallRecord): Promise<void> {
  const { closedAt = system.clock().toISOString(), response } = call
  await applyResponse(system, call, response, closedAt)
  await advanceAfter(system, call)
}
