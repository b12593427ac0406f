import { toActive, toIdTag } from '../id-tags.ts'
import { keys, partitions } from '../keys.ts'
import { pageOfRows } from '../paging.ts'
import type { IdTag, IdTagFilter, Page, PageRequest } from '../port.ts'
import type { Item, Key, Query, TableClient } from '../table-client.ts'
import { pageOfPlaces } from './page.ts'
import { behind, lists } from './places.ts'

export function pageOfIdTags(
  table: TableClient,
  filter: IdTagFilter,
  page: PageRequest,
): Promise<Page<IdTag>> {
  const { inTransaction } = filter
  const newestFirst = filter.descending ?? false
  const prefix = filter.prefix?.toLowerCase()
  const range = { newestFirst, ...(prefix === undefined ? {} : { prefix }) }

  async function find(of: Key[], rows?: Item[]): Promise<(IdTag | undefined)[]> {
    const records = of.map(({ pk }) => ({ pk, sk: keys.idTag('').sk }))
    const actives = of.map(({ pk }) => ({ pk, sk: keys.idTagActive('').sk }))
    const fresh = { consistent: rows === undefined }
    const [items, active] = await Promise.all([
      rows ?? table.getMany(records, fresh),
      inTransaction === undefined ? undefined : table.getMany(actives, fresh),
    ])
    return items.map((item, position) => {
      const busy = toActive(active?.[position]).length > 0
      if (!item || (inTransaction !== undefined && inTransaction !== busy)) return undefined
      const idTag = toIdTag(item)
      return matches(filter, idTag) ? idTag : undefined
    })
  }

  if (inTransaction) {
    const busy = { index: 'active', partition: partitions.idTags, ...range } as const
    return pageOfRows(table, busy, page, (rows) => find(rows))
  }
  const list = listOf(filter)
  if (list !== undefined) return pageOfPlaces(table, { list, ...range }, page, (records) => find(records))
  if (filter.expired) {
    const place = { list: lists.idTags.expiry(), newestFirst, ...expiryRange(filter.expired) }
    return pageOfPlaces(table, place, page, (records) => find(records))
  }
  const all = { index: 'list', partition: partitions.idTags, ...range } as const
  return pageOfRows(table, all, page, (rows) => find(rows, rows))
}

/** Of the lists in the order of the tags, the one that is likely to be the shortest. */
function listOf({ userId, parentIdTag, blocked }: IdTagFilter): string | undefined {
  const { idTags: of } = lists
  if (userId !== undefined) return of.user(userId)
  if (parentIdTag !== undefined) return of.parent(parentIdTag)
  return blocked ? of.blocked() : undefined
}

/** Expired is what expires at the instant, or before. */
const expiryRange = ({ is, at }: { is: boolean; at: string }): Pick<Query, 'from' | 'to'> =>
  is ? { to: behind(at) } : { from: behind(at) }

function matches({ prefix = '', userId, parentIdTag, blocked, expired }: IdTagFilter, idTag: IdTag): boolean {
  const isExpired = expired && idTag.expiryDate !== undefined && idTag.expiryDate <= expired.at
  return (
    idTag.idTag.toLowerCase().startsWith(prefix.toLowerCase()) &&
    (userId === undefined || idTag.userId === userId) &&
    (parentIdTag === undefined || idTag.parentIdTag?.toLowerCase() === parentIdTag.toLowerCase()) &&
    (blocked === undefined || idTag.blocked === blocked) &&
    (expired === undefined || expired.is === isExpired)
  )
}
