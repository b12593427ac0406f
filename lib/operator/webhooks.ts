import * as z from 'zod'
import { isTaken, ping } from '../central-system/webhooks.ts'
import { webhookSecret } from '../central-system/webhooks-signature.ts'
import type { Webhook } from '../store/port.ts'
import { defined } from './defined.ts'
import { edit } from './edit.ts'
import { endpoint } from './endpoint.ts'
import { type Problem, problem } from './problem.ts'
import {
  createdWebhookSchema,
  newWebhookSchema,
  viewWebhook,
  webhookChangeSchema,
  webhookParams,
  webhookSchema,
  webhookTestSchema,
} from './webhooks-view.ts'

const tag = 'Webhooks'

/** How long the secret so far signs beside a new one. */
const OVERLAP_HOURS = 24

export const unknownWebhook = (webhookId: string): Problem<'unknown'> =>
  problem('unknown', `there is no webhook ${webhookId}`)

const changed = problem('changed', 'the webhook was edited since; read it again')

export const listWebhooks = endpoint({
  operationId: 'listWebhooks',
  method: 'get',
  path: '/webhooks',
  tag,
  summary: 'List webhooks',
  description: 'All of them, in the order in which they were made.',
  role: 'administrator',
  answers: {
    200: {
      description: 'The webhooks',
      body: z.strictObject({ items: z.array(webhookSchema) }).meta({ id: 'Webhooks' }),
    },
  },
  problems: [],
}).answer(async ({ system: { store } }) => {
  const webhooks = await store.listWebhooks()
  return { status: 200, body: { items: webhooks.map(({ webhook, state }) => viewWebhook(webhook, state)) } }
})

export const createWebhook = endpoint({
  operationId: 'createWebhook',
  method: 'post',
  path: '/webhooks',
  tag,
  summary: 'Have events posted to an address',
  description: [
    'Each event is posted as JSON, signed as Standard Webhooks says, and posted again for about an hour until the answer is 2xx.',
    'An answer of 410 switches the webhook off, and the event is listed as one it could not be given. Redirects are not followed.',
    'It takes up to half a minute until the first event.',
  ].join(' '),
  body: newWebhookSchema,
  answers: { 201: { description: 'The webhook', body: createdWebhookSchema, etag: true, location: true } },
  problems: ['full'],
}).answer(async ({ body, system, now }) => {
  const webhookId = system.newMessageId()
  const masterSecret = await system.masterSecret()
  const webhook: Webhook = {
    webhookId,
    ...body,
    secretChangedAt: now,
    secretGeneration: 1,
    createdAt: now,
    updatedAt: now,
    version: 1,
  }
  if ((await system.store.createWebhook(webhook)) === 'full')
    return problem('full', 'there are as many webhooks as there may be; remove one first')
  return {
    status: 201,
    body: viewWebhook(webhook, { failuresInARow: 0 }),
    once: { secret: webhookSecret(masterSecret, webhook) },
    version: webhook.version,
    location: `/api/webhooks/${webhookId}`,
  }
})

export const readWebhook = endpoint({
  operationId: 'readWebhook',
  method: 'get',
  path: '/webhooks/{webhookId}',
  tag,
  summary: 'Read a webhook, and how its deliveries go',
  role: 'administrator',
  params: webhookParams,
  answers: { 200: { description: 'The webhook', body: webhookSchema, etag: true } },
  problems: ['unknown'],
}).answer(async ({ params: { webhookId }, system: { store } }) => {
  const found = await store.getWebhook(webhookId)
  if (!found) return unknownWebhook(webhookId)
  return { status: 200, body: viewWebhook(found.webhook, found.state), version: found.webhook.version }
})

export const changeWebhook = endpoint({
  operationId: 'changeWebhook',
  method: 'patch',
  path: '/webhooks/{webhookId}',
  tag,
  summary: 'Edit a webhook',
  description: 'What happens while it is not enabled is not posted later. An edit takes up to half a minute.',
  params: webhookParams,
  body: webhookChangeSchema,
  edits: true,
  answers: { 200: { description: 'The webhook as it is now', body: webhookSchema, etag: true } },
  problems: ['unknown', 'changed'],
}).answer(async ({ params: { webhookId }, body, system: { store }, ifMatch, now }) => {
  const change = body.enabled ? { ...body, disabledBecause: null } : body
  const state = { failuresInARow: 0 }
  const edited = await edit(
    ifMatch,
    async () => {
      const found = await store.getWebhook(webhookId)
      Object.assign(state, found?.state)
      return found?.webhook
    },
    ({ version }) => store.updateWebhook(webhookId, change, now, version),
  )
  if (edited === 'unknown') return unknownWebhook(webhookId)
  if (edited === 'changed') return changed
  const { before, result } = edited
  return {
    status: 200,
    body: viewWebhook(result, state),
    version: result.version,
    before: viewWebhook(before, state),
  }
})

export const deleteWebhook = endpoint({
  operationId: 'deleteWebhook',
  method: 'delete',
  path: '/webhooks/{webhookId}',
  tag,
  summary: 'Remove a webhook',
  params: webhookParams,
  edits: true,
  answers: { 204: { description: 'It is removed' } },
  problems: ['unknown', 'changed'],
}).answer(async ({ params: { webhookId }, system: { store }, ifMatch }) => {
  const edited = await edit(
    ifMatch,
    async () => (await store.getWebhook(webhookId))?.webhook,
    ({ version }) => store.deleteWebhook(webhookId, version),
  )
  if (edited === 'unknown') return unknownWebhook(webhookId)
  if (edited === 'changed') return changed
  return { status: 204, before: viewWebhook(edited.before, { failuresInARow: 0 }) }
})

export const rotateWebhookSecret = endpoint({
  operationId: 'rotateWebhookSecret',
  method: 'post',
  path: '/webhooks/{webhookId}/secret',
  tag,
  summary: 'Make a new secret for a webhook',
  description: `For ${OVERLAP_HOURS} hours deliveries carry a signature by either secret. The new one takes up to half a minute.`,
  params: webhookParams,
  answers: {
    200: { description: 'The webhook and its new secret', body: createdWebhookSchema, etag: true },
  },
  problems: ['unknown'],
}).answer(async ({ params: { webhookId }, system, now }) => {
  const { store, clock } = system
  const masterSecret = await system.masterSecret()
  const until = new Date(clock().getTime() + OVERLAP_HOURS * 3600_000).toISOString()
  const webhook = await store.rotateWebhookSecret(webhookId, now, until)
  const found = webhook && (await store.getWebhook(webhookId))
  if (!found) return unknownWebhook(webhookId)
  return {
    status: 200,
    body: viewWebhook(webhook, found.state),
    once: { secret: webhookSecret(masterSecret, webhook) },
    version: webhook.version,
  }
})

export const testWebhook = endpoint({
  operationId: 'testWebhook',
  method: 'post',
  path: '/webhooks/{webhookId}/test',
  tag,
  summary: 'Post a Ping to a webhook, once',
  description: 'Whether it is enabled or not, and whatever events it is for.',
  params: webhookParams,
  answers: { 200: { description: 'How it went', body: webhookTestSchema } },
  problems: ['unknown'],
}).answer(async ({ params: { webhookId }, system }) => {
  const found = await system.store.getWebhook(webhookId)
  if (!found) return unknownWebhook(webhookId)
  const { event, posted } = await ping(system, found.webhook)
  return {
    status: 200,
    body: defined({ eventId: event.eventId, delivered: isTaken(posted), ...posted }),
  }
})
