import { CENTRAL_SYSTEM_ACTIONS } from '../actions/index.ts'
import { writeCall } from '../ocpp/frame.ts'
import { readStrictly } from '../ocpp/schema.ts'
import type { CallRecord } from '../store/port.ts'
import { asOf, isClosed } from './call.ts'
import { dispatch, dropEnded, secondsAfter, send } from './dispatch.ts'
import { hashPassword } from './password.ts'
import type { CentralSystem, Refusal } from './system.ts'

export interface CallRequest {
  action: string
  payload: unknown
  /** Seconds the station has for its answer, 1–600; 30 unless said. */
  timeoutSeconds?: number
  /** `refuse` unless said. A call for a busy charge point always waits. */
  whenOffline?: 'refuse' | 'queue'
  /** When a call that still waits is given up; 15 minutes from now unless said. */
  expiresAt?: string
  origin?: string
}

const DEFAULT_TIMEOUT_SECONDS = 30
const DEFAULT_EXPIRY_SECONDS = 15 * 60

/** API Gateway takes no larger frame, either way. */
const FRAME_MAX_BYTES = 32 * 1024

/**
 * A central-system request, up to the push: validate → take the charge point's one slot → record → push. The reply, or
 * the deadline, closes it. Where the slot is taken the call waits; the record tells at any time how it stands.
 */
export async function request(
  system: CentralSystem,
  chargePointId: string,
  {
    action,
    payload,
    timeoutSeconds = DEFAULT_TIMEOUT_SECONDS,
    whenOffline = 'refuse',
    expiresAt,
    origin,
  }: CallRequest,
): Promise<CallRecord | Refusal> {
  const row = CENTRAL_SYSTEM_ACTIONS.get(action)
  if (!row)
    return { refused: 'unknown-action', detail: `${action} is not an action the central system sends` }
  const reading = readStrictly(row.request, payload)
  if (!reading.ok) {
    return {
      refused: 'invalid',
      detail: `the payload of ${action} breaks its schema`,
      issues: reading.violations,
    }
  }
  const createdAt = system.clock()
  const now = createdAt.toISOString()
  const messageId = system.newMessageId()
  const wish: CallRecord = {
    chargePointId,
    messageId,
    action,
    payload: reading.value as Record<string, unknown>,
    status: 'Queued',
    ...(origin === undefined ? {} : { origin }),
    createdAt: now,
    timeoutSeconds,
    expiresAt: expiresAt ?? secondsAfter(createdAt, DEFAULT_EXPIRY_SECONDS),
    ...(whenOffline === 'queue' ? { queueWhenOffline: true } : {}),
  }
  if (Buffer.byteLength(writeCall(messageId, action, wish.payload)) > FRAME_MAX_BYTES) {
    return { refused: 'too-large', detail: `the frame is larger than ${FRAME_MAX_BYTES} bytes` }
  }
  const deadline = secondsAfter(createdAt, timeoutSeconds)
  const concealed = await row.conceal?.(reading.value, hashPassword)
  const record: CallRecord = concealed
    ? { ...wish, payload: concealed.request as Record<string, unknown>, sealed: concealed.sealed }
    : wish
  const slot = await system.store.takeSlot({ chargePointId, messageId, deadline, now, allowed: row.allowed })
  if (slot.taken) {
    const { connectionId } = slot
    const sent = { status: 'Sent' as const, sentAt: now, connectionId, deadline }
    await recordOrFree(system, { ...record, ...sent })
    await send(system, { ...wish, ...sent }, connectionId)
    return { ...record, ...sent }
  }
  switch (slot.reason) {
    case 'unknown':
      return { refused: 'unknown', detail: `no charge point ${chargePointId} is registered` }
    case 'not-accepted':
      return {
        refused: 'not-accepted',
        detail: `${action} may be sent only while the charge point is ${row.allowed.join(' or ')}`,
      }
    case 'offline':
      if (whenOffline === 'refuse')
        return { refused: 'offline', detail: `charge point ${chargePointId} is not connected` }
  }
  if (concealed) {
    return {
      refused: 'secret',
      detail: 'a call with a secret in it is sent at once or not at all; the charge point is not free now',
    }
  }
  return enqueue(system, record)
}

/** Without a record nobody would ever free the slot before its deadline. */
async function recordOrFree({ store }: CentralSystem, call: CallRecord): Promise<void> {
  try {
    await store.recordCall(call)
  } catch (error) {
    await store.freeSlot(call.chargePointId, call.messageId).catch(() => undefined)
    throw error
  }
}

async function enqueue(system: CentralSystem, wish: CallRecord): Promise<CallRecord | Refusal> {
  const { store } = system
  const { chargePointId, messageId } = wish
  await store.recordCall(wish)
  const live = await enqueueOnRoom(system, wish)
  if (live === 'unknown' || live === 'full') {
    const detail =
      live === 'full'
        ? 'too many calls wait for this charge point'
        : `no charge point ${chargePointId} is registered`
    const error = { code: 'Cancelled', description: detail }
    await store.closeCall(chargePointId, messageId, {
      status: 'Cancelled',
      at: system.clock().toISOString(),
      error,
    })
    return { refused: live === 'full' ? 'queue-full' : 'unknown', detail }
  }
  await dispatch(system, live)
  return wish
}

/** A queue full of calls that have ended has room after all. */
async function enqueueOnRoom(system: CentralSystem, { chargePointId, messageId }: CallRecord) {
  const { store } = system
  const first = await store.enqueueCall(chargePointId, messageId)
  if (first !== 'full') return first
  const live = await store.getLive(chargePointId)
  if (live) await dropEnded(system, live, live.queue.length)
  return store.enqueueCall(chargePointId, messageId)
}

/** The call as it stands now. */
export async function readCall(
  system: CentralSystem,
  chargePointId: string,
  messageId: string,
): Promise<CallRecord | undefined> {
  const call = await system.store.getCall(chargePointId, messageId)
  return call && asOf(call, system.clock().toISOString())
}

const POLL_MILLISECONDS = [50, 50, 100, 100, 200, 200, 300, 500]

/** Waits for the call's end, for so many seconds at most; the call as it stands then. */
export async function waitForEnd(
  system: CentralSystem,
  call: CallRecord,
  seconds: number,
): Promise<CallRecord> {
  const until = Date.now() + seconds * 1000
  let current = call
  for (let poll = 0; ; poll++) {
    current = (await readCall(system, call.chargePointId, call.messageId)) ?? current
    const pause = POLL_MILLISECONDS[Math.min(poll, POLL_MILLISECONDS.length - 1)] as number
    if (isClosed(current) || Date.now() + pause > until) return current
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

/** Ends a call that waits in the queue. One that is sent cannot be taken back. */
export async function cancel(
  system: CentralSystem,
  chargePointId: string,
  messageId: string,
): Promise<{ cancelled: boolean; call: CallRecord } | undefined> {
  const call = await readCall(system, chargePointId, messageId)
  if (call?.status !== 'Queued') return call && { cancelled: false, call }
  const end = { status: 'Cancelled' as const, at: system.clock().toISOString() }
  const { closed, call: ended } = await system.store.closeCall(chargePointId, messageId, end)
  return { cancelled: closed, call: ended ?? call }
}
