import { EXISTS, keys, partitions } from './keys.ts'
import { pageOf } from './paging.ts'
import type { Inbox, Unknown } from './port.ts'
import { withoutKeys } from './record.ts'
import type { Item, TableClient } from './table-client.ts'

const RETENTION_SECONDS = 30 * 24 * 3600

const toUnknown = (item: Item): Unknown => withoutKeys<Unknown>(item)

/** What turned up without being registered, until an operator adds or forgets it, or a month passes without it. */
export function inboxVerbs(table: TableClient): Inbox {
  return {
    async rememberUnknown(kind, id, at, from) {
      await table.update({
        key: keys.unknown(kind, id),
        update: [
          'SET #id = :id, #firstAt = if_not_exists(#firstAt, :at), #lastAt = :at, #ttl = :ttl, #listPk = :list, #listSk = :id',
          from === undefined ? '' : ', #from = :from',
          ' ADD #attempts :one',
        ].join(''),
        values: {
          id,
          at,
          list: partitions.unknown(kind),
          ttl: Math.floor(Date.parse(at) / 1000) + RETENTION_SECONDS,
          one: 1,
          ...(from === undefined ? {} : { from }),
        },
      })
    },

    listUnknown: (kind, page) =>
      pageOf(table, { index: 'list', partition: partitions.unknown(kind) }, page, toUnknown),

    async getUnknown(kind, id) {
      const item = await table.get(keys.unknown(kind, id))
      return item && toUnknown(item)
    },

    async forgetUnknown(kind, id) {
      const { written, item } = await table.delete(keys.unknown(kind, id), { condition: EXISTS })
      return written ? toUnknown(item) : undefined
    },
  }
}
