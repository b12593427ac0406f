import { EXISTS, IS_NEW, keys, partitions } from './keys.ts'
import { pageOf } from './paging.ts'
import type {
  MeterValuesRecord,
  Page,
  PageRequest,
  Transaction,
  TransactionFilter,
  TransactionFlag,
  TransactionStart,
  TransactionStop,
  Transactions,
} from './port.ts'
import { withoutKeys } from './record.ts'
import type { Item, Query, TableClient } from './table-client.ts'
import { digest, firstId, nextId, startKey, stopKey } from './transaction-id.ts'

type StoredTransaction = Omit<Transaction, 'flags'> & { flags?: TransactionFlag[]; naturalKey: string }

function toTransaction(item: Item): Transaction {
  const { naturalKey: _, flags = [], ...transaction } = withoutKeys<StoredTransaction>(item)
  const { idTagInfo, stop, meterStart, zombie } = transaction
  const derived: TransactionFlag[] = [
    ...(idTagInfo && idTagInfo.status !== 'Accepted' ? (['refused'] as const) : []),
    ...(meterStart !== undefined && stop?.meterStop !== undefined && stop.meterStop < meterStart
      ? (['meterBackwards'] as const)
      : []),
    ...(stop?.guessed ? (['guessedStop'] as const) : []),
    ...(zombie && !stop ? (['zombie'] as const) : []),
  ]
  return { ...transaction, flags: [...flags, ...derived] }
}

export function transactionVerbs(table: TableClient): Transactions {
  /** The item under this natural key, or the id it may take. `isOurs` can tell a namesake from the record itself. */
  async function find(naturalKey: string, isOurs: (item: Item) => boolean = () => true) {
    for (let transactionId = firstId(naturalKey); ; transactionId = nextId(transactionId)) {
      const item = await table.get(keys.transaction(transactionId))
      if (!item) return { transactionId }
      if (item.naturalKey === naturalKey && isOurs(item)) return { transactionId, item }
    }
  }

  const findOf = (start: TransactionStart) =>
    // Without a time of its own, a start that equals a finished one is a new one.
    find(startKey(start), (item) => start.timestamp !== '' || item.stop === undefined)

  async function recordStart(...args: Parameters<Transactions['recordStart']>): Promise<Transaction> {
    const [transactionId, start, idTagInfo] = args
    const naturalKey = startKey(start)
    const { timestamp, receivedAt, ...facts } = start
    const startedAt = timestamp || receivedAt
    const time = `${startedAt}#${transactionId}`
    const record: StoredTransaction = {
      transactionId,
      ...facts,
      startedAt,
      idTagInfo,
      startReceivedAt: receivedAt,
      naturalKey,
    }
    const { written, item } = await table.put(
      {
        ...keys.transaction(transactionId),
        ...record,
        ...inLists(start.chargePointId, start.idTag, time),
        activePk: partitions.transactions,
        activeSk: time,
      },
      { condition: IS_NEW },
    )
    if (written || item?.naturalKey === naturalKey) return toTransaction(item as Item)
    const found = await findOf(start)
    return found.item ? toTransaction(found.item) : recordStart(found.transactionId, start, idTagInfo)
  }

  /** A stop that ends no running transaction here, as a record of its own. */
  async function recordStrayStop(
    chargePointId: string,
    reportedTransactionId: number,
    stop: TransactionStop,
    of?: Item,
  ): Promise<{ transaction: Transaction; resent: boolean }> {
    const naturalKey = stopKey(chargePointId, reportedTransactionId, stop)
    const found = await find(naturalKey)
    if (found.item) return { transaction: toTransaction(found.item), resent: true }
    const { transactionId } = found
    const timestamp = stop.timestamp || stop.receivedAt
    const record: StoredTransaction = {
      transactionId,
      chargePointId,
      ...(of?.connectorId === undefined ? {} : { connectorId: of.connectorId as number }),
      ...(stop.idTag ? { idTag: stop.idTag } : {}),
      stop: { ...stop, timestamp, reportedTransactionId },
      flags: [of ? 'secondStop' : 'orphanStop'],
      naturalKey,
    }
    const { written, item } = await table.put(
      {
        ...keys.transaction(transactionId),
        ...record,
        ...inLists(chargePointId, stop.idTag, `${timestamp}#${transactionId}`),
      },
      { condition: IS_NEW },
    )
    if (written) return { transaction: toTransaction(item), resent: false }
    return recordStrayStop(chargePointId, reportedTransactionId, stop, of)
  }

  /** A station's stop ends a running transaction, or takes the place of an operator's guess. */
  async function stopWith(chargePointId: string, transactionId: number, stop: TransactionStop) {
    const key = keys.transaction(transactionId)
    const values = { stop: timed(stop), chargePointId }
    const first = await table.update({
      key,
      update: `SET #stop = :stop ${LEAVE_ACTIVE}, #zombie`,
      condition: '#chargePointId = :chargePointId AND attribute_not_exists(#stop)',
      values,
    })
    if (first.written || !(first.item?.stop as TransactionStop | undefined)?.guessed) return first
    return table.update({
      key,
      update: `SET #guessedStop = #stop, #stop = :stop ${LEAVE_ACTIVE}, #zombie`,
      condition: '#chargePointId = :chargePointId AND attribute_exists(#stop.#guessed)',
      values,
    })
  }

  async function meterValuesPage(
    transactionId: number,
    page: PageRequest,
    newestFirst: boolean,
  ): Promise<Page<MeterValuesRecord>> {
    // The live record's word for whose transaction it is was good enough to store by, but not to show by.
    const chargePointId = (await table.get(keys.transaction(transactionId)))?.chargePointId
    if (chargePointId === undefined) return { items: [] }
    const own = { filter: '#chargePointId = :chargePointId', values: { chargePointId } }
    return pageOf(table, { ...meterValuesOf({ transactionId }), ...own, newestFirst }, page, toMeterValues)
  }

  return {
    async findStart(start) {
      const { transactionId, item } = await findOf(start)
      return { transactionId, ...(item ? { transaction: toTransaction(item) } : {}) }
    },

    recordStart,

    async recordStop(chargePointId, transactionId, stop) {
      const { written, item } = await stopWith(chargePointId, transactionId, stop)
      if (written) return { transaction: toTransaction(item), resent: false }
      if (item?.chargePointId !== chargePointId) return recordStrayStop(chargePointId, transactionId, stop)
      const known = item.stop as TransactionStop
      const same =
        known.meterStop === stop.meterStop && (stop.timestamp === '' || stop.timestamp === known.timestamp)
      return same
        ? { transaction: toTransaction(item), resent: true }
        : recordStrayStop(chargePointId, transactionId, stop, item)
    },

    async closeTransaction(transactionId, stop) {
      const { written, item } = await table.update({
        key: keys.transaction(transactionId),
        update: `SET #stop = :stop ${LEAVE_ACTIVE}`,
        condition: `${EXISTS} AND attribute_not_exists(#stop)`,
        values: { stop: timed(stop) },
      })
      const known = item?.stop as TransactionStop | undefined
      const ours = known?.guessed !== undefined && known.receivedAt === stop.receivedAt
      return item && (written || ours) ? toTransaction(item) : undefined
    },

    async flagZombie(transactionId, zombie) {
      const { written } = await table.update({
        key: keys.transaction(transactionId),
        update: 'SET #zombie = :zombie',
        condition: `${EXISTS} AND attribute_not_exists(#stop) AND attribute_not_exists(#zombie)`,
        values: { zombie },
      })
      return written
    },

    async latestMeterValues(transactionId, count) {
      return (await meterValuesPage(transactionId, { limit: count }, true)).items
    },

    async getTransaction(transactionId) {
      const item = await table.get(keys.transaction(transactionId))
      return item && toTransaction(item)
    },

    listTransactions: (filter, page) =>
      pageOf(table, { ...listQuery(filter), newestFirst: true }, page, toTransaction),

    async recordMeterValues(record) {
      const { transactionId, chargePointId, connectorId, meterValue, flag, receivedAt } = record
      const owner = transactionId !== undefined && flag !== 'orphan' ? { transactionId } : { chargePointId }
      const content = digest([
        chargePointId,
        transactionId,
        connectorId,
        meterValue,
        flag === 'transactionData',
      ])
      const key = keys.meterValues(owner, meterValue[0]?.timestamp || receivedAt, content.slice(0, 16))
      const timed = meterValue.map((entry) => ({ ...entry, timestamp: entry.timestamp || receivedAt }))
      await table.put({ ...key, ...record, meterValue: timed }, { condition: IS_NEW })
    },

    listTransactionMeterValues: (transactionId, page) => meterValuesPage(transactionId, page, false),

    listChargePointMeterValues: (chargePointId, page) =>
      pageOf(table, meterValuesOf({ chargePointId }), page, toMeterValues),
  }
}

