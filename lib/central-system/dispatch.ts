import { CENTRAL_SYSTEM_ACTIONS } from '../actions/index.ts'
import { writeCall } from '../ocpp/frame.ts'
import type { CallRecord, Live } from '../store/port.ts'
import { asOf, GONE, isClosed, TIMED_OUT } from './call.ts'
import type { CentralSystem, Tick } from './system.ts'

/** Errors of the push that say for certain that the frame did not reach the charge point. */
const REFUSED_BY_GATEWAY = new Set([
  'LimitExceededException',
  'PayloadTooLargeException',
  'ForbiddenException',
  'AccessDeniedException',
])

export function secondsAfter(instant: Date, seconds: number): string {
  return new Date(instant.getTime() + seconds * 1000).toISOString()
}

/** The push of a call that holds the slot and is on record as sent. What is not delivered ends here, or waits on. */
export async function send(system: CentralSystem, call: CallRecord, connectionId: string): Promise<void> {
  const { store, push, log } = system
  const { chargePointId, messageId, action, payload, timeoutSeconds } = call
  const wake = system
    .wake({ chargePointId, messageId }, Math.min(900, timeoutSeconds + 1))
    .catch((error: unknown) => log.warn('no tick could be set', { chargePointId, messageId, error }))
  const outcome = await push
    .send(connectionId, writeCall(messageId, action, payload))
    .catch((error: unknown) => {
      log.warn('a call could not be pushed', { chargePointId, messageId, action, error })
      // Where the frame may have arrived after all, the deadline decides.
      return error instanceof Error && REFUSED_BY_GATEWAY.has(error.name)
        ? ('refused' as const)
        : ('unsure' as const)
    })
  await wake
  if (outcome === 'sent' || outcome === 'unsure') return
  if (outcome === 'gone') await store.disconnect(chargePointId, connectionId)
  if (outcome === 'gone' && call.queueWhenOffline) {
    await store.requeueCall(chargePointId, messageId)
    return
  }
  await store.closeCall(chargePointId, messageId, { status: 'Undelivered', at: now(system), error: GONE })
  const live = await store.freeSlot(chargePointId, messageId)
  if (live) await dispatch(system, live)
}

/** Sends the next queued call if the slot is free; calls that have ended while they waited are passed over. */
export async function dispatch(system: CentralSystem, live: Live): Promise<void> {
  const { store } = system
  if (!isReady(live, now(system))) return
  const { live: current, head } = await dropEnded(system, live, DROPS_AT_ONCE)
  // Not now, but perhaps once the charge point is accepted; it expires if not.
  if (!current || !head || !isAllowed(head, current) || !isReady(current, now(system))) return
  const { chargePointId, messageId } = head
  const sentAt = system.clock()
  const deadline = secondsAfter(sentAt, head.timeoutSeconds)
  const taken = await store.takeNext(current, sentAt.toISOString(), deadline)
  if (!taken) return
  const { connectionId } = taken
  const sent = await store.markSent(chargePointId, messageId, {
    connectionId,
    sentAt: sentAt.toISOString(),
    deadline,
  })
  if (sent) return send(system, sent, connectionId)
  const freed = await store.freeSlot(chargePointId, messageId)
  if (freed) await dispatch(system, freed)
}

/** Ended calls that one message takes off the queue at the most: the rest can wait for the next one. */
const DROPS_AT_ONCE = 5

/** Takes ended calls off the head of the queue; the first that still waits, if that many drops led to one. */
export async function dropEnded(
  { store, clock }: CentralSystem,
  live: Live,
  atMost: number,
): Promise<{ live: Live | undefined; head?: CallRecord }> {
  let current: Live | undefined = live
  for (let drops = 0; current && drops <= atMost; drops++) {
    const messageId = current.queue[0]
    if (messageId === undefined) return { live: current }
    const call = await store.getCall(current.chargePointId, messageId)
    if (call && !isClosed(asOf(call, clock().toISOString()))) return { live: current, head: call }
    if (drops < atMost) current = await store.dropHead(current)
  }
  return { live: current }
}

/**
 * The deadline of a call has passed: it ends, and the next one leaves. A tick for a call that still waits sends it, if it
 * can go. Safe to run at any time, any number of times.
 */
export async function tick(system: CentralSystem, { chargePointId, messageId }: Tick): Promise<void> {
  const { store } = system
  const call = await store.getCall(chargePointId, messageId)
  const due = call && asOf(call, now(system))
  if (due?.status === 'Sent') return
  if (call?.status === 'Sent' && due?.status === 'TimedOut') {
    await store.closeCall(chargePointId, messageId, {
      status: 'TimedOut',
      at: due.closedAt ?? now(system),
      error: TIMED_OUT,
    })
  }
  const live = await store.getLive(chargePointId)
  const holds = live?.inFlight?.messageId === messageId && due?.status !== 'Queued'
  const free = holds ? await store.freeSlot(chargePointId, messageId) : live
  if (free) await dispatch(system, free)
}

function isReady({ queue, connection, inFlight }: Live, at: string): boolean {
  if (queue.length === 0 || !connection) return false
  return !inFlight || inFlight.deadline < at || inFlight.connectionId !== connection.connectionId
}

function isAllowed({ action }: CallRecord, { registrationStatus }: Live): boolean {
  return CENTRAL_SYSTEM_ACTIONS.get(action)?.allowed.includes(registrationStatus) ?? false
}

function now(system: CentralSystem): string {
  return system.clock().toISOString()
}
