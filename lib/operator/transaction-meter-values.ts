import * as z from 'zod'
import { MESSAGES_MAX } from '../central-system/figures.ts'
import { DEFAULTS } from '../central-system/readings.ts'
import { seriesOf } from '../central-system/series.ts'
import { METER_VALUES_CSV } from './csv-columns.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { instant, integerIn, maybe } from './fields.ts'
import { meterValuesOrder, meterValuesPage, viewMeterValues } from './meter-values.ts'
import { pageBody, pageFields } from './paging.ts'
import { transactionParams, unknownTransaction } from './transaction-input.ts'

const tag = 'Transactions'

const name = (description: string) => z.string().min(1).max(100).meta({ description })

const valuesQuery = z.strictObject({
  ...pageFields,
  order: meterValuesOrder,
  measurand: maybe(name('Only values of this measurand, as in Power.Active.Import')),
  phase: maybe(name('Only values of this phase, as in L1 or L1-N')),
  context: maybe(name('Only values of this context, as in Sample.Periodic')),
})

export const listTransactionMeterValues = endpoint({
  operationId: 'listTransactionMeterValues',
  method: 'get',
  path: '/transactions/{transactionId}/meter-values',
  tag,
  summary: 'List the meter values of a transaction',
  description: [
    'Oldest first, as they were received, with those that came with the stop, and after it.',
    'Of a message only the values that are asked for are told. Where some are, a page may have fewer items than its limit,',
    'or none, and still a cursor.',
  ].join(' '),
  params: transactionParams,
  query: valuesQuery,
  csv: METER_VALUES_CSV,
  answers: { 200: { description: 'A page of meter values', body: meterValuesPage } },
  problems: ['unknown', 'invalid'],
}).answer(async ({ params: { transactionId }, query, system: { store } }) => {
  const { limit, cursor, order, ...filter } = query
  const page = await store.listTransactionMeterValues(
    transactionId,
    defined({ limit, cursor, order }),
    filter,
  )
  const known = page.items.length > 0 || (await store.getTransaction(transactionId))
  return known ? { status: 200, body: pageBody(page, viewMeterValues) } : unknownTransaction(transactionId)
})

const POINTS = 300

const seriesQuery = z.strictObject({
  measurand: name('What was measured').default(DEFAULTS.measurand),
  phase: maybe(name('Only this phase, as in L1; every one unless given')),
  location: maybe(name('Only what was measured there, as in Outlet; everywhere unless given')),
  points: integerIn(4, 1000)
    .default(POINTS)
    .meta({ description: 'How many points of each series at most', default: POINTS }),
})

const track = {
  measurand: z.string().meta({ examples: ['Power.Active.Import'] }),
  phase: maybe(z.string()).meta({ description: 'Absent: no phase was named', examples: ['L1'] }),
  location: z.string().meta({ examples: ['Outlet'] }),
  unit: z.string().meta({
    description:
      'Of every value, whatever it was told in: Wh, W, A, V, Percent, Celsius …; empty for a mere number',
    examples: ['W'],
  }),
  count: z.int().meta({ description: 'How many readings there are' }),
}

const seriesSchema = z
  .strictObject({
    series: z
      .array(
        z.strictObject({
          ...track,
          points: z
            .array(z.strictObject({ timestamp: instant('When it was measured'), value: z.number() }))
            .meta({ description: 'In order of time' }),
        }),
      )
      .meta({ description: 'One for each phase, location and unit there is of the measurand' }),
    available: z.array(z.strictObject(track)).meta({ description: 'Everything that was measured' }),
    truncated: z.boolean().meta({
      description: 'There are more meter values than could be looked at; these are the latest',
    }),
  })
  .meta({ id: 'MeterValueSeries' })

export const readMeterValueSeries = endpoint({
  operationId: 'readMeterValueSeries',
  method: 'get',
  path: '/transactions/{transactionId}/meter-values/series',
  tag,
  summary: 'Plot the meter values of a transaction',
  description: [
    'Numbers in one unit, thinned to what a plot can show. Kept are the first and the last reading, and the least and the',
    'greatest of each of as many equal spans of time as there is room for. Signed values, and those in a unit that their',
    `measurand cannot have, are left out. Looks at the latest ${MESSAGES_MAX} messages.`,
  ].join(' '),
  params: transactionParams,
  query: seriesQuery,
  answers: { 200: { description: 'The series', body: seriesSchema, etag: true } },
  problems: ['unknown', 'invalid'],
}).answer(async ({ params: { transactionId }, query, system: { store } }) => {
  const { items, cursor } = await store.latestMeterValues(transactionId, MESSAGES_MAX)
  const known = items.length > 0 || (await store.getTransaction(transactionId))
  if (!known) return unknownTransaction(transactionId)
  return { status: 200, body: { ...seriesOf(items, query), truncated: cursor !== undefined } }
})
