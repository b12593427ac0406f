import { keys, partitions } from './keys.ts'
import { pageOf } from './paging.ts'
import type { Site, Sites } from './port.ts'
import { withoutKeys } from './record.ts'
import { nameKey, nameOrder, registered } from './registered.ts'
import type { Item, TableClient } from './table-client.ts'

export const toSite = (item: Item): Site => withoutKeys<Site>(item)

export function siteVerbs(table: TableClient): Sites {
  const sites = registered(table, keys.site, toSite)
  return {
    createSite: (site) =>
      sites.create({
        ...keys.site(site.siteId),
        ...site,
        listPk: partitions.sites,
        listSk: nameOrder(site.name, site.siteId),
      }),

    getSite: (siteId) => sites.get(siteId),

    listSites: ({ namePrefix, descending = false }, page) =>
      pageOf(
        table,
        {
          index: 'list',
          partition: partitions.sites,
          ...(namePrefix ? { prefix: nameKey(namePrefix) } : {}),
          newestFirst: descending,
        },
        page,
        toSite,
      ),

    updateSite: (siteId, change, at, version) =>
      sites.update(
        siteId,
        { ...change, ...(change.name ? { listSk: nameOrder(change.name, siteId) } : {}) },
        at,
        version,
      ),

    deleteSite: (siteId, version) => sites.remove(siteId, version),
  }
}
