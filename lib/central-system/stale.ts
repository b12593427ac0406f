import type { ChargePoint, Live } from '../store/port.ts'
import type { CentralSystem, StaleStep } from './system.ts'

/** Silence that is longer than a heartbeat lost and another one late. */
const FACTOR = 2
const GRACE_SECONDS = 60

/** How many connected charge points one step looks at. */
const AT_A_TIME = 500

/**
 * Whether a charge point is connected, and has not been heard of for longer than its heartbeats (OCPP 1.6 §4.6) allow:
 * its network may have died without a word to the gateway. `ofAll`: the heartbeatInterval of those without their own.
 */
export function isStale(
  { heartbeatInterval }: Pick<ChargePoint, 'heartbeatInterval'>,
  live: Live | undefined,
  { now, heartbeatInterval: ofAll }: { now: string; heartbeatInterval: number },
): boolean {
  if (!live?.connection) return false
  const heardAt = Date.parse(live.lastSeenAt ?? live.connection.connectedAt)
  const silence = (Date.parse(now) - heardAt) / 1000
  return silence > FACTOR * (heartbeatInterval || ofAll) + GRACE_SECONDS
}

/** Notes of those that are stale that they are, so that they can be listed and counted. Their next message takes it back. */
export async function findStale(system: CentralSystem, { cursor }: StaleStep): Promise<void> {
  const { store, clock, settings } = system
  const context = { now: clock().toISOString(), heartbeatInterval: settings.heartbeatInterval }
  const page = await store.listConnected({ limit: AT_A_TIME, ...(cursor === undefined ? {} : { cursor }) })
  for (const { chargePoint, live } of page.items)
    if (live && !live.stale && isStale(chargePoint, live, context)) await store.noteStale(live)
  if (page.cursor !== undefined) await system.schedule([{ find: 'stale', cursor: page.cursor }])
}
