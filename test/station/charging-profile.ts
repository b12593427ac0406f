/** A charging profile that is right by the letter: 3 kW from eight o’clock on. */
export function profile(more: Record<string, unknown> = {}, schedule: Record<string, unknown> = {}) {
  return {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: {
      chargingRateUnit: 'W',
      startSchedule: '2026-11-21T08:00:00Z',
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 3000 }],
      ...schedule,
    },
    ...more,
  }
}
