import { schema } from '../../ocpp/schema.ts'
import type { Parts } from '../parts.ts'
import { compositePeriods } from '../profiles.ts'
import { chargingProfileOf } from '../schedule.ts'
import { isoTime } from '../time.ts'
import { handler, refuseUnknownConnector, reply } from './handler.ts'

const setChargingProfile = schema((t) =>
  t.object({ connectorId: t.integer(), csChargingProfiles: chargingProfileOf(t) }),
)

/** §5.16; an unknown connector is a CALLERROR (errata 3.39). The running transactions follow at once. */
export const SetChargingProfile = handler(
  setChargingProfile,
  ({ connectorId, csChargingProfiles }, parts) => {
    const { connectors, profiles, time } = parts
    if (!connectors.has(connectorId)) refuseUnknownConnector(connectorId)
    connectors.energy.settle()
    const transaction = connectors.all[connectorId]?.transaction
    const isSet = profiles.set(connectorId, csChargingProfiles, time.now(), transaction)
    return reply({ status: isSet ? 'Accepted' : 'Rejected' }, () => connectors.refresh())
  },
)

const clearChargingProfile = schema((t) =>
  t.object({
    id: t.optional(t.integer()),
    connectorId: t.optional(t.integer()),
    chargingProfilePurpose: t.optional(t.enum(['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'])),
    stackLevel: t.optional(t.integer()),
  }),
)

/** §5.5. */
export const ClearChargingProfile = handler(clearChargingProfile, (filter, { connectors, profiles }) => {
  connectors.energy.settle()
  const status = profiles.clear(filter) ? 'Accepted' : 'Unknown'
  return reply({ status }, () => connectors.refresh())
})

const getCompositeSchedule = schema((t) =>
  t.object({
    connectorId: t.integer(),
    duration: t.integer(),
    chargingRateUnit: t.optional(t.enum(['A', 'W'])),
  }),
)

/** §5.7; startSchedule stays out (errata 3.57). */
export const GetCompositeSchedule = handler(
  getCompositeSchedule,
  ({ connectorId, duration, chargingRateUnit = 'W' }, parts) => {
    const { connectors, profiles, time, wiring } = parts
    if (!connectors.has(connectorId) || duration <= 0) return reply({ status: 'Rejected' })
    const now = time.now()
    const starts = new Map([...plannedStarts(parts, now), ...connectors.energy.starts()])
    const limit = (at: number) => limitAt(parts, connectorId, at, starts)
    const next = (at: number) => profiles.nextChange(at, starts)
    const periods = compositePeriods(now, duration, chargingRateUnit, wiring, limit, next)
    const chargingSchedulePeriod = periods.slice(0, parts.configuration.number('ChargingScheduleMaxPeriods'))
    // A schedule with more periods than one may have ends where they end.
    const reported = periods[chargingSchedulePeriod.length]?.startPeriod ?? duration
    return reply({
      status: 'Accepted',
      connectorId,
      scheduleStart: isoTime(now),
      chargingSchedule: { duration: reported, chargingRateUnit, chargingSchedulePeriod },
    })
  },
)

/** A connector without a transaction is planned as if one began now. */
function plannedStarts({ connectors }: Parts, now: number): [number, number][] {
  return connectors.all.filter(({ id }) => id > 0).map(({ id }) => [id, now])
}

function limitAt(parts: Parts, connectorId: number, at: number, starts: ReadonlyMap<number, number>): number {
  const { connectors, profiles, maxWatts } = parts
  const own = connectors.all
    .filter(({ id }) => (connectorId === 0 ? id > 0 : id === connectorId))
    .map(({ id }) => Math.min(maxWatts, profiles.limitOf(id, at, starts)?.watts ?? maxWatts))
  const sum = own.reduce((total, watts) => total + watts, 0)
  return Math.min(sum, profiles.stationLimit(at).watts)
}
