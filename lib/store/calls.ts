import { randomBytes } from 'node:crypto'
import { EXISTS, expiresAfter, IS_NEW, keys } from './keys.ts'
import { toLive } from './live-record.ts'
import { pageOf, pageOfRows } from './paging.ts'
import type { CallRecord, Calls, ClosedStatus } from './port.ts'
import { withoutKeys } from './record.ts'
import type { Item, TableClient } from './table-client.ts'

/**
 * Kept as JSON text: what a station answers can be any JSON, with numbers and depths that a DynamoDB item cannot hold.
 */
const JSON_FIELDS = ['payload', 'response', 'error', 'lateReply'] as const

export function toCall(item: Item): CallRecord {
  const call = withoutKeys<Record<string, unknown>>(item)
  for (const field of JSON_FIELDS) {
    if (typeof call[field] === 'string') call[field] = JSON.parse(call[field])
  }
  return call as unknown as CallRecord
}

function fromCall<T extends Partial<CallRecord>>(facts: T): Record<string, unknown> {
  const item: Record<string, unknown> = { ...facts }
  for (const field of JSON_FIELDS) {
    if (item[field] !== undefined) item[field] = JSON.stringify(item[field])
  }
  return item
}

/** How many calls may wait for one charge point. */
const QUEUE_MAX = 50
const RETENTION_DAYS = 90

/** No call is in flight on the current connection: none at all, one whose time is up, or one of a connection that is gone. */
const SLOT_FREE =
  '(attribute_not_exists(#inFlight) OR #inFlight.#deadline < :now OR #inFlightOn <> #connection.#connectionId)'
const TAKE_SLOT =
  'SET #inFlight = :inFlight, #inFlightOn = #connection.#connectionId, #lapsed = if_not_exists(#inFlight, :nobody)'
const FREE_SLOT = 'REMOVE #inFlight, #inFlightOn, #lapsed'

/** Tells a write of our own, whose answer was lost on the way, from one that somebody else made at the same time. */
const newAttempt = () => randomBytes(6).toString('base64url')

function isAttempt(item: Item | undefined, attempt: string): boolean {
  return (item?.inFlight as { attempt?: string } | undefined)?.attempt === attempt
}

/** An end comes only to a call that it can come to. */
const CLOSING: Record<ClosedStatus, string> = {
  Answered: '#status = :sent AND #deadline >= :closedAt',
  Refused: '#status = :sent AND #deadline >= :closedAt',
  TimedOut: '#status = :sent',
  Undelivered: '#status = :sent',
  Expired: '#status = :queued',
  Cancelled: '#status = :queued',
}

