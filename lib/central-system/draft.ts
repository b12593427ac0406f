import type { CentralSystemAction, Composed } from '../actions/action.ts'
import { CENTRAL_SYSTEM_ACTIONS } from '../actions/index.ts'
import { writeCall } from '../ocpp/frame.ts'
import { readStrictly } from '../ocpp/schema.ts'
import type { CallRecord, Live, TaskPlace } from '../store/port.ts'
import { asOf } from './call.ts'
import { FRAME_MAX_BYTES } from './message-log.ts'
import { hashPassword } from './password.ts'
import { dropEnded } from './queue.ts'
import type { CentralSystem, Refusal } from './system.ts'
import { endCall } from './tally.ts'
import { secondsAfter } from './time.ts'

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
  /** Of a call that may be asked for again: it is made and sent once. */
  messageId?: string
  task?: TaskPlace
}

export const DEFAULT_TIMEOUT_SECONDS = 30
export const DEFAULT_EXPIRY_SECONDS = 15 * 60

export interface Draft {
  row: CentralSystemAction
  record: CallRecord
  /** The payload as it is sent, where the record has it without its secret. */
  secret?: Record<string, unknown>
}

/** The call as it would be put on record, if what is asked for can be asked. */
export async function drafted(
  system: CentralSystem,
  chargePointId: string,
  wish: CallRequest,
): Promise<Draft | Refusal> {
  const { action, whenOffline = 'refuse', origin, task } = wish
  const row = CENTRAL_SYSTEM_ACTIONS.get(action)
  if (!row)
    return { refused: 'unknown-action', detail: `${action} is not an action the central system sends` }
  const createdAt = system.clock()
  const now = createdAt.toISOString()
  const given = wish.payload
  if (typeof given !== 'object' || given === null) {
    const issues = [{ path: '', message: 'must be an object' }]
    return { refused: 'invalid', detail: 'the payload is not an object', issues }
  }
  const composed: Composed = row.compose
    ? await row.compose(given as Record<string, unknown>, {
        chargePointId,
        now,
        store: system.store,
        depot: system.depot,
      })
    : { payload: given as Record<string, unknown> }
  if ('issues' in composed) {
    return { refused: 'invalid', detail: `the payload of ${action} cannot be sent`, issues: composed.issues }
  }
  const reading = readStrictly(row.request, composed.payload)
  if (!reading.ok) {
    const detail = `the payload of ${action} breaks its schema`
    return { refused: 'invalid', detail, issues: reading.violations }
  }
  const payload = reading.value as Record<string, unknown>
  const messageId = wish.messageId ?? system.newMessageId()
  if (Buffer.byteLength(writeCall(messageId, action, payload)) > FRAME_MAX_BYTES) {
    return { refused: 'too-large', detail: `the frame is larger than ${FRAME_MAX_BYTES} bytes` }
  }
  const concealed = await row.conceal?.(reading.value, hashPassword)
  const record: CallRecord = {
    chargePointId,
    messageId,
    action,
    payload: concealed ? (concealed.request as Record<string, unknown>) : payload,
    status: 'Queued',
    ...(concealed ? { sealed: concealed.sealed } : {}),
    ...(origin === undefined ? {} : { origin }),
    ...(composed.composed ? { composed: true } : {}),
    ...(task ? { task } : {}),
    createdAt: now,
    timeoutSeconds: wish.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
    expiresAt: wish.expiresAt ?? secondsAfter(createdAt, DEFAULT_EXPIRY_SECONDS),
    // What has a secret in it never waits: its record is without it.
    ...(whenOffline === 'queue' && !concealed ? { queueWhenOffline: true } : {}),
  }
  return { row, record, ...(concealed ? { secret: payload } : {}) }
}

/** What goes on record beside a call, before it can be sent. */
export async function begin(
  { store }: CentralSystem,
  row: CentralSystemAction,
  call: CallRecord,
): Promise<void> {
  const { chargePointId, messageId, origin, createdAt, payload } = call
  const who = origin === undefined ? {} : { origin }
  await row.begin?.(payload, { chargePointId, messageId, ...who, now: createdAt, store })
}

/** Puts a call on record and at the end of the queue. What is on record already, and does not wait any more, stays as it is. */
export async function enqueue(
  system: CentralSystem,
  row: CentralSystemAction,
  wish: CallRecord,
): Promise<{ call: CallRecord; live?: Live } | Refusal> {
  const { store } = system
  const { chargePointId, messageId } = wish
  const isNew = (await store.recordCall(wish)) === 'recorded'
  // What was composed for it the first time stands.
  const call = isNew ? wish : ((await store.getCall(chargePointId, messageId)) ?? wish)
  if (call.status !== 'Queued') return { call: asOf(call, system.clock().toISOString()) }
  await begin(system, row, call)
  const live = await enqueueOnRoom(system, call)
  if (live === 'unknown' || live === 'full') {
    const detail =
      live === 'full'
        ? 'too many calls wait for this charge point'
        : `no charge point ${chargePointId} is registered`
    const error = { code: 'Cancelled', description: detail }
    await endCall(system, wish, { status: 'Cancelled', at: system.clock().toISOString(), error })
    return { refused: live === 'full' ? 'queue-full' : 'unknown', detail }
  }
  return { call, live }
}

/** A queue full of calls that have ended has room after all. */
async function enqueueOnRoom(system: CentralSystem, { chargePointId, messageId }: CallRecord) {
  const { store } = system
  const first = await store.enqueueCall(chargePointId, messageId)
  if (first !== 'full') return first
  const live = await store.getLive(chargePointId)
  if (live) await dropEnded(system, live)
  return store.enqueueCall(chargePointId, messageId)
}
