import { CENTRAL_SYSTEM_ACTIONS } from '../actions/index.ts'
import { writeCall } from '../ocpp/frame.ts'
import type { CallRecord, Live } from '../store/port.ts'
import { settleLapsed } from './apply.ts'
import { GONE, UNSENT } from './call.ts'
import { logFrames } from './message-log.ts'
import { nextToSend } from './queue.ts'
import type { CentralSystem } from './system.ts'
import { endCall } from './tally.ts'
import { secondsAfter } from './time.ts'

/** Errors of the push that say for certain that the frame did not reach the charge point. */
const REFUSED_BY_GATEWAY = new Set([
  'LimitExceededException',
  'PayloadTooLargeException',
  'ForbiddenException',
  'AccessDeniedException',
])

export interface Sending {
  /** The call as it is on record: sent, and holding the slot. */
  call: CallRecord
  /** The payload with its secret, where the record has it concealed. */
  payload?: Record<string, unknown>
  connectionId: string
  live: Live
}

/** The push of a call that holds the slot and is on record as sent. What is not delivered ends here, or waits on. */
export async function send(system: CentralSystem, sending: Sending): Promise<void> {
  const { store, log } = system
  const { call, connectionId } = sending
  const { chargePointId, messageId, timeoutSeconds } = call
  const wake = system
    .wake({ chargePointId, messageId }, Math.min(900, timeoutSeconds + 1))
    .catch((error: unknown) => log.warn('no tick could be set', { chargePointId, messageId, error }))
  const outcome = await pushCall(system, sending)
  await wake
  if (outcome === 'sent' || outcome === 'unsure') return
  if (outcome === 'gone') await store.disconnect(chargePointId, connectionId)
  if (outcome === 'gone' && call.queueWhenOffline) {
    await store.requeueCall(chargePointId, messageId)
    return
  }
  const error = outcome === 'gone' ? GONE : UNSENT
  await endCall(system, call, { status: 'Undelivered', at: now(system), error })
  const live = await store.freeSlot(chargePointId, messageId)
  if (live) await dispatch(system, live)
}

/** `refused`: it certainly did not arrive. `unsure`: it may have, and the deadline decides. */
async function pushCall(
  system: CentralSystem,
  { call, payload, connectionId, live }: Sending,
): Promise<'sent' | 'gone' | 'refused' | 'unsure'> {
  const { push, log } = system
  const { chargePointId, messageId, action } = call
  try {
    const frame = writeCall(messageId, action, payload ?? (await resolved(system, call)))
    const [outcome] = await Promise.all([
      push.send(connectionId, frame),
      logFrames(system, live, [
        { connectionId, direction: 'out', frame: writeCall(messageId, action, call.payload) },
      ]),
    ])
    return outcome
  } catch (error) {
    log.warn('a call could not be pushed', { chargePointId, messageId, action, error })
    const certain =
      error instanceof Error && (error instanceof UnresolvedError || REFUSED_BY_GATEWAY.has(error.name))
    return certain ? 'refused' : 'unsure'
  }
}

class UnresolvedError extends Error {
  override name = 'UnresolvedError'
}

/** The payload as it goes over the wire. */
async function resolved(system: CentralSystem, call: CallRecord): Promise<unknown> {
  const { chargePointId, messageId, action, payload } = call
  const row = CENTRAL_SYSTEM_ACTIONS.get(action)
  if (!row?.resolve) return payload
  return row
    .resolve(payload, { chargePointId, messageId, now: now(system), depot: system.depot })
    .catch((cause: unknown) => {
      throw new UnresolvedError('the payload could not be resolved', { cause })
    })
}

/** Sends the next queued call if the slot is free; calls that have ended while they waited are passed over. */
export async function dispatch(system: CentralSystem, live: Live): Promise<void> {
  const { store } = system
  if (!isReady(live, now(system))) return
  const next = await nextToSend(system, live)
  if (!next || !isReady(next.live, now(system))) return
  const { chargePointId, messageId, timeoutSeconds } = next.call
  const sentAt = system.clock()
  const deadline = secondsAfter(sentAt, timeoutSeconds)
  const taken = await store.takeNext(next.live, next.position, sentAt.toISOString(), deadline)
  if (!taken) return
  const { connectionId } = taken
  await settleLapsed(system, taken.live)
  const sent = await store.markSent(chargePointId, messageId, {
    connectionId,
    sentAt: sentAt.toISOString(),
    deadline,
  })
  if (sent) return send(system, { call: sent, connectionId, live: taken.live })
  const freed = await store.freeSlot(chargePointId, messageId)
  if (freed) await dispatch(system, freed)
}

function isReady({ queue, connection, inFlight }: Live, at: string): boolean {
  if (queue.length === 0 || !connection) return false
  return !inFlight || inFlight.deadline < at || inFlight.connectionId !== connection.connectionId
}

function now(system: CentralSystem): string {
  return system.clock().toISOString()
}
