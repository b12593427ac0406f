/** What a station of a security profile dials: `base` is where the deployment says that charge points connect. */
export type SecurityProfile = 0 | 1 | 2 | 3

export const SECURITY_PROFILES: readonly SecurityProfile[] = [0, 1, 2, 3]

/** The URL, or none where the deployment has no such door, or this console is not told of it. */
export function addressOf(
  base: string,
  chargePointId: string,
  securityProfile: SecurityProfile,
): string | undefined {
  const secure = base.startsWith('wss:')
  if (securityProfile === 3 || (securityProfile === 2 && !secure)) return undefined
  return `${base.replace(/\/*$/, '/')}${encodeURIComponent(chargePointId)}`
}
