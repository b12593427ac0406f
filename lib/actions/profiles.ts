import type { InstalledProfile } from '../store/port.ts'
import type { Issue } from './action.ts'
import { asRecord } from './payload.ts'

/** What ClearChargingProfile names (§6.13). */
export interface ClearCriteria {
  id?: number
  connectorId?: number
  chargingProfilePurpose?: string
  stackLevel?: number
}

/**
 * A profile takes the place of the one with its id, wherever that is, and of the one with its purpose and stack level on
 * its connector (§5.16, §3.13.2).
 */
export function install(installed: readonly InstalledProfile[], entry: InstalledProfile): InstalledProfile[] {
  const { chargingProfileId, chargingProfilePurpose, stackLevel } = entry.profile
  const replaced = ({ connectorId, profile }: InstalledProfile) =>
    profile.chargingProfileId === chargingProfileId ||
    (connectorId === entry.connectorId &&
      profile.chargingProfilePurpose === chargingProfilePurpose &&
      profile.stackLevel === stackLevel)
  return [...installed.filter((each) => !replaced(each)), entry]
}

/** Removes what matches: an id alone decides, otherwise all that is given must hold, and nothing given means all (errata 3.25, 3.26). */
export function clear(installed: readonly InstalledProfile[], criteria: ClearCriteria): InstalledProfile[] {
  return installed.filter((each) => !matches(each, criteria))
}

function matches({ connectorId, profile }: InstalledProfile, { id, ...criteria }: ClearCriteria): boolean {
  if (id !== undefined) return profile.chargingProfileId === id
  const holds = <T>(wanted: T | undefined, is: T) => wanted === undefined || wanted === is
  return (
    holds(criteria.connectorId, connectorId) &&
    holds(criteria.chargingProfilePurpose, profile.chargingProfilePurpose) &&
    holds(criteria.stackLevel, profile.stackLevel)
  )
}

/** What no charge point could make sense of, although the schema lets it pass (§7.8). */
export function issuesOfProfile(path: string, profile: unknown): Issue[] {
  const { chargingProfileKind, recurrencyKind, validFrom, validTo } = asRecord(profile)
  const issues: Issue[] = []
  if (chargingProfileKind === 'Recurring' && recurrencyKind === undefined)
    issues.push({ path: `${path}.recurrencyKind`, message: 'a Recurring profile needs one' })
  if (Date.parse(String(validFrom)) >= Date.parse(String(validTo)))
    issues.push({ path: `${path}.validTo`, message: 'must be after validFrom' })
  return issues
}
