import { EXISTS, IS_NEW, keys, partitions } from './keys.ts'
import { pageOfIdTags } from './listings/id-tag-pages.ts'
import type { IdTag, IdTags } from './port.ts'
import { changeExpression, withoutKeys } from './record.ts'
import type { Item, TableClient } from './table-client.ts'

export const toIdTag = (item: Item): IdTag => withoutKeys<IdTag>(item)

/** The transactions a tag occupies, in an item beside the tag's: it changes with every charge, the tag hardly ever. */
export const toActive = (item: Item | undefined): number[] => [
  ...((item?.transactions as Set<number> | undefined) ?? []),
]

export function idTagVerbs(table: TableClient): IdTags {
  return {
    async createIdTag(idTag) {
      const { written } = await table.put(
        {
          ...keys.idTag(idTag.idTag),
          ...idTag,
          listPk: partitions.idTags,
          listSk: idTag.idTag.toLowerCase(),
        },
        { condition: IS_NEW },
      )
      return written ? 'created' : 'exists'
    },

    async getIdTag(idTag) {
      const { pk } = keys.idTag(idTag)
      const { items } = await table.query({ partition: pk, consistent: true, limit: 10 })
      const own = items.find(({ sk }) => sk === keys.idTag(idTag).sk)
      return (
        own && {
          idTag: toIdTag(own),
          active: toActive(items.find(({ sk }) => sk === keys.idTagActive(idTag).sk)),
        }
      )
    },

    listIdTags: (filter, page) => pageOfIdTags(table, filter, page),

    async updateIdTag(idTag, change, at, version) {
      const { written, item } = await table.update({
        key: keys.idTag(idTag),
        ...changeExpression(change, at, version),
      })
      return written ? toIdTag(item) : item ? 'changed' : 'unknown'
    },

    async deleteIdTag(idTag, version) {
      const { written, item } = await table.delete(keys.idTag(idTag), {
        condition: version === undefined ? EXISTS : '#version = :version',
        ...(version === undefined ? {} : { values: { version } }),
      })
      return written ? 'deleted' : item ? 'changed' : 'unknown'
    },

    async occupyIdTag(idTag, transactionId, max, at) {
      const { written, item } = await table.update({
        key: keys.idTagActive(idTag),
        update: 'SET #latestAt = :at, #activePk = :list, #activeSk = :order ADD #transactions :own',
        condition:
          'attribute_not_exists(#transactions) OR size(#transactions) < :max OR contains(#transactions, :transactionId)',
        values: {
          own: new Set([transactionId]),
          transactionId,
          max,
          at,
          list: partitions.idTags,
          order: idTag.toLowerCase(),
        },
      })
      return written ? 'occupied' : { others: toActive(item), latestAt: String(item?.latestAt) }
    },

    async releaseIdTag(idTag, transactionId) {
      const release = async (update: string, size: string) => {
        const { written, item } = await table.update({
          key: keys.idTagActive(idTag),
          update: `DELETE #transactions :own ${update}`,
          condition: `contains(#transactions, :transactionId) AND size(#transactions) ${size} :one`,
          values: { own: new Set([transactionId]), transactionId, one: 1 },
        })
        return written || !toActive(item).includes(transactionId)
      }
      // The last one takes the tag out of the index of those in a transaction; others may come and go meanwhile.
      while (!(await release('REMOVE #activePk, #activeSk', '='))) if (await release('', '>')) return
    },
  }
}
