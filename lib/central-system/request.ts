import type { CentralSystemAction } from '../actions/action.ts'
import { CENTRAL_SYSTEM_ACTIONS } from '../actions/index.ts'
import type { CallRecord, Slot } from '../store/port.ts'
import { settleLapsed } from './apply.ts'
import { asOf, isClosed, UNSENT } from './call.ts'
import { dispatch, send } from './dispatch.ts'
import { begin, type CallRequest, type Draft, drafted, enqueue } from './draft.ts'
import { dropEnded } from './queue.ts'
import type { CentralSystem, Refusal } from './system.ts'
import { endCall } from './tally.ts'
import { secondsAfter } from './time.ts'

export type { CallRequest } from './draft.ts'

/**
 * A central-system request, up to the push: validate → take the charge point's one slot → record → push. The reply, or
 * the deadline, closes it. Where the slot is taken the call waits; the record tells at any time how it stands.
 */
export async function request(
  system: CentralSystem,
  chargePointId: string,
  wish: CallRequest,
): Promise<CallRecord | Refusal> {
  const draft = await drafted(system, chargePointId, wish)
  if ('refused' in draft) return draft
  const { row, record, secret } = draft
  const slot = await slotFor(system, draft)
  if (slot.taken) {
    const { connectionId, live } = slot
    const sent: CallRecord = {
      ...record,
      status: 'Sent',
      sentAt: record.createdAt,
      connectionId,
      // Where it was taken before, by the same call asked for before, the time runs since then.
      deadline: live.inFlight?.deadline ?? record.expiresAt,
    }
    await settleLapsed(system, live)
    const mine = await recordSent(system, row, sent, slot.anew, wish.messageId !== undefined)
    if (mine !== sent) return mine
    await send(system, { call: sent, connectionId, live, ...(secret ? { payload: secret } : {}) })
    return sent
  }
  const refusal = refusalOf(slot.reason, { row, chargePointId, whenOffline: wish.whenOffline ?? 'refuse' })
  if (refusal) return refusal
  if (secret) return SECRET_CANNOT_WAIT
  const queued = await enqueue(system, row, record)
  if ('refused' in queued) return queued
  if (queued.live) await dispatch(system, queued.live)
  return queued.call
}

const SECRET_CANNOT_WAIT: Refusal = {
  refused: 'secret',
  detail: 'a call with a secret in it is sent at once or not at all; the charge point is not free now',
}

/** A secret does not wait: for it, calls that have ended are taken out of the way first. */
async function slotFor(system: CentralSystem, { row, record, secret }: Draft): Promise<Slot> {
  const { store } = system
  const { chargePointId, messageId, createdAt, timeoutSeconds } = record
  const deadline = secondsAfter(new Date(createdAt), timeoutSeconds)
  const take = () =>
    store.takeSlot({ chargePointId, messageId, deadline, now: createdAt, allowed: row.allowed })
  const slot = await take()
  if (slot.taken || slot.reason !== 'busy' || !secret) return slot
  const live = await store.getLive(chargePointId)
  if (live) await dropEnded(system, live)
  return take()
}

function refusalOf(
  reason: 'unknown' | 'offline' | 'busy' | 'not-accepted',
  {
    row,
    chargePointId,
    whenOffline,
  }: { row: CentralSystemAction; chargePointId: string; whenOffline: 'refuse' | 'queue' },
): Refusal | undefined {
  switch (reason) {
    case 'unknown':
      return { refused: 'unknown', detail: `no charge point ${chargePointId} is registered` }
    case 'not-accepted':
      return {
        refused: 'not-accepted',
        detail: `${row.action} may be sent only while the charge point is ${row.allowed.join(' or ')}`,
      }
    case 'offline':
      return whenOffline === 'refuse'
        ? { refused: 'offline', detail: `charge point ${chargePointId} is not connected` }
        : undefined
    case 'busy':
      return undefined
  }
}

/**
 * Puts a call that holds the slot on record as sent; gives back the very record if it is now to be pushed. Without a
 * record nobody would ever free the slot before its deadline.
 */
async function recordSent(
  system: CentralSystem,
  row: CentralSystemAction,
  call: CallRecord,
  anew: boolean,
  repeatable: boolean,
): Promise<CallRecord> {
  const { store } = system
  const { chargePointId, messageId } = call
  try {
    if ((await store.recordCall(call)) === 'exists') return await resumed(system, row, call, anew)
    await begin(system, row, call)
    return call
  } catch (error) {
    // It may be on its way since it was asked for the first time; whoever asks again finds out.
    if (repeatable) throw error
    const end = { status: 'Undelivered' as const, at: system.clock().toISOString(), error: UNSENT }
    await endCall(system, call, end).catch(() => undefined)
    await store.freeSlot(chargePointId, messageId).catch(() => undefined)
    throw error
  }
}

