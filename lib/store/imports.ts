import { EXISTS, expiresAfter, IS_NEW, keys, partitions } from './keys.ts'
import { InvalidCursorError, pageOf } from './paging.ts'
import type { Import, ImportCounts, Imports, Page, PageRequest, RowError } from './port.ts'
import { withoutKeys } from './record.ts'
import type { Item, TableClient } from './table-client.ts'

/** As long as tasks are kept. */
const RETENTION_DAYS = 90

const toImport = (item: Item): Import => withoutKeys<Import>(item)

export function importVerbs(table: TableClient): Imports {
  return {
    async createImport(record) {
      const { importId, createdAt } = record
      await table.put(
        {
          ...keys.import(importId),
          ...record,
          listPk: partitions.imports,
          listSk: `${createdAt}#${importId}`,
          ttl: expiresAfter(RETENTION_DAYS, createdAt),
        },
        { condition: IS_NEW },
      )
    },

    async getImport(importId) {
      const item = await table.get(keys.import(importId))
      return item && toImport(item)
    },

    listImports: (page) =>
      pageOf(table, { index: 'list', partition: partitions.imports, newestFirst: true }, page, toImport),

    async cancelImport(importId, at) {
      const { written, item } = await table.update({
        key: keys.import(importId),
        update: 'SET #cancelledAt = if_not_exists(#cancelledAt, :at)',
        condition: `${EXISTS} AND attribute_not_exists(#endedAt)`,
        values: { at },
      })
      return written ? toImport(item) : undefined
    },

    async endImport(importId, { endedAt, counts }) {
      await table.update({
        key: keys.import(importId),
        update: 'SET #endedAt = :endedAt, #counts = :counts',
        condition: `${EXISTS} AND attribute_not_exists(#endedAt)`,
        values: { endedAt, counts },
      })
    },

    async keepRows(importId, batch, sealed, until) {
      const ttl = expiresAfter(1, until)
      await table.put({ ...keys.importRows(importId, batch), sealed, ttl }, { condition: IS_NEW })
    },

    async sealedRows(importId, batch) {
      const item = await table.get(keys.importRows(importId, batch))
      return item?.sealed as Uint8Array | undefined
    },

    async closeRows(importId, batch, { counts, errors, at }) {
      const ttl = expiresAfter(RETENTION_DAYS, at)
      const { written } = await table.transact([
        { put: { ...keys.importOutcome(importId, batch), counts, ttl }, condition: IS_NEW },
        ...(errors.length > 0 ? [{ put: { ...keys.importErrors(importId, batch), errors, ttl } }] : []),
        { delete: keys.importRows(importId, batch) },
      ])
      if (!written) await table.delete(keys.importRows(importId, batch))
    },

    async listOutcomes(importId) {
      const { pk } = keys.importOutcome(importId, 0)
      const items = await table.queryAll({ partition: pk, prefix: 'OUTCOME#', consistent: true })
      return items.map((item) => ({ batch: batchOf(item), counts: item.counts as ImportCounts }))
    },

    listRowErrors: (importId, page) => listRowErrors(table, importId, page),
  }
}

const batchOf = ({ sk }: Item): number => Number(sk.split('#')[1])

/** Batches whose errors are read at once: one may have a hundred of them. */
const BATCHES_AT_ONCE = 5

/** The errors of one batch after those of another. A cursor says how far into which batch it goes. */
async function listRowErrors(
  table: TableClient,
  importId: string,
  { limit, cursor }: PageRequest,
): Promise<Page<RowError>> {
  const { pk } = keys.importErrors(importId, 0)
  const start = cursor === undefined ? { batch: 0, position: 0 } : readCursor(cursor)
  const found: { batch: number; position: number; error: RowError }[] = []
  let from = keys.importErrors(importId, start.batch).sk
  for (;;) {
    const { items, last } = await table.query({
      partition: pk,
      from,
      to: 'ERRORS#~',
      limit: BATCHES_AT_ONCE,
      consistent: true,
    })
    for (const item of items) {
      const batch = batchOf(item)
      const skipped = batch === start.batch ? start.position : 0
      const errors = item.errors as RowError[]
      found.push(
        ...errors.slice(skipped).map((error, index) => ({ batch, position: skipped + index, error })),
      )
    }
    const next = found[limit]
    if (next) {
      const further = Buffer.from(`${next.batch}.${next.position}`).toString('base64url')
      return { items: found.slice(0, limit).map(({ error }) => error), cursor: further }
    }
    if (!last) return { items: found.map(({ error }) => error) }
    from = `${last.sk}~`
  }
}

function readCursor(cursor: string): { batch: number; position: number } {
  const [, batch, position] = /^(\d{1,6})\.(\d{1,6})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (batch === undefined) throw new InvalidCursorError('the cursor is not one of this list')
  return { batch: Number(batch), position: Number(position) }
}
