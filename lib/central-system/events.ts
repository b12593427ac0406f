import { createHash } from 'node:crypto'
import type { BusbarEvent } from '../store/port.ts'
import type { CentralSystem } from './system.ts'

/**
 * The id of what a change is told as: the same however often the change is told. A UUID that is ordered by time, as those of
 * calls are.
 */
export function eventIdOf({ changeId, at }: { changeId: string; at: string }, ...what: unknown[]): string {
  const time = Date.parse(at).toString(16).padStart(12, '0')
  const digest = createHash('sha256')
    .update(JSON.stringify([changeId, ...what]))
    .digest()
  // The bits that say which kind of UUID it is: version 7, RFC 9562.
  digest[0] = 0x70 | ((digest[0] ?? 0) & 0x0f)
  digest[2] = 0x80 | ((digest[2] ?? 0) & 0x3f)
  const hex = time + digest.toString('hex', 0, 10)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Hands events to whoever is told of them; the positions of those that could not be. */
export type Publish = (events: BusbarEvent[]) => Promise<number[]>

/** Keeps events for those who ask, and tells those who wait. Told again, they are the same events. */
export async function tellEvents(
  system: Pick<CentralSystem, 'store' | 'settings' | 'log'>,
  publish: Publish,
  events: BusbarEvent[],
): Promise<number[]> {
  const unkept = await keepEvents(system, events)
  const kept = events.flatMap((event, position) => (unkept.has(position) ? [] : [{ event, position }]))
  if (kept.length === 0) return [...unkept]
  try {
    const untold = await publish(kept.map(({ event }) => event))
    return [...unkept, ...untold.flatMap((place) => kept[place]?.position ?? [])]
  } catch (error) {
    system.log.error('events could not be told', { events: kept.length, error })
    return events.map((_, position) => position)
  }
}

/** Each by itself, if they are to be kept at all; the positions of those that could not be. */
async function keepEvents(
  { store, settings: { eventDays }, log }: Pick<CentralSystem, 'store' | 'settings' | 'log'>,
  events: BusbarEvent[],
): Promise<Set<number>> {
  const failed = new Set<number>()
  const keep = async (event: BusbarEvent, position: number) => {
    try {
      if (eventDays > 0) await store.recordEvents([event], eventDays)
    } catch (error) {
      log.error('an event could not be kept', { eventId: event.eventId, type: event.type, error })
      failed.add(position)
    }
  }
  await Promise.all(events.map(keep))
  return failed
}
