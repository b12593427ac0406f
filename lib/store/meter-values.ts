import { IS_NEW, keys } from './keys.ts'
import { pageOf, pageOfRows } from './paging.ts'
import type {
  MeterValuesFilter,
  MeterValuesRecord,
  Page,
  PageRequest,
  SampledValue,
  TransactionFigures,
  Transactions,
} from './port.ts'
import { withoutKeys } from './record.ts'
import type { Item, Query, TableClient } from './table-client.ts'
import { digest } from './transaction-id.ts'

export const toMeterValues = (item: Item): MeterValuesRecord => withoutKeys<MeterValuesRecord>(item)

export const toFigures = (item: Item): TransactionFigures => withoutKeys<TransactionFigures>(item)

type MeterValuesVerbs = Pick<
  Transactions,
  | 'recordMeterValues'
  | 'latestMeterValues'
  | 'listTransactionMeterValues'
  | 'listChargePointMeterValues'
  | 'keepTransactionFigures'
  | 'transactionFigures'
>

/** Meter values, one item per message, and what those of a transaction come to. */
export function meterValuesVerbs(table: TableClient): MeterValuesVerbs {
  /** The live record's word for whose transaction it is was good enough to store by, but not to show by. */
  async function ofOwner(transactionId: number) {
    const chargePointId = (await table.get(keys.transaction(transactionId)))?.chargePointId
    if (chargePointId === undefined) return undefined
    return {
      ...meterValuesOf({ transactionId }),
      filter: '#chargePointId = :chargePointId',
      values: { chargePointId },
    }
  }

  return {
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

    async latestMeterValues(transactionId, count) {
      const query = await ofOwner(transactionId)
      if (!query) return { items: [] }
      return pageOf(table, { ...query, newestFirst: true }, { limit: count }, toMeterValues)
    },

    async listTransactionMeterValues(transactionId, page, filter = {}) {
      const query = await ofOwner(transactionId)
      return query ? pageOfValues(table, query, page, filter) : { items: [] }
    },

    listChargePointMeterValues: (chargePointId, page) =>
      pageOf(table, meterValuesOf({ chargePointId }), page, toMeterValues),

    async keepTransactionFigures(transactionId, figures) {
      await table.put(
        { ...keys.transactionFigures(transactionId), ...figures },
        // One who has seen fewer messages came later only by being slow.
        { condition: `${IS_NEW} OR #messages <= :messages`, values: { messages: figures.messages } },
      )
    },

    async transactionFigures(transactionIds, options) {
      const items = await table.getMany(transactionIds.map(keys.transactionFigures), options)
      return items.map((item) => item && toFigures(item))
    },
  }
}

const meterValuesOf = (owner: Parameters<typeof keys.meterValues>[0]) => ({
  partition: keys.meterValues(owner, '', '').pk,
  prefix: 'MV#',
  consistent: true,
})

function pageOfValues(
  table: TableClient,
  query: Omit<Query, 'limit' | 'after'>,
  page: PageRequest,
  filter: MeterValuesFilter,
): Promise<Page<MeterValuesRecord>> {
  if (Object.keys(filter).length === 0) return pageOf(table, query, page, toMeterValues)
  return pageOfRows(table, query, page, async (items) =>
    items.map((item) => matching(toMeterValues(item), filter)),
  )
}

/** The message with those of its values that are asked for; undefined where none is. */
function matching(record: MeterValuesRecord, filter: MeterValuesFilter): MeterValuesRecord | undefined {
  const meterValue = record.meterValue
    .map((entry) => ({
      ...entry,
      sampledValue: entry.sampledValue.filter((each) => isAskedFor(each, filter)),
    }))
    .filter(({ sampledValue }) => sampledValue.length > 0)
  return meterValue.length > 0 ? { ...record, meterValue } : undefined
}

/** What is not said means what §7.43 says it means. */
function isAskedFor(
  { measurand = 'Energy.Active.Import.Register', phase, context = 'Sample.Periodic' }: SampledValue,
  wanted: MeterValuesFilter,
): boolean {
  return (
    (wanted.measurand ?? measurand) === measurand &&
    (wanted.phase === undefined || wanted.phase === phase) &&
    (wanted.context ?? context) === context
  )
}
