import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import type { Publish } from '../lib/central-system/events.ts'
import type { Log } from '../lib/central-system/system.ts'
import { inBatches } from './queues.ts'

const SOURCE = 'busbar'

/** Of what one request to EventBridge may hold, 256 KB, with room for what is around an event. */
const BYTES_MAX = 240_000

/** Puts events on the bus. One that is too large for it is left out, and logged: it could never be put there. */
export function createPublish(bridge: EventBridgeClient, EventBusName: string, log: Log): Publish {
  return async (events) => {
    const entries = events.map((event, position) => ({ position, event, detail: JSON.stringify(event) }))
    const fitting = entries.filter(({ detail }) => Buffer.byteLength(detail) <= BYTES_MAX)
    if (fitting.length < entries.length) log.error('events are too large for the bus')
    const failed: number[] = []
    for (const batch of inBatches(fitting, BYTES_MAX, ({ detail }) => detail)) {
      const { Entries = [] } = await bridge.send(
        new PutEventsCommand({
          Entries: batch.map(({ event, detail }) => ({
            EventBusName,
            Source: SOURCE,
            DetailType: event.type,
            Detail: detail,
            Time: new Date(event.at),
          })),
        }),
      )
      failed.push(...batch.filter((_, place) => Entries[place]?.ErrorCode).map(({ position }) => position))
    }
    return failed
  }
}
