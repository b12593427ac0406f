import { randomUUID } from 'node:crypto'
import { auditVerbs } from './audit.ts'
import { expiresAfter, keys } from './keys.ts'
import { pageOf } from './paging.ts'
import type { Journal, LoggedMessage } from './port.ts'
import { withoutKeys } from './record.ts'
import type { TableClient } from './table-client.ts'

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

    ...auditVerbs(table),
  }
}
