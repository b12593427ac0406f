import { fromEvent, toEvent } from './events.ts'
import { EXISTS, expiresAfter, IS_NEW, keys, partitions } from './keys.ts'
import { pageOf } from './paging.ts'
import type { FailedDelivery, Webhook, WebhookState, Webhooks } from './port.ts'
import { changeExpression, withoutKeys } from './record.ts'
import type { Item, TableClient } from './table-client.ts'

const FAILURE_DAYS = 30

/** All of them are asked about every event. */
const WEBHOOKS_MAX = 100

const toWebhook = (item: Item): Webhook => withoutKeys<Webhook>(item)

const toState = (item: Item | undefined): WebhookState => ({
  failuresInARow: 0,
  ...(item ? withoutKeys<WebhookState>(item) : {}),
})

function toFailed(item: Item): FailedDelivery {
  const { event, ...failed } = withoutKeys<Omit<FailedDelivery, 'event'> & { event: Item }>(item)
  return { ...failed, event: toEvent(event) }
}

/** The webhook, and beside it how its deliveries go: an edit counts no delivery. */
export function webhookVerbs(table: TableClient): Webhooks {
  const list = { index: 'list', partition: partitions.webhooks } as const
  return {
    async createWebhook(webhook) {
      const { webhookId } = webhook
      if ((await table.queryAll(list)).length >= WEBHOOKS_MAX) return 'full'
      await table.put(
        { ...keys.webhook(webhookId), ...webhook, listPk: partitions.webhooks, listSk: webhookId },
        { condition: IS_NEW },
      )
      return 'created'
    },

    async getWebhook(webhookId) {
      const [item, state] = await table.getMany([keys.webhook(webhookId), keys.webhookState(webhookId)], {
        consistent: true,
      })
      return item && { webhook: toWebhook(item), state: toState(state) }
    },

    async listWebhooks() {
      const webhooks = (await table.queryAll(list)).map(toWebhook)
      const states = await table.getMany(webhooks.map(({ webhookId }) => keys.webhookState(webhookId)))
      return webhooks.map((webhook, position) => ({ webhook, state: toState(states[position]) }))
    },

    async updateWebhook(webhookId, change, at, version) {
      const { written, item } = await table.update({
        key: keys.webhook(webhookId),
        ...changeExpression(change, at, version),
      })
      return written ? toWebhook(item) : item ? 'changed' : 'unknown'
    },

    async deleteWebhook(webhookId, version) {
      const { written, item } = await table.transact([
        {
          delete: keys.webhook(webhookId),
          condition: version === undefined ? EXISTS : '#version = :version',
          ...(version === undefined ? {} : { values: { version } }),
        },
        { delete: keys.webhookState(webhookId) },
      ])
      return written ? 'deleted' : item ? 'changed' : 'unknown'
    },

    async rotateWebhookSecret(webhookId, at, until) {
      const change = { secretChangedAt: at, previousSecretUntil: until }
      const { update, ...rest } = changeExpression(change, at, undefined)
      const { written, item } = await table.update({
        key: keys.webhook(webhookId),
        update: `${update} ADD #secretGeneration :one`,
        ...rest,
      })
      return written ? toWebhook(item) : undefined
    },

    ...deliveryVerbs(table),
  }
}

function deliveryVerbs(
  table: TableClient,
): Pick<
  Webhooks,
  | 'noteDelivered'
  | 'noteDeliveryFailed'
  | 'recordFailedDelivery'
  | 'getFailedDelivery'
  | 'forgetFailedDelivery'
  | 'listFailedDeliveries'
> {
  return {
    async noteDelivered(webhookId, at) {
      await table.update({
        key: keys.webhookState(webhookId),
        update: 'SET #lastSuccessAt = :at, #failuresInARow = :none',
        values: { at, none: 0 },
      })
    },

    async noteDeliveryFailed(webhookId, lastFailure) {
      await table.update({
        key: keys.webhookState(webhookId),
        update: 'SET #lastFailure = :lastFailure ADD #failuresInARow :one',
        values: { lastFailure, one: 1 },
      })
    },

    async recordFailedDelivery(failed) {
      const { webhookId, event, at } = failed
      await table.put({
        ...keys.failedDelivery(webhookId, event.eventId),
        ...failed,
        event: fromEvent(event),
        ttl: expiresAfter(FAILURE_DAYS, at),
      })
    },

    async getFailedDelivery(webhookId, eventId) {
      const item = await table.get(keys.failedDelivery(webhookId, eventId))
      return item && toFailed(item)
    },

    async forgetFailedDelivery(webhookId, eventId, at) {
      const { written } = await table.delete(keys.failedDelivery(webhookId, eventId), {
        condition: '#at = :at',
        values: { at },
      })
      return written
    },

    listFailedDeliveries: (webhookId, page, now) =>
      pageOf(
        table,
        {
          partition: keys.failedDelivery(webhookId, '').pk,
          prefix: 'FAILURE#',
          newestFirst: true,
          consistent: true,
          // DynamoDB takes its time to remove what has expired.
          filter: '#ttl > :now',
          values: { now: expiresAfter(0, now) },
        },
        page,
        toFailed,
      ),
  }
}
