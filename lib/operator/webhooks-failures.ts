import * as z from 'zod'
import { endpoint } from './endpoint.ts'
import { newestFirstQuery, pageBody, pageSchema } from './paging.ts'
import { problem } from './problem.ts'
import { unknownWebhook } from './webhooks.ts'
import { failedDeliverySchema, viewFailedDelivery, webhookParams } from './webhooks-view.ts'

const tag = 'Webhooks'

export const listFailedDeliveries = endpoint({
  operationId: 'listFailedDeliveries',
  method: 'get',
  path: '/webhooks/{webhookId}/failures',
  tag,
  summary: 'List the events that a webhook could not be given',
  description: 'Newest event first. They are kept for 30 days after the last attempt.',
  role: 'administrator',
  params: webhookParams,
  query: newestFirstQuery,
  answers: {
    200: { description: 'A page of them', body: pageSchema('FailedDeliveryPage', failedDeliverySchema) },
  },
  problems: ['unknown', 'invalid'],
}).answer(async ({ params: { webhookId }, query, system: { store }, now }) => {
  if (!(await store.getWebhook(webhookId))) return unknownWebhook(webhookId)
  const page = await store.listFailedDeliveries(webhookId, query, now)
  return { status: 200, body: pageBody(page, viewFailedDelivery) }
})

export const retryFailedDelivery = endpoint({
  operationId: 'retryFailedDelivery',
  method: 'post',
  path: '/webhooks/{webhookId}/failures/{eventId}/retry',
  tag,
  summary: 'Post an event once more that was given up',
  description:
    'As often as a new one, if need be. It leaves the list, and comes back if it is given up again.',
  role: 'operator',
  params: webhookParams.extend({
    eventId: z.string().max(128).meta({ description: 'The id of the event' }),
  }),
  answers: { 202: { description: 'It is on its way' } },
  problems: ['unknown', 'disabled'],
}).answer(async ({ params: { webhookId, eventId }, system: { store, courier } }) => {
  const found = await store.getWebhook(webhookId)
  if (!found) return unknownWebhook(webhookId)
  if (!found.webhook.enabled) return problem('disabled', 'the webhook is not enabled')
  const failed = await store.getFailedDelivery(webhookId, eventId)
  if (!failed) return problem('unknown', `the webhook was given every event ${eventId}, or it is forgotten`)
  await courier.enqueue([{ webhookId, event: failed.event, attempt: 1 }])
  await store.forgetFailedDelivery(webhookId, eventId, failed.at)
  return { status: 202 }
})
