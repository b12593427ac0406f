import { expiresAfter, IS_NEW, keys } from './keys.ts'
import { fitting, InvalidCursorError, pageOf } from './paging.ts'
import type { BusbarEvent, EventFilter, Events, Page, PageRequest, SecurityEvent } from './port.ts'
import { withoutKeys } from './record.ts'
import type { Item, Key, TableClient } from './table-client.ts'
import { digest } from './transaction-id.ts'

const SECURITY_EVENT_DAYS = 400

/** For one page: events looked at, at once and in all, and queries made. */
const LOOKS_AT_ONCE = 250
const LOOKS_MAX = 1000
const VISITS_MAX = 40

export const toSecurityEvent = (item: Item): SecurityEvent => withoutKeys<SecurityEvent>(item)

/** `data` can be any JSON, and is kept as its text. */
export function toEvent(item: Item): BusbarEvent {
  const event = withoutKeys<Omit<BusbarEvent, 'data'> & { data: string }>(item)
  return { ...event, data: JSON.parse(event.data) }
}

export const fromEvent = (event: BusbarEvent) => ({ ...event, data: JSON.stringify(event.data) })

export function eventVerbs(table: TableClient): Events {
  return {
    async recordEvents(events, days) {
      const put = (event: BusbarEvent) =>
        table.put({ ...keyOf(event), ...fromEvent(event), ttl: expiresAfter(days, event.at) })
      await Promise.all(events.map(put))
    },

    listEvents: (filter, page, kept) => pageOfEvents(table, filter, page, kept),

    async recordSecurityEvent(event) {
      const { chargePointId, type, timestamp, techInfo, receivedAt } = event
      const content = digest([type, timestamp, techInfo]).slice(0, 16)
      const time = timestamp || receivedAt
      await table.put(
        {
          ...keys.securityEvent(chargePointId, time, content),
          ...event,
          timestamp: time,
          ttl: expiresAfter(SECURITY_EVENT_DAYS, receivedAt),
        },
        { condition: IS_NEW },
      )
    },

    listSecurityEvents: (chargePointId, page) =>
      pageOf(
        table,
        {
          partition: keys.securityEvent(chargePointId, '', '').pk,
          prefix: 'SEC#',
          newestFirst: true,
          consistent: true,
        },
        page,
        toSecurityEvent,
      ),
  }
}

const keyOf = ({ at, sequence, eventId }: BusbarEvent): Key => keys.event(at, sequence, eventId)

/** Days are read one after the other, from the newest back or from the oldest on. A cursor says how far: into a day, or up to one. */
async function pageOfEvents(
  table: TableClient,
  filter: EventFilter,
  { limit, cursor, order = 'desc' }: PageRequest,
  { now, days }: { now: string; days: number },
): Promise<Page<BusbarEvent>> {
  const range = { ...rangeOf(filter, now, days), newestFirst: order === 'desc' }
  const found: BusbarEvent[] = []
  let looks = 0
  let place = cursor === undefined ? firstPlace(range) : readCursor(cursor, range)
  for (let visits = 0; place && looks < LOOKS_MAX && visits < VISITS_MAX; visits++) {
    const { items, last } = await table.query({
      partition: partitionOf(place.day),
      ...range,
      limit: isOpen(filter) ? limit + 1 - found.length : LOOKS_AT_ONCE,
      ...(place.after === undefined ? {} : { after: { pk: partitionOf(place.day), sk: place.after } }),
    })
    looks += items.length
    found.push(...items.filter((item) => matches(item, filter)).map(toEvent))
    const given = found.slice(0, fitting(found, limit))
    const lastGiven = given.at(-1)
    if (lastGiven && found.length > given.length)
      return pageUpTo(given, { day: dayOf(lastGiven.at), after: keyOf(lastGiven).sk })
    place = last ? { day: place.day, after: String(last.sk) } : dayAfter(place.day, range)
  }
  return pageUpTo(found, place)
}

/** Where reading goes on: after an event, or with a day. */
interface Place {
  day: string
  after?: string
}

interface Period {
  from: string
  to: string
}

type Range = Period & { newestFirst: boolean }

function rangeOf({ since = '', until }: EventFilter, now: string, days: number): Period {
  const oldest = new Date(Date.parse(now) - days * DAY).toISOString()
  // What was written down in this second is not in the future, whatever the clocks say.
  const newest = new Date(Date.parse(now) + DAY).toISOString()
  return { from: since > oldest ? since : oldest, to: until !== undefined && until < newest ? until : newest }
}

const DAY = 24 * 3600 * 1000

const dayOf = (text: string): string => text.slice(0, 10)

const partitionOf = (day: string): string => keys.event(day, '', '').pk

const firstPlace = ({ from, to, newestFirst }: Range): Place => ({ day: dayOf(newestFirst ? to : from) })

/** The next one in the order of reading. */
function dayAfter(day: string, { from, to, newestFirst }: Range): Place | undefined {
  const next = dayOf(new Date(Date.parse(`${day}T00:00:00.000Z`) + (newestFirst ? -DAY : DAY)).toISOString())
  return next < dayOf(from) || next > dayOf(to) ? undefined : { day: next }
}

const isOpen = ({ type, chargePointId }: EventFilter): boolean =>
  type === undefined && chargePointId === undefined

function matches(item: Item, { type, chargePointId }: EventFilter): boolean {
  return (
    (type === undefined || item.type === type) &&
    (chargePointId === undefined || item.chargePointId === chargePointId)
  )
}

function pageUpTo(items: BusbarEvent[], place: Place | undefined): Page<BusbarEvent> {
  if (!place) return { items }
  const cursor = Buffer.from(JSON.stringify([place.day, place.after ?? ''])).toString('base64url')
  return { items, cursor }
}

/** Where the place has grown too old meanwhile, nothing is left, or all that there still is. */
function readCursor(cursor: string, range: Range): Place | undefined {
  const { from, to, newestFirst } = range
  const [day, after] = /^\["(\d{4}-\d\d-\d\d)","([^"\\]*)"\]$/
    .exec(Buffer.from(cursor, 'base64url').toString())
    ?.slice(1) ?? ['', '']
  const inside = after === '' || (dayOf(String(after)) === day && String(after) <= to)
  if (!day || !inside || day > dayOf(to)) throw new InvalidCursorError('the cursor is not one of this list')
  const isTooOld = day < dayOf(from) || (after !== '' && String(after) < from)
  if (isTooOld) return newestFirst ? undefined : firstPlace(range)
  return { day, ...(after ? { after } : {}) }
}
