import { CENTRAL_SYSTEM_ACTIONS } from '../../lib/actions/index.ts'
import { request } from '../../lib/central-system/request.ts'
import type { CallRecord } from '../../lib/store/port.ts'
import type { TestChargePoint, TestSystem } from '../support/system.ts'

/** Sends a call of the central system's; it is on its way, or waits. */
export async function ask(
  { system }: TestSystem,
  { chargePointId }: TestChargePoint,
  action: string,
  payload: object = {},
  more: { origin?: string; timeoutSeconds?: number } = {},
): Promise<CallRecord> {
  const call = await request(system, chargePointId, { action, payload, ...more })
  if ('refused' in call) throw new Error(`${action}: ${call.detail} ${JSON.stringify(call.issues)}`)
  return call
}

/** Sends a call and answers it. */
export async function askAndAnswer(
  test: TestSystem,
  chargePoint: TestChargePoint,
  action: string,
  payload: object,
  response: object,
): Promise<CallRecord> {
  const call = await ask(test, chargePoint, action, payload)
  await chargePoint.answer(call.messageId, response)
  return call
}

/** The paths of what keeps a payload from being sent; the message where it is refused for another reason. */
export async function refusedFor(
  { system }: TestSystem,
  { chargePointId }: TestChargePoint,
  action: string,
  payload: object,
): Promise<string[] | string> {
  const call = await request(system, chargePointId, { action, payload })
  if (!('refused' in call)) return 'it was sent'
  return call.issues?.map(({ path }) => path) ?? call.detail
}

/** Settles an answer once more, as after a crash; what it asks to follow comes back. */
export async function settleAgain(
  { store, clock }: TestSystem,
  { chargePointId, messageId, sealed, ...call }: CallRecord,
  response: object,
): Promise<{ action: string; payload: Record<string, unknown> }[]> {
  const followUps: { action: string; payload: Record<string, unknown> }[] = []
  await CENTRAL_SYSTEM_ACTIONS.get(call.action)?.settle?.(call.payload, response, {
    chargePointId,
    messageId,
    askedAt: call.sentAt ?? call.createdAt,
    settledAt: clock.iso(),
    composed: call.composed === true,
    store,
    ...(sealed ? { sealed } : {}),
    follow: (followUp) => followUps.push(followUp),
  })
  return followUps
}

/** What went to a charge point, oldest first. */
export function sentTo({ pushed }: TestSystem, { connectionId }: TestChargePoint) {
  return pushed
    .filter((each) => each.connectionId === connectionId)
    .map(({ frame }) => JSON.parse(frame))
    .filter(([type]) => type === 2)
    .map(([, messageId, action, payload]) => ({ messageId, action, payload }))
}
