import type { EventStreamOptions } from '../lib/local/server-sent-events.ts'

/** Events are listed by when they were written down, and told a moment later: some a little out of that order. */
const OUT_OF_ORDER_MILLISECONDS = 60_000

/** Where the events' JSON feed is, they are also to be had as they happen. */
export const EVENT_STREAM: EventStreamOptions = {
  path: '/api/events',
  idField: 'eventId',
  typeField: 'type',
  filterFields: ['type', 'chargePointId'],
  since: (id) => {
    const time = timeOf(id)
    if (time === undefined) return undefined
    return { order: 'asc', since: new Date(Math.max(0, time - OUT_OF_ORDER_MILLISECONDS)).toISOString() }
  },
}

/** That of an event, which is in its id (UUIDv7): milliseconds since 1970. */
function timeOf(id: string): number | undefined {
  const [, high, low] = /^([\da-f]{8})-([\da-f]{4})-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/i.exec(id) ?? []
  return high === undefined || low === undefined ? undefined : Number.parseInt(high + low, 16)
}
