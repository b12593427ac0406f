import { expect } from 'vitest'
import type { Station } from './station.ts'

export const now = (): string => new Date().toISOString()

export const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()

export const secondsAgo = (seconds: number): string => inSeconds(-seconds)

export const BOOT = { chargePointVendor: 'Acme', chargePointModel: 'Duo', firmwareVersion: '1.0' }

/** The charge point boots, and is accepted. */
export async function boots(station: Station, more: object = {}): Promise<void> {
  const { status, interval, currentTime } = await station.call('BootNotification', { ...BOOT, ...more })
  expect({ status, interval }).toEqual({ status: 'Accepted', interval: 300 })
  expect(Math.abs(Date.parse(currentTime) - Date.now())).toBeLessThan(5000)
}

/** The charge point goes away, comes back, boots and reports its connectors. */
export async function reboots(station: Station, more: object = {}): Promise<void> {
  await station.disconnect()
  await station.connect()
  await boots(station, more)
  for (const connectorId of [0, 1, 2]) await reports(station, connectorId, 'Available')
}

export async function reports(
  station: Station,
  connectorId: number,
  status: string,
  more: object = {},
): Promise<void> {
  const notification = { connectorId, errorCode: 'NoError', status, timestamp: now(), ...more }
  expect(await station.call('StatusNotification', notification)).toEqual({})
}

export async function authorizes(station: Station, idTag: string, verdict: object = {}): Promise<void> {
  const { idTagInfo } = await station.call('Authorize', { idTag })
  expect(idTagInfo).toEqual({ status: 'Accepted', ...verdict })
}

export interface Start {
  idTag: string
  connectorId?: number
  timestamp?: string
  reservationId?: number
}

/** A StartTransaction and the whole of its answer. */
export function starts(
  station: Station,
  { connectorId = 1, timestamp = now(), ...start }: Start,
): Promise<any> {
  return station.call('StartTransaction', { connectorId, meterStart: 1000, timestamp, ...start })
}

/** A transaction that runs, as the connector shows: its id. */
export async function charges(station: Station, start: Start): Promise<number> {
  const { transactionId, idTagInfo } = await starts(station, start)
  expect(idTagInfo).toMatchObject({ status: 'Accepted' })
  expect(transactionId).toBeGreaterThan(0)
  await reports(station, start.connectorId ?? 1, 'Charging')
  return transactionId
}

export function stops(station: Station, transactionId: number, more: object = {}): Promise<any> {
  return station.call('StopTransaction', { transactionId, meterStop: 1500, timestamp: now(), ...more })
}

/** What the end of a transaction looks like on its connector. */
export async function unplugs(station: Station, connectorId = 1): Promise<void> {
  await reports(station, connectorId, 'Finishing')
  await reports(station, connectorId, 'Available')
}