/**
 * A call that was asked for before and holds the slot. Where it held it already, somebody is at it. Where it was given the
 * slot only now, it is not on its way: one that has ended gives it back, and one that was to wait and never got into the
 * queue waits there.
 */
async function resumed(
  system: CentralSystem,
  row: CentralSystemAction,
  { chargePointId, messageId, connectionId }: CallRecord,
  anew: boolean,
): Promise<CallRecord> {
  const { store } = system
  const known = await recordedCall(system, chargePointId, messageId)
  if (!known) throw new Error(`the call ${messageId} is and is not on record`)
  if (!anew || (known.status === 'Sent' && known.connectionId === connectionId)) return known
  if (known.status === 'Queued') {
    await begin(system, row, known)
    await store.enqueueCall(chargePointId, messageId)
  }
  const live = await store.freeSlot(chargePointId, messageId)
  if (live) await dispatch(system, live)
  return known
}

/** The call as it is on record, as of now. */
export async function recordedCall(
  system: CentralSystem,
  chargePointId: string,
  messageId: string,
): Promise<CallRecord | undefined> {
  const call = await system.store.getCall(chargePointId, messageId)
  return call && asOf(call, system.clock().toISOString())
}

/** Between the record of an answer and what it changes there are milliseconds; after so long there is nothing to wait for. */
const SETTLING_MILLISECONDS = 30_000

/** The call as it stands now. Whoever is told of the answer sees what it has changed, too: until then it is on its way. */
export async function readCall(
  system: CentralSystem,
  chargePointId: string,
  messageId: string,
): Promise<CallRecord | undefined> {
  const call = await recordedCall(system, chargePointId, messageId)
  if (call?.status !== 'Answered' || !CENTRAL_SYSTEM_ACTIONS.get(call.action)?.settle) return call
  const { closedAt = call.createdAt, response: _, ...rest } = call
  if (system.clock().getTime() - Date.parse(closedAt) > SETTLING_MILLISECONDS) return call
  const live = await system.store.getLive(chargePointId)
  if (live?.inFlight?.messageId !== messageId) return call
  return { ...rest, status: 'Sent' }
}

const POLL_MILLISECONDS = [50, 50, 100, 100, 200, 200, 300, 500]

/** Reads until it is as wished, or until then (milliseconds since 1970); what was read last. */
export async function poll<T>(
  read: () => Promise<T>,
  isDone: (value: T) => boolean,
  until: number,
): Promise<T> {
  for (let turn = 0; ; turn++) {
    const value = await read()
    const pause = POLL_MILLISECONDS[Math.min(turn, POLL_MILLISECONDS.length - 1)] as number
    if (isDone(value) || Date.now() + pause > until) return value
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

/** Waits for the call's end, until then at the most; the call as it stands then. */
export function waitForEnd(system: CentralSystem, call: CallRecord, until: number): Promise<CallRecord> {
  const { chargePointId, messageId } = call
  return poll(async () => (await readCall(system, chargePointId, messageId)) ?? call, isClosed, until)
}

/** Ends a call that waits in the queue. One that is sent cannot be taken back. */
export async function cancel(
  system: CentralSystem,
  chargePointId: string,
  messageId: string,
): Promise<{ cancelled: boolean; call: CallRecord } | undefined> {
  const call = await recordedCall(system, chargePointId, messageId)
  if (call?.status !== 'Queued') return call && { cancelled: false, call }
  const end = { status: 'Cancelled' as const, at: system.clock().toISOString() }
  const { closed, call: ended } = await endCall(system, call, end)
  if (closed) await leaveQueue(system, call)
  return { cancelled: closed, call: ended ?? call }
}

/** It is passed over in any case; who looks at the queue meanwhile should not count it. */
async function leaveQueue(
  { store, log }: CentralSystem,
  { chargePointId, messageId }: CallRecord,
): Promise<void> {
  try {
    const live = await store.getLive(chargePointId)
    const position = live?.queue.indexOf(messageId) ?? -1
    if (live && position >= 0) await store.dropQueued(live, position)
  } catch (error) {
    log.warn('a cancelled call is still in the queue', { chargePointId, messageId, error })
  }
}
