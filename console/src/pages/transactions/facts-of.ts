import type { Schemas } from '../../api/client.ts'

type Transaction = Schemas['Transaction']

export type State = 'running' | 'doubtful' | 'stopped' | 'refused'

export function stateOf({ active, doubt, flags }: Transaction): State {
  if (active) return doubt === undefined ? 'running' : 'doubtful'
  return flags.includes('refused') ? 'refused' : 'stopped'
}

/** Wh: to the stop, or of one that runs, so far. */
export const energyOf = ({ energyWh, meter }: Transaction): number | undefined => energyWh ?? meter?.energyWh

/** Milliseconds: to the stop, or of one that runs, so far. */
export function durationOf({ active, startedAt, durationSeconds }: Transaction, now: number) {
  if (durationSeconds !== undefined) return durationSeconds * 1000
  return active && startedAt !== undefined ? Math.max(0, now - Date.parse(startedAt)) : undefined
}

/** W: right now of one that runs, else on the average. */
export function powerOf({ meter, averageKw }: Transaction): number | undefined {
  const kw = meter?.powerKw ?? averageKw
  return kw === undefined ? undefined : kw * 1000
}

export const FLAGS = [
  'refused',
  'orphanStop',
  'secondStop',
  'meterBackwards',
  'zombie',
  'guessedStop',
  'late',
] as const satisfies readonly Transaction['flags'][number][]

/** Of StopTransaction.req (OCPP 1.6 §7.36). */
export const REASONS = [
  'DeAuthorized',
  'EmergencyStop',
  'EVDisconnected',
  'HardReset',
  'Local',
  'Other',
  'PowerLoss',
  'Reboot',
  'Remote',
  'SoftReset',
  'UnlockCommand',
] as const
