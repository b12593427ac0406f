import * as z from 'zod'
import { closeTransaction as close } from '../central-system/transactions.ts'
import { TRANSACTIONS_CSV } from './csv-columns.ts'
import { defined } from './defined.ts'
import { listDoubtful } from './doubts.ts'
import { endpoint } from './endpoint.ts'
import { freeText, givenInstant, maybe } from './fields.ts'
import { pageSchema } from './paging.ts'
import { invalid, problem } from './problem.ts'
import { readFilter, transactionParams, transactionQuery, unknownTransaction } from './transaction-input.ts'
import { viewOneTransaction, viewTransactions } from './transaction-meters.ts'
import { transactionSchema, viewTransaction } from './transaction-view.ts'

const tag = 'Transactions'

export const listTransactions = endpoint({
  operationId: 'listTransactions',
  method: 'get',
  path: '/transactions',
  tag,
  summary: 'List transactions',
  description: [
    'By start; a stop of nothing that was started here stands where it stopped. Everything that is asked for must hold.',
    'A page may have fewer items than its limit, or none, and still a cursor: only so many are looked at for one page.',
    'What has changed is found by its user, site, reason and flags a moment later.',
  ].join(' '),
  query: transactionQuery,
  csv: TRANSACTIONS_CSV,
  answers: {
    200: { description: 'A page of transactions', body: pageSchema('TransactionPage', transactionSchema) },
  },
  problems: ['invalid'],
}).answer(async ({ query, system, now }) => {
  const read = readFilter(query)
  if ('issues' in read) return invalid(read.issues)
  const { limit, cursor, order, doubtful } = query
  const wanted = { ...read.filter, oldestFirst: order === 'asc' }
  const request = defined({ limit, cursor })
  const page = doubtful
    ? await listDoubtful(system, wanted, request, now)
    : await system.store.listTransactions(wanted, request)
  return { status: 200, body: await viewTransactions(system, page, now) }
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
}).answer(async ({ params: { transactionId }, system, now }) => {
  const transaction = await system.store.getTransaction(transactionId)
  if (!transaction) return unknownTransaction(transactionId)
  return { status: 200, body: await viewOneTransaction(system, transaction, now) }
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
  role: 'operator',
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
  const closed = await viewOneTransaction(system, result.transaction, now)
  return { status: 200, body: closed, before: viewTransaction(transaction) }
})

function timestampIssue(timestamp: string | undefined, startedAt: string | undefined, now: string) {
  if (timestamp === undefined) return undefined
  if (timestamp > now) return 'must not be in the future'
  return startedAt !== undefined && timestamp < startedAt
    ? `must not be before its start, ${startedAt}`
    : undefined
}
