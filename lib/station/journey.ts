import type { Station, StationStatus } from './station.ts'
import type { Time } from './time.ts'

export interface ChargeOptions {
  /** The station's time. */
  time: Time
  /** The time of those who wait for answers. */
  wireTime: Time
  idTag: string
  durationMs: number
  /** How long each answer is waited for. */
  patienceMs: number
  /** True: what has not started yet is not to start any more. */
  isCalledOff?: () => boolean
}

/** The connector a car comes to. */
export const CONNECTOR = 1

/**
 * One charge, from the cable in to the cable out. What went wrong is returned; `undefined` if everything the station
 * asked was answered, and nothing refused.
 */
export async function charge(station: Station, options: ChargeOptions): Promise<string | undefined> {
  return (await chargeOnce(station, options)) ?? unansweredOf(station)
}

/** The same, whatever else was refused before. */
export async function chargeOnce(station: Station, options: ChargeOptions): Promise<string | undefined> {
  const { idTag } = options
  const patiently = <T>(promise: Promise<T>) => within(options.wireTime, options.patienceMs, promise)
  if (!(await patiently(station.accepted()))) {
    return notAccepted(station.status())
  }
  station.plug(CONNECTOR)
  const idTagInfo = await patiently(station.authorize(idTag))
  if (idTagInfo?.status !== 'Accepted') {
    station.unplug(CONNECTOR)
    await patiently(station.idle())
    return `${idTag} is not authorized: ${idTagInfo?.status ?? 'no answer'}`
  }
  const trouble = options.isCalledOff?.()
    ? undefined
    : await transact(station, options, patiently).catch((error: Error) => error.message)
  if (
    station.status().connectors.some(({ connectorId, isPlugged }) => connectorId === CONNECTOR && isPlugged)
  ) {
    station.unplug(CONNECTOR)
  }
  await patiently(station.idle())
  return trouble
}

/** Why a station is not, as far as it knows. */
export function notAccepted({ connection, registration, trouble }: StationStatus): string {
  if (connection !== 'open') return `not accepted in time: ${trouble ?? `connection ${connection}`}`
  return `not accepted in time: registration ${registration}`
}

async function transact(
  station: Station,
  { time, idTag, durationMs }: ChargeOptions,
  patiently: <T>(promise: Promise<T>) => Promise<T | undefined>,
): Promise<string | undefined> {
  const started = await patiently(station.start(CONNECTOR, idTag))
  if (!started?.delivered) return `StartTransaction: ${started?.why ?? 'no answer'}`
  if (started.idTagInfo?.status !== 'Accepted')
    return `StartTransaction: ${idTag} is ${started.idTagInfo?.status}`
  await new Promise<void>((resolve) => void time.after(durationMs, resolve))
  const isRunning = station
    .status()
    .connectors.some(({ connectorId, transaction }) => connectorId === CONNECTOR && transaction)
  // It may have been stopped from afar meanwhile.
  if (!isRunning) return undefined
  const stopped = await patiently(station.stop(CONNECTOR))
  return stopped?.delivered ? undefined : `StopTransaction: ${stopped?.why ?? 'no answer'}`
}

function unansweredOf(station: Station): string | undefined {
  const { calls, queued } = station.status()
  const missing = calls.timedOut + queued
  if (calls.refused + missing === 0) return undefined
  return `${calls.refused} requests were refused, ${missing} were not answered`
}

/** `undefined` if it takes too long. */
export function within<T>(time: Time, ms: number, promise: Promise<T>): Promise<T | undefined> {
  if (ms === Number.POSITIVE_INFINITY) return promise
  return new Promise((resolve, reject) => {
    const giveUp = time.after(ms, () => resolve(undefined))
    promise.then(resolve, reject).finally(giveUp)
  })
}
