import type { ClearCriteria, InstalledProfile, InstalledProfiles } from '../store/port.ts'
import type { Issue } from './action.ts'
import { asRecord } from './payload.ts'

/**
 * A profile takes the place of the one with its id, wherever that is, and of the one with its purpose and stack level on
 * its connector (§5.16, §3.13.2). One that was asked for before what has taken its place, or cleared it, is gone again.
 */
export function install({ profiles, cleared }: InstalledProfiles, entry: Asked): InstalledProfiles {
  const { chargingProfileId, chargingProfilePurpose, stackLevel } = entry.profile
  const replaced = ({ connectorId, profile }: InstalledProfile) =>
    profile.chargingProfileId === chargingProfileId ||
    (connectorId === entry.connectorId &&
      profile.chargingProfilePurpose === chargingProfilePurpose &&
      profile.stackLevel === stackLevel)
  const left = profiles.filter((each) => !(replaced(each) && askedBy(each, entry.askedAt)))
  const gone =
    left.some(replaced) ||
    cleared.some(({ criteria, askedAt }) => askedAt > entry.askedAt && matches(entry, criteria))
  return { profiles: gone ? left : [...left, entry], cleared }
}

type Asked = InstalledProfile & { askedAt: string }

const askedBy = ({ askedAt = '' }: InstalledProfile, instant: string): boolean => askedAt <= instant

/** An answer is hardly later than so many clearings. */
const CLEARED_MAX = 10

/**
 * Removes what matches: an id alone decides, otherwise all that is given must hold, and nothing given means all (errata
 * 3.25, 3.26). What was asked for after it stays.
 */
export function clear(
  { profiles, cleared }: InstalledProfiles,
  criteria: ClearCriteria,
  askedAt: string,
): InstalledProfiles {
  const isNew = !cleared.some((each) => each.askedAt === askedAt && isSame(each.criteria, criteria))
  return {
    profiles: profiles.filter((each) => !(matches(each, criteria) && askedBy(each, askedAt))),
    cleared: isNew ? [...cleared, { criteria, askedAt }].slice(-CLEARED_MAX) : cleared,
  }
}

const isSame = (one: ClearCriteria, other: ClearCriteria): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

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
