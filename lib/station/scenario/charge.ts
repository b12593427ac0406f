import { type Actor, CannotPlay } from './actor.ts'
import { type CurvePoint, milliseconds, type Step } from './schema.ts'

type Charge = NonNullable<Step['charge']>

/** Of the station's time: how often a curve over the state of charge is looked at. */
const STEP_MS = 10_000
/** In real time a look is never closer to the one before. */
const LEAST_REAL_MS = 5

/** A car at a connector: what it takes follows the curve, the energy follows the station's limits as always. */
export async function charge(actor: Actor, connector: number, value: Partial<Charge>): Promise<void> {
  const { for: duration, untilSoc, curve } = value
  const { station, time } = actor
  const first = connectorNow(actor, connector)
  if (!first.transaction) throw new CannotPlay(`no transaction is running on connector ${connector}`)
  if (duration === undefined && untilSoc === undefined)
    throw new CannotPlay('charge needs "for" or "untilSoc"')
  const startedAt = time.now()
  const end = duration === undefined ? Number.POSITIVE_INFINITY : startedAt + milliseconds(duration)
  for (;;) {
    const { transaction, stateOfCharge = 0 } = connectorNow(actor, connector)
    const now = time.now()
    if (!transaction || now >= end || (untilSoc !== undefined && stateOfCharge >= untilSoc)) return
    if (curve) station.car(connector, { demandKw: demandOf(curve, now - startedAt, stateOfCharge) })
    const change = curve ? startedAt + nextPoint(curve, now - startedAt) : Number.POSITIVE_INFINITY
    await sleep(actor, Math.max(1, Math.min(end - now, change - now, STEP_MS)))
  }
}

/** In kW: the last point of time that has come, and what lies between two points of the state of charge; the lesser one. */
export function demandOf(curve: readonly CurvePoint[], elapsedMs: number, soc: number): number {
  const timed = curve.flatMap((point) =>
    'after' in point ? [{ at: milliseconds(point.after), kW: Number(point.kW) }] : [],
  )
  const charged = curve
    .flatMap((point) => ('soc' in point ? [{ at: point.soc, kW: Number(point.kW) }] : []))
    .toSorted((a, b) => a.at - b.at)
  const held = timed.toSorted((a, b) => a.at - b.at).findLast(({ at }) => at <= elapsedMs)
  const limits = [held?.kW, between(charged, soc)].filter((kW) => kW !== undefined)
  return limits.length > 0 ? Math.min(...limits) : 0
}

function between(points: readonly { at: number; kW: number }[], at: number): number | undefined {
  const right = points.find((point) => point.at >= at)
  const left = points.findLast((point) => point.at <= at)
  if (!left || !right) return (left ?? right)?.kW
  return left.at === right.at
    ? left.kW
    : left.kW + ((right.kW - left.kW) * (at - left.at)) / (right.at - left.at)
}

function nextPoint(curve: readonly CurvePoint[], elapsedMs: number): number {
  const times = curve.flatMap((point) => ('after' in point ? [milliseconds(point.after)] : []))
  return Math.min(...times.filter((at) => at > elapsedMs), Number.POSITIVE_INFINITY)
}

function connectorNow({ station }: Actor, id: number) {
  const connector = station.status().connectors.find(({ connectorId }) => connectorId === id)
  if (!connector) throw new CannotPlay(`there is no connector ${id}`)
  return connector
}

async function sleep({ time, wireTime }: Actor, ms: number): Promise<void> {
  await Promise.all([
    new Promise<void>((resolve) => void time.after(ms, resolve)),
    new Promise<void>((resolve) => void wireTime.after(LEAST_REAL_MS, resolve)),
  ])
}
