import type { Live, Transaction, TransactionStop, Zombie } from '../store/port.ts'
import { readingsOf, registerOf } from './readings.ts'
import type { CentralSystem } from './system.ts'

export interface ClosingWish {
  /** Wh; the last reading that is known unless given. */
  meterStop?: number
  /** The last sign of it unless given. */
  timestamp?: string
  reason?: string
  by?: string
}

export type Doubt = Zombie['reason'] | 'silent'

/** Why a running transaction may be over: its station has moved on, or has been silent for long. */
export function doubtOf(
  { stop, zombie }: Transaction,
  live: Live | undefined,
  { now, silentAfterHours }: { now: string; silentAfterHours: number },
): Doubt | undefined {
  if (stop) return undefined
  if (zombie) return zombie.reason
  const silence = Date.parse(now) - Date.parse(live?.lastSeenAt ?? '')
  return silence <= silentAfterHours * 3_600_000 ? undefined : 'silent'
}

/**
 * An operator closes a transaction whose stop does not come, with the last reading that is known. It is a guess, and is
 * marked as one: a StopTransaction that comes after all takes its place.
 */
export async function closeTransaction(
  system: CentralSystem,
  transactionId: number,
  wish: ClosingWish,
): Promise<{ transaction: Transaction } | 'unknown' | 'stopped'> {
  const { store } = system
  const before = await store.getTransaction(transactionId)
  if (!before) return 'unknown'
  const receivedAt = system.clock().toISOString()
  const closed = await store.closeTransaction(transactionId, await stopOf(system, before, wish, receivedAt))
  // One that was closed may have been left half done.
  const done = closed ?? (before.stop?.guessed && before)
  if (done) await completeClosing(system, done)
  return closed ? { transaction: closed } : 'stopped'
}

/** The connector and the tag are free again. Done again, it does nothing more. */
async function completeClosing({ store }: CentralSystem, closed: Transaction): Promise<void> {
  const { transactionId, chargePointId, connectorId, idTag, idTagInfo } = closed
  if (connectorId !== undefined && connectorId > 0)
    await store.clearTransaction(chargePointId, connectorId, transactionId)
  if (idTag && idTagInfo?.status === 'Accepted') await store.releaseIdTag(idTag, transactionId)
}

async function stopOf(
  { store }: CentralSystem,
  { transactionId, meterStart, startedAt, zombie }: Transaction,
  { meterStop, timestamp, reason = 'Other', by }: ClosingWish,
  receivedAt: string,
): Promise<TransactionStop> {
  const { items } = await store.latestMeterValues(transactionId, READINGS)
  const last = registerOf(readingsOf(items)).at(-1)
  const reading = meterStop ?? (last ? Math.round(last.value) : meterStart)
  return {
    timestamp: timestamp ?? last?.timestamp ?? zombie?.at ?? startedAt ?? receivedAt,
    ...(reading === undefined ? {} : { meterStop: reading }),
    reason,
    receivedAt,
    guessed: by === undefined ? {} : { by },
  }
}

/** Messages of meter values among which the last reading of the register is looked for. */
const READINGS = 20
