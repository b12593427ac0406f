import * as z from 'zod'
import type { BusbarEvent } from '../store/port.ts'
import { defined } from './defined.ts'
import { endpoint } from './endpoint.ts'
import { eventSchema, eventType } from './events-schemas.ts'
import { givenInstant, maybe } from './fields.ts'
import { periodIssues } from './list-queries.ts'
import { newestFirst, pageBody, pageFields, pageSchema } from './paging.ts'
import { invalid } from './problem.ts'

const eventQuery = z.strictObject({
  ...pageFields,
  order: newestFirst,
  type: maybe(eventType).meta({ description: 'Only events of this type' }),
  chargePointId: maybe(z.string().min(1)).meta({ description: 'Only events of this charge point' }),
  since: maybe(givenInstant('Only events from this instant on')),
  until: maybe(givenInstant('Only events before this instant')),
})

export const listEvents = endpoint({
  operationId: 'listEvents',
  method: 'get',
  path: '/events',
  tag: 'Events',
  summary: 'List what has happened',
  description: [
    'Newest first, as far back as events are kept (a setting, 7 days unless changed).',
    'With `Accept: text/event-stream` the runtime on your own machine sends them as they happen; in AWS that is answered 406.',
    'Under a filter a page may be short, or empty, and still have a `cursor`: read on until there is none.',
  ].join(' '),
  query: eventQuery,
  streams: true,
  answers: { 200: { description: 'A page of events', body: pageSchema('EventPage', eventSchema) } },
  problems: ['invalid'],
}).answer(async ({ query: { limit, cursor, order, ...filter }, system: { store, settings }, now }) => {
  const issues = periodIssues({ since: filter.since, until: filter.until })
  if (issues.length > 0) return invalid(issues)
  const page = await store.listEvents(defined(filter), defined({ limit, cursor, order }), {
    now,
    days: settings.eventDays,
  })
  return { status: 200, body: pageBody(page, viewEvent) }
})

const viewEvent = (event: BusbarEvent) => event as unknown as z.input<typeof eventSchema>
