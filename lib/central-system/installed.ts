import type { InstalledProfile } from '../store/port.ts'
import type { CentralSystem } from './system.ts'

/**
 * The charging profiles that a charge point has: those it accepted, without the TxProfiles whose transaction is over, which
 * it forgets by itself (§3.13.1).
 */
export async function installedProfiles(
  { store }: CentralSystem,
  chargePointId: string,
): Promise<InstalledProfile[]> {
  const [installed, live] = await Promise.all([
    store.listInstalledProfiles(chargePointId),
    store.getLive(chargePointId),
  ])
  return installed.filter(({ connectorId, profile }) => {
    if (profile.chargingProfilePurpose !== 'TxProfile') return true
    const running = live?.connectors[connectorId]?.transactionId
    return running !== undefined && (profile.transactionId ?? running) === running
  })
}
