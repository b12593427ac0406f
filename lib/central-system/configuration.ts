import { sameCiString } from '../ocpp/types.ts'
import type { CallRecord, ConfigurationSnapshot } from '../store/port.ts'
import { request } from './request.ts'
import type { CentralSystem, Refusal } from './system.ts'

export interface Drift {
  key: string
  wanted: string
  actual?: string
  /** missing: the charge point has no such key. unread: its configuration is not known. */
  reason: 'different' | 'missing' | 'unread'
}

/** Where the configuration of a charge point is not what the operator wants. Keys are compared without case (§7.29). */
export function driftOf(wanted: Record<string, string>, known: ConfigurationSnapshot | undefined): Drift[] {
  return inOrder(wanted).flatMap(([key, value]): Drift[] => {
    if (!known) return [{ key, wanted: value, reason: 'unread' }]
    const found = Object.entries(known.keys).find(([name]) => sameCiString(name, key))
    if (!found) return [{ key, wanted: value, reason: 'missing' }]
    const actual = found[1].value
    if (actual === value) return []
    return [{ key, wanted: value, ...(actual === undefined ? {} : { actual }), reason: 'different' }]
  })
}

/** The store gives the keys in any order; whoever reads or is given them twice is to have them in the same one. */
export function inOrder(wanted: Record<string, string>): [key: string, value: string][] {
  return Object.entries(wanted).sort(([a], [b]) => (a < b ? -1 : 1))
}

/** The settings as of now: what needed a reboot to take effect has had it. */
export function settingsNow(known: ConfigurationSnapshot, bootedAt?: string): ConfigurationSnapshot {
  const keys = Object.entries(known.keys).map(([key, { rebootRequired, ...setting }]) => {
    const waits = rebootRequired && (bootedAt === undefined || (setting.askedAt ?? known.at) >= bootedAt)
    return [key, waits ? { ...setting, rebootRequired } : setting]
  })
  return { ...known, keys: Object.fromEntries(keys) }
}

/** Sends a ChangeConfiguration for every key that is not as it is wanted; they leave one after the other. */
export async function applyWanted(
  system: CentralSystem,
  chargePointId: string,
  origin?: string,
): Promise<CallRecord[] | Refusal> {
  const { store } = system
  const chargePoint = await store.getChargePoint(chargePointId)
  if (!chargePoint) return { refused: 'unknown', detail: `no charge point ${chargePointId} is registered` }
  const known = await store.getConfiguration(chargePointId)
  const calls: CallRecord[] = []
  for (const { key, wanted } of driftOf(chargePoint.wantedConfiguration ?? {}, known)) {
    const call = await request(system, chargePointId, {
      action: 'ChangeConfiguration',
      payload: { key, value: wanted },
      whenOffline: 'queue',
      ...(origin === undefined ? {} : { origin }),
    })
    // What is out already is told of; what is not is still a drift.
    if ('refused' in call) return calls.length > 0 ? calls : call
    calls.push(call)
  }
  return calls
}
