import { OURSELVES } from '../actions/get-configuration.ts'
import type { ChargePoint, ConfigurationSnapshot, Live } from '../store/port.ts'
import { dispatch } from './dispatch.ts'
import { onboard } from './onboarding.ts'
import { request } from './request.ts'
import type { CentralSystem, Tick } from './system.ts'

type Attention = Extract<Tick, { connectionId: string }>

/** A charge point has connected or booted, and had its moment of quiet: what waits for it may go out now. */
export async function attend(
  system: CentralSystem,
  { chargePointId, connectionId, after }: Attention,
): Promise<void> {
  const live = await system.store.getLive(chargePointId)
  if (live?.connection?.connectionId !== connectionId || live.registrationStatus === 'Rejected') return
  if (after === 'connect') return readConfiguration(system, live)
  await onboard(system, live)
  await dispatch(system, live)
  const { readConfigurationAfter } = system.settings
  if (readConfigurationAfter > 0)
    await system.wake({ chargePointId, connectionId, after: 'connect' }, readConfigurationAfter)
}

/** A reading that was not answered is not asked for again so soon: some charge points restart over it. */
const PAUSE_MINUTES = 10

/** A charge point that connects without a boot has its configuration read again after so long. */
const GOOD_FOR_HOURS = 24

/** The configuration is read once after a boot, and now and then of a charge point that never boots. */
async function readConfiguration(system: CentralSystem, live: Live): Promise<void> {
  const { store } = system
  const { chargePointId } = live
  const chargePoint = await store.getChargePoint(chargePointId)
  if (!chargePoint || isSilent(live, chargePoint)) return
  const { reading } = await store.getFacts(chargePointId)
  const known = await store.getConfiguration(chargePointId)
  const now = system.clock()
  if (!isDue(chargePoint, known, now)) return
  const unanswered = reading && (known === undefined || known.at < reading.askedAt)
  if (unanswered && minutesSince(reading.askedAt, now) < PAUSE_MINUTES) return
  const result = await request(system, chargePointId, {
    action: 'GetConfiguration',
    payload: {},
    timeoutSeconds: 20,
    origin: OURSELVES,
  })
  if ('refused' in result) system.log.info('the configuration was not read', { chargePointId, ...result })
}

/** It has said nothing since it connected: it may be about to boot. */
function isSilent({ connection, lastSeenAt = '' }: Live, { boot }: ChargePoint): boolean {
  const connectedAt = connection?.connectedAt ?? ''
  return lastSeenAt <= connectedAt && (boot === undefined || boot.at < connectedAt)
}

function isDue({ boot }: ChargePoint, known: ConfigurationSnapshot | undefined, now: Date): boolean {
  if (!known) return true
  if (boot && known.at < boot.at) return true
  return minutesSince(known.at, now) > GOOD_FOR_HOURS * 60
}

function minutesSince(instant: string, now: Date): number {
  return (now.getTime() - Date.parse(instant)) / 60_000
}