export function callVerbs(table: TableClient): Calls {
  return {
    async takeSlot({ chargePointId, messageId, deadline, now, allowed }) {
      const names = allowed.map((_, position) => `:allowed${position}`)
      const attempt = newAttempt()
      const { written, item } = await table.update({
        key: keys.live(chargePointId),
        update: TAKE_SLOT,
        condition: [
          'attribute_exists(#connection)',
          `#registrationStatus IN (${names.join(', ')})`,
          '(attribute_not_exists(#queue) OR size(#queue) = :none)',
          SLOT_FREE,
        ].join(' AND '),
        values: {
          inFlight: { messageId, deadline, attempt },
          nobody: '',
          now,
          none: 0,
          ...Object.fromEntries(allowed.map((status, position) => [`allowed${position}`, status])),
        },
      })
      if (!item) return { taken: false, reason: 'unknown' }
      const live = toLive(item)
      if ((written || live.inFlight?.messageId === messageId) && live.connection) {
        const anew = written || isAttempt(item, attempt)
        return { taken: true, anew, connectionId: live.connection.connectionId, live }
      }
      if (!allowed.includes(live.registrationStatus)) return { taken: false, reason: 'not-accepted' }
      return { taken: false, reason: live.connection ? 'busy' : 'offline' }
    },

    async recordCall(call) {
      const { written } = await table.put(
        {
          ...keys.call(call.chargePointId, call.messageId),
          ...fromCall(call),
          ttl: expiresAfter(RETENTION_DAYS, call.createdAt),
        },
        { condition: IS_NEW },
      )
      return written ? 'recorded' : 'exists'
    },

    async enqueueCall(chargePointId, messageId) {
      const { written, item } = await table.update({
        key: keys.live(chargePointId),
        update: 'SET #queue = list_append(if_not_exists(#queue, :empty), :entry)',
        condition: `${EXISTS} AND (attribute_not_exists(#queue) OR (size(#queue) < :max AND NOT contains(#queue, :messageId)))`,
        values: { empty: [], entry: [messageId], messageId, max: QUEUE_MAX },
      })
      if (!item) return 'unknown'
      const live = toLive(item)
      return written || live.queue.includes(messageId) ? live : 'full'
    },

    async takeNext(live, position, now, deadline) {
      const messageId = live.queue[position]
      const connectionId = live.connection?.connectionId
      if (messageId === undefined || connectionId === undefined) return undefined
      const { registrationStatus } = live
      const attempt = newAttempt()
      const { written, item } = await table.update({
        key: keys.live(live.chargePointId),
        update: `${TAKE_SLOT} REMOVE #queue[${position}]`,
        condition: `#queue[${position}] = :messageId AND #connection.#connectionId = :connectionId AND #registrationStatus = :registrationStatus AND ${SLOT_FREE}`,
        values: {
          inFlight: { messageId, deadline, attempt },
          nobody: '',
          messageId,
          connectionId,
          registrationStatus,
          now,
        },
      })
      const ours = written || isAttempt(item, attempt)
      return item && ours ? { messageId, connectionId, live: toLive(item) } : undefined
    },

    async dropQueued(live, position) {
      const { item } = await table.update({
        key: keys.live(live.chargePointId),
        update: `REMOVE #queue[${position}]`,
        condition: `#queue[${position}] = :messageId`,
        values: { messageId: live.queue[position] },
      })
      return item && toLive(item)
    },

    async requeueCall(chargePointId, messageId) {
      await table.update({
        key: keys.call(chargePointId, messageId),
        update: 'SET #status = :queued REMOVE #sentAt, #deadline, #connectionId',
        condition: '#status = :sent',
        values: { queued: 'Queued', sent: 'Sent' },
      })
      const toHead = 'SET #queue = list_append(:entry, if_not_exists(#queue, :empty))'
      const values = { entry: [messageId], empty: [], messageId }
      const { written } = await table.update({
        key: keys.live(chargePointId),
        update: `${toHead} ${FREE_SLOT}`,
        condition: '#inFlight.#messageId = :messageId',
        values,
      })
      if (written) return
      // A newer connection's call holds the slot by now.
      await table.update({
        key: keys.live(chargePointId),
        update: toHead,
        condition: `${EXISTS} AND (attribute_not_exists(#queue) OR NOT contains(#queue, :messageId))`,
        values,
      })
    },

    async markSent(chargePointId, messageId, sent) {
      const { written, item } = await table.update({
        key: keys.call(chargePointId, messageId),
        update:
          'SET #status = :sent, #connectionId = :connectionId, #sentAt = :sentAt, #deadline = :deadline',
        condition: '#status = :queued AND #expiresAt >= :sentAt',
        values: { queued: 'Queued', sent: 'Sent', ...sent },
      })
      if (written) return toCall(item)
      const call = item && toCall(item)
      return call?.status === 'Sent' && call.sentAt === sent.sentAt ? call : undefined
    },

    async closeCall(chargePointId, messageId, end) {
      const { at, ...facts } = end
      const set = Object.entries(fromCall({ ...facts, closedAt: at })).filter(
        ([, value]) => value !== undefined,
      )
      const { written, item } = await table.update({
        key: keys.call(chargePointId, messageId),
        update: `SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`,
        condition: CLOSING[end.status],
        values: {
          ...Object.fromEntries(set),
          ...(CLOSING[end.status].includes(':queued') ? { queued: 'Queued' } : { sent: 'Sent' }),
        },
      })
      if (!item) return { closed: false }
      const call = toCall(item)
      return { closed: written || (call.closedAt === at && call.status === end.status), call }
    },

    async recordLateReply(chargePointId, messageId, reply) {
      await table.update({
        key: keys.call(chargePointId, messageId),
        update: 'SET #lateReply = :reply',
        condition: `${EXISTS} AND attribute_not_exists(#lateReply)`,
        values: { reply: JSON.stringify(reply) },
      })
    },

    async freeSlot(chargePointId, messageId, heardAt) {
      const { item } = await table.update({
        key: keys.live(chargePointId),
        update: heardAt ? `SET #lastSeenAt = :heardAt ${FREE_SLOT}, #stale` : FREE_SLOT,
        condition: '#inFlight.#messageId = :messageId',
        values: { messageId, ...(heardAt ? { heardAt } : {}) },
      })
      return item && toLive(item)
    },

    async noteViolation(chargePointId, violation, at) {
      await table.update({
        key: keys.live(chargePointId),
        update: 'SET #lastViolation = :violation ADD #violations :one',
        condition: EXISTS,
        values: { violation: { ...violation, at }, one: 1 },
      })
    },

    async noteConsequence(chargePointId, messageId, consequence) {
      for (const [name, value] of Object.entries(consequence)) {
        await table.update({
          key: keys.call(chargePointId, messageId),
          update: `SET #${name} = :value`,
          condition: `${EXISTS} AND attribute_not_exists(#${name})`,
          values: { value },
        })
      }
    },

    async forgetBoot(chargePointId, messageId) {
      await table.update({
        key: keys.call(chargePointId, messageId),
        update: 'REMOVE #bootedAt',
        condition: 'attribute_exists(#bootedAt)',
      })
    },

    async getCall(chargePointId, messageId) {
      const item = await table.get(keys.call(chargePointId, messageId))
      return item && toCall(item)
    },

    async getCalls(calls) {
      const wanted = calls.map(({ chargePointId, messageId }) => keys.call(chargePointId, messageId))
      const items = await table.getMany(wanted, { consistent: true })
      return items.map((item) => item && toCall(item))
    },

    listCalls(chargePointId, page, holds) {
      const { pk: partition } = keys.call(chargePointId, '')
      const query = { partition, prefix: 'CALL#', newestFirst: true, consistent: true }
      if (!holds) return pageOf(table, query, page, toCall)
      return pageOfRows(table, query, page, async (items) =>
        items.map(toCall).map((call) => (holds(call) ? call : undefined)),
      )
    },
  }
}
