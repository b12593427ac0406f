import type { BusbarEvent, DeliveryFailure, Webhook } from '../store/port.ts'
import type { CentralSystem, Delivery, Posted } from './system.ts'
import type { WebhookDirectory } from './webhooks-directory.ts'
import { signedHeaders, signingSecrets } from './webhooks-signature.ts'

/** One event is to be delivered to every webhook that wants it. */
export async function fanOut(
  { courier }: Pick<CentralSystem, 'courier'>,
  directory: WebhookDirectory,
  event: BusbarEvent,
): Promise<void> {
  const wanting = (await directory.enabled()).filter((webhook) => wants(webhook, event))
  if (wanting.length === 0) return
  await courier.enqueue(wanting.map(({ webhookId }) => ({ webhookId, event, attempt: 1 })))
}

function wants({ types, chargePointIds }: Webhook, { type, chargePointId }: BusbarEvent): boolean {
  if (types && !types.includes(type)) return false
  return !chargePointIds || (chargePointId !== undefined && chargePointIds.includes(chargePointId))
}

/** One attempt to deliver one event. What fails is tried again later, and in the end put on record. */
export async function deliver(
  system: Pick<CentralSystem, 'courier' | 'clock' | 'store' | 'masterSecret' | 'count'>,
  directory: WebhookDirectory,
  delivery: Delivery,
): Promise<void> {
  const { webhookId, event } = delivery
  const webhook = await directory.find(webhookId)
  if (!webhook) return
  const posted = await postEvent(system, webhook, event)
  const at = system.clock().toISOString()
  if (isTaken(posted)) return directory.noteDelivered(webhookId, at)
  const failure = { at, ...posted }
  system.count('WebhookFailures')
  await directory.noteFailed(webhookId, failure)
  if (!isGone(posted)) return tryLater(system, delivery, failure)
  if (await isEdited(system, webhook)) {
    directory.forget()
    return tryLater(system, delivery, failure)
  }
  // Listed first: once it is switched off, nobody would post the event again, nor list it.
  await system.store.recordFailedDelivery({ ...failure, webhookId, event, attempts: delivery.attempt })
  const change = { enabled: false, disabledBecause: 'gone' } as const
  await system.store.updateWebhook(webhookId, change, at, webhook.version)
  directory.forget()
}

/** Whether it is in use otherwise than it was read: who is gone is perhaps not whom it is for now. */
async function isEdited(
  { store }: Pick<CentralSystem, 'store'>,
  { webhookId, version }: Webhook,
): Promise<boolean> {
  const found = await store.getWebhook(webhookId)
  return found?.webhook.enabled === true && found.webhook.version !== version
}

/** The receiver answers that nobody is to call there again. */
const isGone = (posted: Posted): boolean => 'status' in posted && posted.status === 410

export const isTaken = (posted: Posted): boolean =>
  'status' in posted && posted.status >= 200 && posted.status < 300

async function tryLater(
  { courier, store }: Pick<CentralSystem, 'courier' | 'store'>,
  delivery: Delivery,
  failure: DeliveryFailure,
): Promise<void> {
  const { webhookId, event, attempt } = delivery
  const afterSeconds = courier.retryAfter[attempt - 1]
  if (afterSeconds !== undefined)
    return courier.enqueue([{ webhookId, event, attempt: attempt + 1 }], afterSeconds)
  await store.recordFailedDelivery({ ...failure, webhookId, event, attempts: attempt })
  await courier.bury(delivery)
}

/** Posts an event, signed. The body is the event as JSON. */
export async function postEvent(
  { courier, clock, masterSecret }: Pick<CentralSystem, 'courier' | 'clock' | 'masterSecret'>,
  webhook: Webhook,
  event: BusbarEvent,
): Promise<Posted> {
  const body = JSON.stringify(event)
  const now = clock()
  const secrets = signingSecrets(await masterSecret(), webhook, now)
  const signed = signedHeaders(secrets, { id: event.eventId, body, now })
  return courier.post(webhook.url, { 'content-type': 'application/json', ...signed }, body)
}

/** An event for one webhook alone, posted once: how it went. */
export async function ping(
  system: CentralSystem,
  webhook: Webhook,
): Promise<{ event: BusbarEvent; posted: Posted }> {
  const { store, clock, newMessageId } = system
  const { webhookId } = webhook
  const event: BusbarEvent = {
    eventId: newMessageId(),
    type: 'Ping',
    schemaVersion: 1,
    at: clock().toISOString(),
    sequence: ''.padStart(40, '0'),
    data: { webhookId },
  }
  const posted = await postEvent(system, webhook, event)
  const at = clock().toISOString()
  if (isTaken(posted)) await store.noteDelivered(webhookId, at)
  else await store.noteDeliveryFailed(webhookId, { at, ...posted })
  return { event, posted }
}
