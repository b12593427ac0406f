import { CENTRAL_SYSTEM_ACTIONS } from '../actions/index.ts'
import type { CallRecord, Live } from '../store/port.ts'
import { asOf, isClosed } from './call.ts'
import type { CentralSystem } from './system.ts'
import { endCall } from './tally.ts'

/** Ended calls that one message takes off the queue at the most: the tick that it asks for takes the next ones. */
const DROPS_AT_ONCE = 10

/**
 * The first call of the queue that still waits and may be sent now. Those that may not be sent while the charge point is not
 * accepted are passed over and keep their place.
 */
export async function nextToSend(
  system: CentralSystem,
  live: Live,
): Promise<{ live: Live; position: number; call: CallRecord } | undefined> {
  const { chargePointId } = live
  let current: Live | undefined = live
  let position = 0
  for (let drops = 0; current; ) {
    const messageId: string | undefined = current.queue[position]
    if (messageId === undefined) return undefined
    if (drops === DROPS_AT_ONCE) {
      await system.wake({ chargePointId, messageId }, 1)
      return undefined
    }
    const call = await waitingAt(system, current, position)
    if (call === 'ended') {
      drops += 1
      current = await system.store.dropQueued(current, position)
    } else if (call !== 'none' && isAllowed(call, current)) return { live: current, position, call }
    else position += 1
  }
  return undefined
}

/** Takes every ended call off the queue. */
export async function dropEnded(system: CentralSystem, live: Live): Promise<void> {
  let current: Live | undefined = live
  let position = 0
  for (let looks = live.queue.length; current && looks > 0; looks--) {
    const call = await waitingAt(system, current, position)
    if (call === 'ended') current = await system.store.dropQueued(current, position)
    else position += 1
  }
}

/** The call at a place of the queue, if it still waits. One that expired there has its end written down. */
async function waitingAt(
  system: CentralSystem,
  { chargePointId, queue }: Live,
  position: number,
): Promise<CallRecord | 'ended' | 'none'> {
  const messageId = queue[position]
  if (messageId === undefined) return 'none'
  const call = await system.store.getCall(chargePointId, messageId)
  const due = call && asOf(call, system.clock().toISOString())
  if (due?.status === 'Expired' && call?.status === 'Queued') {
    const { status, closedAt = system.clock().toISOString(), error } = due
    await endCall(system, call, { status, at: closedAt, ...(error ? { error } : {}) })
  }
  return due && !isClosed(due) ? due : 'ended'
}

function isAllowed({ action }: CallRecord, { registrationStatus }: Live): boolean {
  return CENTRAL_SYSTEM_ACTIONS.get(action)?.allowed.includes(registrationStatus) ?? false
}
