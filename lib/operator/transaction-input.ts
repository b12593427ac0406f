import * as z from 'zod'
import type { TransactionFilter } from '../store/port.ts'
import { defined } from './defined.ts'
import { givenInstant, INT32_MAX, integerIn, maybe, SOUGHT_MAX } from './fields.ts'
import { periodIssues } from './list-queries.ts'
import { pageFields } from './paging.ts'
import { type Issue, type Problem, problem } from './problem.ts'
import { transactionFlag } from './transaction-view.ts'

export const transactionParams = z.strictObject({
  transactionId: integerIn(1, INT32_MAX).meta({
    description: 'The id of the transaction',
    examples: [1804289383],
  }),
})

export const unknownTransaction = (transactionId: number): Problem<'unknown'> =>
  problem('unknown', `there is no transaction ${transactionId}`)

const text = (description: string) => maybe(z.string().min(1).max(SOUGHT_MAX)).meta({ description })

export const transactionQuery = z.strictObject({
  ...pageFields,
  order: z
    .enum(['desc', 'asc'])
    .default('desc')
    .meta({ description: 'By start: desc is the newest first', default: 'desc' }),
  chargePointId: text('Only those of this charge point'),
  connectorId: maybe(integerIn(0, INT32_MAX)).meta({
    description: 'Only those of this connector; goes with `chargePointId`',
  }),
  idTag: text('Only those started with this id tag, whatever its case'),
  userId: text('Only those of this user: whose the id tag was when it started'),
  siteId: text('Only those of this site: where the charge point stood when it started'),
  state: maybe(z.enum(['active', 'stopped'])).meta({
    description: 'Only those running, or only those that have stopped',
  }),
  active: maybe(z.enum(['true', 'false'])).meta({
    description: 'As `state`: true is active, false is stopped',
  }),
  flag: maybe(transactionFlag).meta({ description: 'Only those with this flag' }),
  flagged: maybe(z.literal('true')).meta({ description: 'Only those with any flag' }),
  doubtful: maybe(z.literal('true')).meta({
    description: 'Only those running that may be over; see their `doubt`',
  }),
  reason: text('Only those that stopped for this reason, as in Local or PowerLoss'),
  from: maybe(givenInstant('Only those started at this instant or later')),
  to: maybe(givenInstant('Only those started before this instant')),
})

type Query = z.output<typeof transactionQuery>

/** What is asked for beyond a page of it; or why it makes no sense. */
export function readFilter(query: Query): { filter: TransactionFilter } | { issues: Issue[] } {
  const { state, active: running, flagged, doubtful, order: _, limit: __, cursor: ___, ...more } = query
  const active = running === undefined ? undefined : running === 'true'
  const wanted = state === undefined ? active : state === 'active'
  const issues = [
    ...(active !== undefined && active !== wanted
      ? [{ path: 'active', message: 'says the opposite of state' }]
      : []),
    ...(doubtful && wanted === false
      ? [{ path: 'doubtful', message: 'only transactions that run can be in doubt' }]
      : []),
    ...(more.connectorId !== undefined && more.chargePointId === undefined
      ? [{ path: 'connectorId', message: 'goes with chargePointId' }]
      : []),
    ...periodIssues({ from: more.from, to: more.to }),
  ]
  if (issues.length > 0) return { issues }
  return { filter: defined({ ...more, active: wanted, flagged: flagged && (true as const) }) }
}
