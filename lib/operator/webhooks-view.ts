import { isIPv4 } from 'node:net'
import * as z from 'zod'
import { withoutUrlSecrets } from '../actions/secret-keys.ts'
import type { DeliveryFailure, FailedDelivery, Webhook, WebhookState } from '../store/port.ts'
import { defined } from './defined.ts'
import { eventSchema, eventType } from './events-schemas.ts'
import { CHARGE_POINT_ID_MAX, freeText, instant, maybe, removable } from './fields.ts'

export const webhookParams = z.strictObject({
  webhookId: z.string().max(128).meta({ description: 'The id of the webhook' }),
})

const url = z
  .url({ error: 'must be a URL' })
  .max(2000)
  .superRefine((text, context) => {
    const issue = issueOf(text)
    if (issue) context.addIssue({ code: 'custom', message: issue })
  })
  .meta({
    description: 'Where events are posted to: https, or http on the machine that Busbar runs on',
    examples: ['https://example.org/busbar'],
  })

function issueOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, hostname, username, password, hash } = new URL(text)
  if (username || password) return 'must contain no user name or password'
  if (hash) return 'must have no fragment'
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return undefined
  return 'must be https'
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))

const types = z
  .array(eventType)
  .min(1)
  .max(50)
  .meta({
    description: 'Only events of these types',
    examples: [['TransactionStarted', 'TransactionStopped']],
  })
const chargePointIds = z
  .array(z.string().min(1).max(CHARGE_POINT_ID_MAX))
  .min(1)
  .max(100)
  .meta({ description: 'Only events of these charge points', examples: [['CP1']] })
const enabled = z.boolean().meta({ description: 'Whether events are posted' })
const description = freeText(500)

export const newWebhookSchema = z
  .strictObject({
    url,
    types: maybe(types),
    chargePointIds: maybe(chargePointIds),
    enabled: enabled.default(true),
    description: maybe(description),
  })
  .meta({
    id: 'NewWebhook',
    examples: [{ url: 'https://example.org/busbar', types: ['TransactionStopped'] }],
  })

export const webhookChangeSchema = z
  .strictObject({
    url: maybe(url),
    types: removable(types),
    chargePointIds: removable(chargePointIds),
    enabled: maybe(enabled),
    description: removable(description),
  })
  .meta({
    id: 'WebhookChange',
    description: 'A JSON merge patch: what is absent stays, null removes',
    examples: [{ enabled: false }, { types: null }],
  })

const failure = {
  at: instant('When it was tried'),
  status: maybe(z.int()).meta({ description: 'What the receiver answered', examples: [503] }),
  error: maybe(z.string()).meta({ description: 'Why there was no answer', examples: ['ECONNREFUSED'] }),
}

const properties = {
  webhookId: z.string().meta({ examples: ['019ab3f2-5c1e-7c7b-9d55-0f4b6f1c2a3d'] }),
  url: z.string().meta({
    description: 'Where events are posted to; what follows a question mark is not shown',
    examples: ['https://example.org/busbar'],
  }),
  types: maybe(z.array(z.string())).meta({ description: 'Only events of these types' }),
  chargePointIds: maybe(z.array(z.string())).meta({ description: 'Only events of these charge points' }),
  enabled,
  disabledBecause: maybe(z.literal('gone')).meta({
    description: 'Why it was switched off here. gone: the receiver answered 410',
  }),
  description: maybe(z.string()),
  lastSuccessAt: maybe(instant('When an event was last taken, to the minute')),
  lastFailure: maybe(z.strictObject(failure)).meta({ description: 'The latest attempt that failed' }),
  failuresInARow: z.int().meta({ description: 'Attempts that failed since one did not' }),
  secretChangedAt: instant('When its secret was made'),
  createdAt: instant('When it was made'),
  updatedAt: instant('When it was last edited'),
  version: z.int().meta({ description: 'Counts the edits; the first part of the ETag' }),
}

export const webhookSchema = z
  .strictObject(properties)
  .meta({ id: 'Webhook', description: 'An address that events are posted to' })

const secret = z.string().meta({
  description: 'What deliveries are signed with (Standard Webhooks). It is not shown again',
  examples: ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDpGmcUWJsUdk='],
})

export const createdWebhookSchema = z
  .strictObject({ ...properties, secret: maybe(secret) })
  .meta({ id: 'CreatedWebhook' })

export const webhookTestSchema = z
  .strictObject({
    eventId: z.string().meta({ description: 'Of the Ping that was posted' }),
    delivered: z.boolean().meta({ description: 'The receiver answered 2xx' }),
    status: failure.status,
    error: failure.error,
  })
  .meta({ id: 'WebhookTest' })

export const failedDeliverySchema = z
  .strictObject({
    ...failure,
    attempts: z.int().meta({ description: 'How often it was tried' }),
    event: eventSchema,
  })
  .meta({ id: 'FailedDelivery', description: 'An event that was given up' })

export function viewWebhook(webhook: Webhook, state: WebhookState): z.input<typeof webhookSchema> {
  return defined({
    webhookId: webhook.webhookId,
    url: withoutUrlSecrets(webhook.url),
    types: webhook.types,
    chargePointIds: webhook.chargePointIds,
    enabled: webhook.enabled,
    disabledBecause: webhook.disabledBecause,
    description: webhook.description,
    lastSuccessAt: state.lastSuccessAt,
    lastFailure: state.lastFailure && viewFailure(state.lastFailure),
    failuresInARow: state.failuresInARow,
    secretChangedAt: webhook.secretChangedAt,
    createdAt: webhook.createdAt,
    updatedAt: webhook.updatedAt,
    version: webhook.version,
  })
}

const viewFailure = ({ at, status, error }: DeliveryFailure) => defined({ at, status, error })

export function viewFailedDelivery(failed: FailedDelivery): z.input<typeof failedDeliverySchema> {
  const event = failed.event as unknown as z.input<typeof eventSchema>
  return { ...viewFailure(failed), attempts: failed.attempts, event }
}
