import { expiresAfter, IS_NEW, keys, partitions } from './keys.ts'
import { pageOfRows } from './paging.ts'
import type { AuditEntry, AuditFilter, Journal, Page, PageRequest } from './port.ts'
import { withoutKeys } from './record.ts'
import type { IndexName } from './table.ts'
import type { Item, TableClient } from './table-client.ts'

export function auditVerbs(table: TableClient): Pick<Journal, 'recordAudit' | 'getAudit' | 'listAudit'> {
  return {
    async recordAudit(entry, days) {
      const { at, auditId, by, operation, target } = entry
      const order = orderOf(entry)
      const place = placeOf(target)
      await table.put(
        {
          ...keys.audit(auditId),
          ...fromAudit(entry),
          listPk: partitions.audit,
          listSk: order,
          activePk: partitions.auditOfOperation(operation),
          activeSk: order,
          ...(by === undefined ? {} : { chargePointPk: partitions.auditBy(by), chargePointSk: order }),
          ...(place === undefined ? {} : { idTagPk: partitions.auditOfPlace(place), idTagSk: order }),
          ttl: expiresAfter(days, at),
        },
        { condition: IS_NEW },
      )
    },

    async getAudit(auditId) {
      const item = await table.get(keys.audit(auditId))
      return item && toAudit(item)
    },

    listAudit: (filter, page) => listAudit(table, filter, page),
  }
}

/** Entries stand in this order in every index; it names an entry, too. */
const orderOf = ({ at, auditId }: Pick<AuditEntry, 'at' | 'auditId'>) => `${at}#${auditId}`

/** Of what a key has room for; the entry decides. */
const PLACE_MAX = 1500

/** The resource that a path is of or below: its first two parts. */
const placeOf = (path: string): string | undefined => /^\/[^/]+\/[^/]+/.exec(path)?.[0].slice(0, PLACE_MAX)

/** The index that tells most finds entries, each entry is held against the whole filter. */
function listAudit(
  table: TableClient,
  filter: AuditFilter,
  { oldestFirst = false, ...page }: PageRequest & { oldestFirst?: boolean },
): Promise<Page<AuditEntry>> {
  const { from, to } = filter
  // Orders are longer than the instants they begin with, so the end is not in the range.
  const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  return pageOfRows(table, { ...indexOf(filter), ...range, newestFirst: !oldestFirst }, page, async (items) =>
    items.map(toAudit).map((entry) => (isMeant(entry, filter) ? entry : undefined)),
  )
}

function indexOf({ by, operation, target }: AuditFilter): { index: IndexName; partition: string } {
  const place = target === undefined ? undefined : placeOf(target)
  if (place !== undefined) return { index: 'idTag', partition: partitions.auditOfPlace(place) }
  if (by !== undefined) return { index: 'chargePoint', partition: partitions.auditBy(by) }
  if (operation !== undefined) return { index: 'active', partition: partitions.auditOfOperation(operation) }
  return { index: 'list', partition: partitions.audit }
}

function isMeant(entry: AuditEntry, { by, operation, target }: AuditFilter): boolean {
  return (
    (by === undefined || entry.by === by) &&
    (operation === undefined || entry.operation === operation) &&
    (target === undefined || entry.target === target || entry.target.startsWith(`${target}/`))
  )
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
