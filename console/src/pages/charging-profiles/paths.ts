export const chargingProfilePath = (chargingProfileId: number): string =>
  `/charging-profiles/${chargingProfileId}`
