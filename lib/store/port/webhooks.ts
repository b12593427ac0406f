import type { BusbarEvent } from './events.ts'
import type { Page, PageRequest } from './page.ts'

/** An address that events are posted to. */
export interface Webhook {
  /** UUIDv7: ordered by time. */
  webhookId: string
  url: string
  /** Only events of these types. */
  types?: string[]
  /** Only events of these charge points. */
  chargePointIds?: string[]
  enabled: boolean
  /** Why it was switched off here. */
  disabledBecause?: 'gone'
  description?: string
  secretChangedAt: string
  /** How many secrets it has had. No secret is kept: each is derived from this and a key that lies elsewhere. */
  secretGeneration: number
  /** Until then the secret before signs too. */
  previousSecretUntil?: string
  createdAt: string
  updatedAt: string
  version: number
}

export type WebhookChange = {
  [K in 'url' | 'types' | 'chargePointIds' | 'enabled' | 'disabledBecause' | 'description']?:
    | Webhook[K]
    | null
}

/** How its deliveries go. */
export interface WebhookState {
  lastSuccessAt?: string
  lastFailure?: DeliveryFailure
  failuresInARow: number
}

/** `status`: what the receiver answered; `error`: why there was no answer. */
export interface DeliveryFailure {
  at: string
  status?: number
  error?: string
}

/** An event that a webhook could not be given. */
export interface FailedDelivery extends DeliveryFailure {
  webhookId: string
  event: BusbarEvent
  attempts: number
}

export interface Webhooks {
  createWebhook(webhook: Webhook): Promise<'created' | 'full'>
  getWebhook(webhookId: string): Promise<{ webhook: Webhook; state: WebhookState } | undefined>
  /** In the order in which they were made. */
  listWebhooks(): Promise<{ webhook: Webhook; state: WebhookState }[]>
  /** Applies the change if `version`, when given, is still the record's own. `null` removes a property. */
  updateWebhook(
    webhookId: string,
    change: WebhookChange,
    at: string,
    version?: number,
  ): Promise<Webhook | 'unknown' | 'changed'>
  /** With how its deliveries went. What it could not be given is forgotten in time. */
  deleteWebhook(webhookId: string, version?: number): Promise<'deleted' | 'unknown' | 'changed'>
  /** Counts the generation of its secret; the secret so far signs beside the new one until then. */
  rotateWebhookSecret(webhookId: string, at: string, until: string): Promise<Webhook | undefined>
  noteDelivered(webhookId: string, at: string): Promise<void>
  noteDeliveryFailed(webhookId: string, failure: DeliveryFailure): Promise<void>
  /** Kept for 30 days. */
  recordFailedDelivery(failed: FailedDelivery): Promise<void>
  getFailedDelivery(webhookId: string, eventId: string): Promise<FailedDelivery | undefined>
  /** Unless it failed again since `at`, its last attempt. */
  forgetFailedDelivery(webhookId: string, eventId: string, at: string): Promise<boolean>
  /** Newest event first. */
  listFailedDeliveries(webhookId: string, page: PageRequest, now: string): Promise<Page<FailedDelivery>>
}
