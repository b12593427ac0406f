import * as z from 'zod'
import { closeTransaction as close } from '../central-system/transactions.ts'
import { defined } from './defined.ts'
import { type Doubted, listDoubtful, withDoubts } from './doubts.ts'
import { endpoint } from './endpoint.ts'
import { freeText, givenInstant, maybe } from './fields.ts'
import { meterValuesPage, viewMeterValues } from './meter-values.ts'
import { pageBody, pageFields, pageQuery, pageSchema } from './paging.ts'
import { invalid, type Problem, problem } from './problem.ts'
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
  doubtful: maybe(z.literal('true')).meta({
    description:
      'Only those running that may be over; see their `doubt`. A page may then have fewer items than its limit',
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
}).answer(async ({ query: { limit, cursor, active, doubtful, ...filter }, system, now }) => {
  if (doubtful && active === 'false') {
    return invalid([{ path: 'doubtful', message: 'only transactions that run can be in doubt' }])
  }
  const wanted = defined({ ...filter, active: active === undefined ? undefined : active === 'true' })
  const request = defined({ limit, cursor })
  const page = doubtful
    ? await listDoubtful(system, filter, request, now)
    : await withDoubts(system, await system.store.listTransactions(wanted, request), now)
  return { status: 200, body: pageBody(page, viewDoubted) }
})

const viewDoubted = ({ transaction, doubt }: Doubted) => viewTransaction(transaction, doubt)

export const readTransaction = endpoint({
  operationId: 'readTransaction',
  method: 'get',
  path: '/transactions/{transactionId}',
  tag,
  summary: 'Read a transaction',
  params: transactionParams,
  answers: { 200: { description: 'The transaction', body: transactionSchema, etag: true } },
  problems: ['unknown'],
}).answer(async ({ params: { transactionId }, system, now }) => {
  const transaction = await system.store.getTransaction(transactionId)
  if (!transaction) return unknownTransaction(transactionId)
  const { items } = await withDoubts(system, { items: [transaction] }, now)
  return { status: 200, body: viewTransaction(transaction, items[0]?.doubt) }
})

const closingSchema = z
  .strictObject({
    meterStop: maybe(z.int32().min(0)).meta({
      description: 'Wh; the last reading that is known unless given',
      examples: [15_300],
    }),
    timestamp: maybe(givenInstant('When it stopped; when it was last heard of unless given')),
    reason: maybe(freeText(50)).meta({ description: 'Why it stopped; Other unless given' }),
  })
  .meta({ id: 'Closing', examples: [{}, { meterStop: 15_300, reason: 'PowerLoss' }] })

export const closeTransaction = endpoint({
  operationId: 'closeTransaction',
  method: 'post',
  path: '/transactions/{transactionId}/close',
  tag,
  summary: 'Close a transaction by hand',
  description:
    'For one whose stop does not come. It is on record as a guess, and in the audit; a stop that comes after all takes its place.',
  params: transactionParams,
  body: closingSchema,
  answers: { 200: { description: 'The transaction, stopped', body: transactionSchema } },
  problems: ['unknown', 'stopped', 'invalid'],
}).answer(async ({ params: { transactionId }, body, system, now, origin }) => {
  const transaction = await system.store.getTransaction(transactionId)
  if (!transaction) return unknownTransaction(transactionId)
  const issue = timestampIssue(body.timestamp, transaction.startedAt, now)
  if (issue) return invalid([{ path: 'timestamp', message: issue }])
  const result = await close(system, transactionId, defined({ ...body, by: origin }))
  if (result === 'unknown') return unknownTransaction(transactionId)
  if (result === 'stopped') return problem('stopped', `transaction ${transactionId} has stopped already`)
  return { status: 200, body: viewTransaction(result.transaction) }
})

function timestampIssue(timestamp: string | undefined, startedAt: string | undefined, now: string) {
  if (timestamp === undefined) return undefined
  if (timestamp > now) return 'must not be in the future'
  return startedAt !== undefined && timestamp < startedAt
    ? `must not be before its start, ${startedAt}`
    : undefined
}

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
