import { randomUUID } from 'node:crypto'
import { expiresAfter, IS_NEW, keys, partitions } from './keys.ts'
import { pageOf } from './paging.ts'
import type { AuditEntry, Journal, LoggedMessage } from './port.ts'
import { withoutKeys } from './record.ts'
import type { Item, TableClient } from './table-client.ts'

export function journalVerbs(table: TableClient): Journal {
  let logged = 0
  return {
    async logMessages(messages, days) {
      await Promise.all(
        messages.map((message) => {
          // Of the same millisecond, those of one process stay in their order.
          const place = `${String(logged++).padStart(12, '0')}#${randomUUID()}`
          return table.put({
            ...keys.message(message.chargePointId, message.at, place),
            ...message,
            ttl: expiresAfter(days, message.at),
          })
        }),
      )
    },

    listMessages(chargePointId, page, now) {
      const { pk } = keys.message(chargePointId, '', '')
      return pageOf(
        table,
        {
          partition: pk,
          prefix: 'MSG#',
          newestFirst: true,
          consistent: true,
          // DynamoDB takes its time to remove what has expired.
          filter: '#ttl > :now',
          values: { now: expiresAfter(0, now) },
        },
        page,
        (item) => withoutKeys<LoggedMessage>(item),
      )
    },

    async recordAudit(entry) {
      await table.put(
        {
          ...keys.audit(entry.auditId),
          ...fromAudit(entry),
          listPk: partitions.audit,
          listSk: `${entry.at}#${entry.auditId}`,
        },
        { condition: IS_NEW },
      )
    },

    listAudit: (page) =>
      pageOf(table, { index: 'list', partition: partitions.audit, newestFirst: true }, page, toAudit),
  }
}

/** Kept as JSON text, as what calls carry is: it can be any JSON. */
const JSON_FIELDS = ['before', 'after'] as const

function fromAudit(entry: AuditEntry): Record<string, unknown> {
  const item: Record<string, unknown> = { ...entry }
  for (const field of JSON_FIELDS) {
    if (item[field] !== undefined) item[field] = JSON.stringify(item[field])
  }
  return item
}

function toAudit(item: Item): AuditEntry {
  const entry = withoutKeys<Record<string, unknown>>(item)
  for (const field of JSON_FIELDS) {
    if (typeof entry[field] === 'string') entry[field] = JSON.parse(entry[field])
  }
  return entry as unknown as AuditEntry
}
