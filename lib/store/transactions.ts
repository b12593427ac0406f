import { EXISTS, IS_NEW, keys, partitions } from './keys.ts'
import { meterValuesVerbs } from './meter-values.ts'
import type {
  Transaction,
  TransactionStamps,
  TransactionStart,
  TransactionStop,
  Transactions,
} from './port.ts'
import type { Item, TableClient } from './table-client.ts'
import { firstId, nextId, startKey, stopKey } from './transaction-id.ts'
import { pageOfTransactions } from './transaction-lists.ts'
import { type StoredTransaction, toTransaction } from './transaction-record.ts'

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
    const [transactionId, start, idTagInfo, stamps] = args
    const naturalKey = startKey(start)
    const { timestamp, receivedAt, ...facts } = start
    const startedAt = timestamp || receivedAt
    const time = `${startedAt}#${transactionId}`
    const record: StoredTransaction = {
      transactionId,
      ...facts,
      ...stamps,
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
    return found.item ? toTransaction(found.item) : recordStart(found.transactionId, start, idTagInfo, stamps)
  }

  /** A stop that ends no running transaction here, as a record of its own. */
  async function recordStrayStop(
    chargePointId: string,
    reportedTransactionId: number,
    stop: TransactionStop,
    stamps: TransactionStamps = {},
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
      ...stamps,
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
    return recordStrayStop(chargePointId, reportedTransactionId, stop, stamps, of)
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

  return {
    ...meterValuesVerbs(table),

    async findStart(start) {
      const { transactionId, item } = await findOf(start)
      return { transactionId, ...(item ? { transaction: toTransaction(item) } : {}) }
    },

    recordStart,

    async recordStop(chargePointId, transactionId, stop, stamps) {
      const { written, item } = await stopWith(chargePointId, transactionId, stop)
      if (written) return { transaction: toTransaction(item), resent: false }
      if (item?.chargePointId !== chargePointId)
        return recordStrayStop(chargePointId, transactionId, stop, stamps)
      const known = item.stop as TransactionStop
      const same =
        known.meterStop === stop.meterStop && (stop.timestamp === '' || stop.timestamp === known.timestamp)
      return same
        ? { transaction: toTransaction(item), resent: true }
        : recordStrayStop(chargePointId, transactionId, stop, stamps, item)
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

    async getTransaction(transactionId) {
      const item = await table.get(keys.transaction(transactionId))
      return item && toTransaction(item)
    },

    listTransactions: (filter, page) => pageOfTransactions(table, filter, page),
  }
}

/** Out of the index of running transactions. */
const LEAVE_ACTIVE = 'REMOVE #activePk, #activeSk'

const timed = (stop: TransactionStop): TransactionStop => ({
  ...stop,
  timestamp: stop.timestamp || stop.receivedAt,
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
