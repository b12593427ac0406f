import { CENTRAL_SYSTEM_ACTIONS } from '../actions/index.ts'
import { writeCall } from '../ocpp/frame.ts'
import type { CallRecord, ClosedStatus, Live } from '../store/port.ts'
import { asOf, EXPIRED, GONE, isClosed } from './call.ts'
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
  let current: Live | undefined = live
  while (current && isReady(current, now(system))) {
    const messageId = current.queue[0] as string
    const call: CallRecord | undefined = await store.getCall(current.chargePointId, messageId)
    if (!call || isClosed(asOf(call, now(system)))) {
      if (call)
        await store.closeCall(call.chargePointId, messageId, {
          status: 'Expired',
          at: now(system),
          error: EXPIRED,
        })
      current = await store.dropHead(current)
      continue
    }
    // Not now, but perhaps once the charge point is accepted; it expires if not.
    if (!isAllowed(call, current)) return
    const sentAt = system.clock()
    const deadline = secondsAfter(sentAt, call.timeoutSeconds)
    const taken = await store.takeNext(current, sentAt.toISOString(), deadline)
    if (!taken) return
    const sent = await store.markSent(call.chargePointId, messageId, {
      connectionId: taken.connectionId,
      sentAt: sentAt.toISOString(),
      deadline,
      payload: redacted(call),
    })
    if (sent) {
      await send(system, { ...sent, payload: call.payload }, taken.connectionId)
      return
    }
    current = await store.freeSlot(call.chargePointId, messageId)
  }
}

/** The deadline of a call has passed: it ends, and the next one leaves. Safe to run at any time, any number of times. */
export async function tick(system: CentralSystem, { chargePointId, messageId }: Tick): Promise<void> {
  const { store } = system
  const call = await store.getCall(chargePointId, messageId)
  if (call) {
    const due = asOf(call, now(system))
    if (!isClosed(due)) return
    if (!isClosed(call)) {
      const at = due.closedAt ?? now(system)
      await store.closeCall(chargePointId, messageId, {
        status: due.status as ClosedStatus,
        at,
        ...(due.error ? { error: due.error } : {}),
      })
    }
  }
  const live = await store.getLive(chargePointId)
  const free = live?.inFlight?.messageId === messageId ? await store.freeSlot(chargePointId, messageId) : live
  if (free) await dispatch(system, free)
}

function isReady({ queue, connection, inFlight }: Live, at: string): boolean {
  if (queue.length === 0 || !connection) return false
  return !inFlight || inFlight.deadline < at || inFlight.connectionId !== connection.connectionId
}

/** The payload as it is kept: without secrets. */
export function redacted({
  action,
  payload,
}: Pick<CallRecord, 'action' | 'payload'>): Record<string, unknown> {
  const row = CENTRAL_SYSTEM_ACTIONS.get(action)
  return (row?.redact?.(payload) as Record<string, unknown> | undefined) ?? payload
}

function isAllowed({ action }: CallRecord, { registrationStatus }: Live): boolean {
  return CENTRAL_SYSTEM_ACTIONS.get(action)?.allowed.includes(registrationStatus) ?? false
}

function now(system: CentralSystem): string {
  return system.clock().toISOString()
}