/** Out of the index of running transactions. */
const LEAVE_ACTIVE = 'REMOVE #activePk, #activeSk'

const timed = (stop: TransactionStop): TransactionStop => ({
  ...stop,
  timestamp: stop.timestamp || stop.receivedAt,
})

const toMeterValues = (item: Item): MeterValuesRecord => withoutKeys<MeterValuesRecord>(item)

const meterValuesOf = (owner: Parameters<typeof keys.meterValues>[0]) => ({
  partition: keys.meterValues(owner, '', '').pk,
  prefix: 'MV#',
  consistent: true,
})

function inLists(chargePointId: string, idTag: string | undefined, time: string) {
  return {
    listPk: partitions.transactions,
    listSk: time,
    chargePointPk: partitions.ofChargePoint(chargePointId),
    chargePointSk: time,
    ...(idTag ? { idTagPk: partitions.ofIdTag(idTag), idTagSk: time } : {}),
  }
}

function listQuery({ chargePointId, idTag, active }: TransactionFilter): Omit<Query, 'limit'> {
  const running =
    active === undefined ? [] : [active ? 'attribute_not_exists(#stop)' : 'attribute_exists(#stop)']
  const filtered = (conditions: string[], values: Record<string, unknown> = {}) =>
    conditions.length > 0 ? { filter: conditions.join(' AND '), values } : {}
  if (chargePointId !== undefined && idTag !== undefined) {
    return {
      index: 'idTag',
      partition: partitions.ofIdTag(idTag),
      ...filtered([...running, '#chargePointId = :chargePointId'], { chargePointId }),
    }
  }
  if (chargePointId !== undefined) {
    return { index: 'chargePoint', partition: partitions.ofChargePoint(chargePointId), ...filtered(running) }
  }
  if (idTag !== undefined)
    return { index: 'idTag', partition: partitions.ofIdTag(idTag), ...filtered(running) }
  if (active) return { index: 'active', partition: partitions.transactions }
  return { index: 'list', partition: partitions.transactions, ...filtered(running) }
}
