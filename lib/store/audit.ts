import { expiresAfter, IS_NEW, keys, partitions } from './keys.ts'
import { InvalidCursorError } from './paging.ts'
import type { AuditEntry, AuditFilter, Journal, Page, PageRequest } from './port.ts'
import { withoutKeys } from './record.ts'
import { type IndexName, TABLE } from './table.ts'
import type { Item, TableClient } from './table-client.ts'

/** For one page: entries looked at, at once and in all. */
const LOOKS_AT_ONCE = 250
const LOOKS_MAX = 1000

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
async function listAudit(
  table: TableClient,
  filter: AuditFilter,
  { limit, cursor, oldestFirst = false }: PageRequest & { oldestFirst?: boolean },
): Promise<Page<AuditEntry>> {
  const { index, partition, alone } = indexOf(filter)
  const found: Item[] = []
  const range = { from: filter.from ?? FIRST, to: filter.to ?? LAST }
  let after = cursor === undefined ? undefined : startOf(cursor, range, index, partition)
  let looks = 0
  do {
    const missing = limit + 1 - found.length
    const { items, last } = await table.query({
      index,
      partition,
      ...range,
      newestFirst: !oldestFirst,
      limit: alone ? missing : Math.max(missing, LOOKS_AT_ONCE),
      ...(after ? { after } : {}),
    })
    looks += items.length
    found.push(...items.filter((item) => isMeant(item as unknown as AuditEntry, filter)))
    after = last
  } while (after && found.length <= limit && looks < LOOKS_MAX)
  const items = found.slice(0, limit)
  const lastItem = found.length > limit ? items.at(-1) : after
  const order = lastItem?.[TABLE.indexes[index].sortKey]
  return {
    items: items.map(toAudit),
    ...(order === undefined ? {} : { cursor: Buffer.from(String(order)).toString('base64url') }),
  }
}

/** Before and behind every instant. */
const FIRST = '0'
const LAST = '~'

function indexOf({ by, operation, target }: AuditFilter): {
  index: IndexName
  partition: string
  /** Nothing else is asked for. */
  alone: boolean
} {
  const place = target === undefined ? undefined : placeOf(target)
  const given = [by, operation, target].filter((each) => each !== undefined).length
  if (place !== undefined) {
    const alone = given === 1 && place === target
    return { index: 'idTag', partition: partitions.auditOfPlace(place), alone }
  }
  if (by !== undefined) return { index: 'chargePoint', partition: partitions.auditBy(by), alone: given === 1 }
  if (operation !== undefined)
    return { index: 'active', partition: partitions.auditOfOperation(operation), alone: given === 1 }
  return { index: 'list', partition: partitions.audit, alone: given === 0 }
}

function isMeant(entry: AuditEntry, { by, operation, target }: AuditFilter): boolean {
  return (
    (by === undefined || entry.by === by) &&
    (operation === undefined || entry.operation === operation) &&
    (target === undefined || entry.target === target || entry.target.startsWith(`${target}/`))
  )
}

/** DynamoDB refuses a start outside of what is asked for. */
function startOf(
  cursor: string,
  { from, to }: { from: string; to: string },
  index: IndexName,
  partition: string,
): Record<string, unknown> {
  const order = Buffer.from(cursor, 'base64url').toString()
  const auditId = /^\d{4}-[^#]+#(.+)$/s.exec(order)?.[1]
  if (auditId === undefined || order < from || order > to)
    throw new InvalidCursorError('the cursor is not one of this list')
  const { partitionKey, sortKey } = TABLE.indexes[index]
  return { ...keys.audit(auditId), [partitionKey]: partition, [sortKey]: order }
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
