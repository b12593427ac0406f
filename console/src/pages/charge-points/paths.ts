/** The page of a charge point. */
export const chargePointPath = (chargePointId: string, tab?: string): string =>
  `/charge-points/${encodeURIComponent(chargePointId)}${tab === undefined ? '' : `?tab=${tab}`}`
