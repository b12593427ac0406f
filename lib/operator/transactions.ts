import * as z from 'zod'
import { endpoint } from './endpoint.ts'
import { maybe } from './fields.ts'
import { meterValuesPage, viewMeterValues } from './meter-values.ts'
import { pageBody, pageFields, pageQuery, pageSchema } from './paging.ts'
import { type Problem, problem } from './problem.ts'
import { transactionSchema, viewTransaction } from './transaction-view.ts'

const tag = 'Transactions'

const transactionParams = z.strictObject({
  transactionId: z
    .preprocess((text) => (/^\d{1,10}$/.test(String(text)) ? Number(text) : text), z.int32().min(1))
    .meta({ description: 'The id of the transaction', examples: [1804289383] }),
})

const unknownTransaction = (transactionId: number): Problem<'unknown'> =>
  problem('unknown', `there is no transaction ${transactionId}`)

const filters = z.strictObject({
  ...pageFields,
  chargePointId: maybe(z.string().min(1)).meta({ description: 'Only those of this charge point' }),
  idTag: maybe(z.string().min(1)).meta({
    description: 'Only those started with this id tag, whatever its case',
  }),
  active: maybe(z.enum(['true', 'false'])).meta({
    description: 'Only those running (true), or only those that have stopped (false)',
  }),
})

export const listTransactions = endpoint({
  operationId: 'listTransactions',
  method: 'get',
  path: '/transactions',
  tag,
  summary: 'List transactions',
  description: 'Newest start first.',
  query: filters,
  answers: {
    200: { description: 'A page of transactions', body: pageSchema('TransactionPage', transactionSchema) },
  },
  problems: ['invalid'],
}).answer(async ({ query: { limit, cursor, active, ...filter }, system }) => {
  const page = await system.store.listTransactions(
    { ...filter, ...(active === undefined ? {} : { active: active === 'true' }) },
    { limit, ...(cursor === undefined ? {} : { cursor }) },
  )
  return { status: 200, body: pageBody(page, viewTransaction) }
})

export const readTransaction = endpoint({
  operationId: 'readTransaction',
  method: 'get',
  path: '/transactions/{transactionId}',
  tag,
  summary: 'Read a transaction',
  params: transactionParams,
  answers: { 200: { description: 'The transaction', body: transactionSchema, etag: true } },
  problems: ['unknown'],
}).answer(async ({ params: { transactionId }, system }) => {
  const transaction = await system.store.getTransaction(transactionId)
  return transaction ? { status: 200, body: viewTransaction(transaction) } : unknownTransaction(transactionId)
})

export const listTransactionMeterValues = endpoint({
  operationId: 'listTransactionMeterValues',
  method: 'get',
  path: '/transactions/{transactionId}/meter-values',
  tag,
  summary: 'List the meter values of a transaction',
  description: 'Oldest first, with those that came with the stop, and after it.',
  params: transactionParams,
  query: pageQuery,
  answers: { 200: { description: 'A page of meter values', body: meterValuesPage } },
  problems: ['unknown', 'invalid'],
}).answer(async ({ params: { transactionId }, query, system }) => {
  const { store } = system
  const page = await store.listTransactionMeterValues(transactionId, query)
  const known = page.items.length > 0 || (await store.getTransaction(transactionId))
  return known ? { status: 200, body: pageBody(page, viewMeterValues) } : unknownTransaction(transactionId)
})
