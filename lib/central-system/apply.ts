import type { FollowUp } from '../actions/action.ts'
import { CENTRAL_SYSTEM_ACTIONS } from '../actions/index.ts'
import { readLeniently } from '../ocpp/schema.ts'
import { shorten } from '../ocpp/shorten.ts'
import type { CallRecord, Live } from '../store/port.ts'
import { drafted, enqueue } from './draft.ts'
import { derivedMessageId } from './message-id.ts'
import type { CentralSystem } from './system.ts'

/**
 * Changes here what the answer to a call says of the charge point. Done again, it changes nothing more. What the answer asks
 * to be sent next is in the queue then: the live record after it, if there is anything.
 */
export async function applyResponse(
  system: CentralSystem,
  call: CallRecord,
  response: unknown,
  settledAt: string,
): Promise<Live | undefined> {
  const { chargePointId, messageId, action, payload, sealed, origin, sentAt, createdAt, composed } = call
  const row = CENTRAL_SYSTEM_ACTIONS.get(action)
  const reading = row?.settle && readLeniently(row.response, response)
  if (!reading?.ok) return undefined
  const followUps: FollowUp[] = []
  await row?.settle?.(payload, reading.value, {
    chargePointId,
    messageId,
    ...(origin === undefined ? {} : { origin }),
    askedAt: sentAt ?? createdAt,
    settledAt,
    composed: composed === true,
    store: system.store,
    ...(sealed ? { sealed } : {}),
    follow: (followUp) => followUps.push(followUp),
  })
  let live: Live | undefined
  for (const [position, followUp] of followUps.entries())
    live = (await follow(system, call, position, followUp)) ?? live
  return live
}

/** A call that an answer asks for waits for the slot like any other; the same answer, settled again, asks for it once. */
async function follow(
  system: CentralSystem,
  { chargePointId, messageId, origin, timeoutSeconds }: CallRecord,
  position: number,
  followUp: FollowUp,
): Promise<Live | undefined> {
  const draft = await drafted(system, chargePointId, {
    ...followUp,
    timeoutSeconds,
    whenOffline: 'queue',
    ...(origin === undefined ? {} : { origin }),
    messageId: derivedMessageId(messageId, 'follow', position),
  })
  const queued = 'refused' in draft || draft.secret ? draft : await enqueue(system, draft.row, draft.record)
  if ('call' in queued) return queued.live
  const { action } = followUp
  system.log.warn('a call that follows an answer was refused', {
    chargePointId,
    messageId,
    action,
    ...queued,
  })
  return undefined
}

/** Counts an answer that breaks its schema against the charge point. */
export async function noteBreach(
  { store, log }: CentralSystem,
  { chargePointId, messageId, action }: CallRecord,
  response: unknown,
  at: string,
): Promise<void> {
  const row = CENTRAL_SYSTEM_ACTIONS.get(action)
  const [first] = row ? readLeniently(row.response, response).violations : []
  if (!first) return
  log.warn('a response breaks its schema', { chargePointId, messageId, action, violation: first })
  await store
    .noteViolation(chargePointId, { action, path: first.path, message: shorten(first.message, 100) }, at)
    .catch((error: unknown) => log.warn('a violation could not be noted', { chargePointId, error }))
}

/** Soon, by a tick; at the latest when the slot is wanted. */
const AGAIN_SECONDS = 2

/** An answer could not be settled: a tick does it again. */
export async function settleAgain(
  { wake, log }: CentralSystem,
  { chargePointId, messageId }: Pick<CallRecord, 'chargePointId' | 'messageId'>,
  error: unknown,
): Promise<void> {
  log.error('an answer could not be settled', { chargePointId, messageId, error })
  await wake({ chargePointId, messageId, unsettled: true }, AGAIN_SECONDS).catch((cause: unknown) =>
    log.warn('no tick could be set', { chargePointId, messageId, error: cause }),
  )
}

/**
 * A call that lost the slot to a later one without having given it back: whoever was at it died. Its answer, if it has one,
 * is settled; if it was to be sent and never was, it waits again.
 */
export async function settleLapsed(system: CentralSystem, { chargePointId, lapsed }: Live): Promise<void> {
  if (lapsed === undefined) return
  const call = await system.store.getCall(chargePointId, lapsed)
  if (call?.status === 'Queued') await system.store.requeueCall(chargePointId, lapsed)
  if (call?.status !== 'Answered' || call.closedAt === undefined) return
  await applyResponse(system, call, call.response, call.closedAt).catch((error: unknown) =>
    settleAgain(system, call, error),
  )
}
