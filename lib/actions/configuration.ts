import { ciKey } from '../ocpp/types.ts'
import type { ConfigurationSetting, ConfigurationSnapshot, OnboardingStep } from '../store/port.ts'

type Settings = ConfigurationSnapshot['keys']

/** What no setting can be kept under: nothing, and what an object has of its own. */
const NO_NAMES: readonly string[] = ['', '__proto__', 'constructor']

const isName = (key: string): boolean => !NO_NAMES.includes(key)

/** What a charge point answered to GetConfiguration. */
export interface Told {
  /** All keys were asked for: what is not among them is gone. */
  all: boolean
  settings: Settings
  unknownKeys: string[]
  askedAt: string
  settledAt: string
  bootedAt?: string | undefined
}

/**
 * The snapshot after a reading. What the answer to a later call told stands, whichever answer came first. A key set with
 * RebootRequired keeps waiting for the boot, whatever value is read meanwhile.
 */
export function afterReading(known: ConfigurationSnapshot | undefined, told: Told): ConfigurationSnapshot {
  const { all, askedAt, settledAt, bootedAt = '' } = told
  const before = new Map(Object.entries(known?.keys ?? {}).map((entry) => [ciKey(entry[0]), entry]))
  const later = ({ askedAt: at = '' }: ConfigurationSetting) => at > askedAt
  const unknown = new Set(told.unknownKeys.map(ciKey))
  const kept = [...before.values()].filter(
    ([key, setting]) => later(setting) || !(all || unknown.has(ciKey(key))),
  )
  const keys = new Map(kept.map((entry) => [ciKey(entry[0]), entry]))
  for (const [key, setting] of Object.entries(told.settings).filter(([name]) => isName(name))) {
    const [, existing] = before.get(ciKey(key)) ?? []
    if (existing && later(existing)) continue
    const waits = existing?.rebootRequired && bootedAt <= (existing.askedAt ?? '')
    keys.set(ciKey(key), [key, { ...setting, askedAt, ...(waits ? { rebootRequired: true } : {}) }])
  }
  const others = (known?.unknownKeys ?? []).filter((key) => !unknown.has(ciKey(key)))
  const unknownKeys = [...others, ...told.unknownKeys].filter((key) => !keys.has(ciKey(key)))
  return {
    at: settledAt,
    keys: Object.fromEntries(keys.values()),
    ...(unknownKeys.length > 0 ? { unknownKeys } : {}),
  }
}

/** The snapshot after a key was set; the name it has in the snapshot stays. */
export function afterChange(
  known: ConfigurationSnapshot | undefined,
  key: string,
  setting: ConfigurationSetting & { askedAt: string },
  settledAt: string,
): ConfigurationSnapshot {
  const [name, existing] = settingOf(known, key) ?? [key, undefined]
  const snapshot = known ?? { at: settledAt, keys: {} }
  if ((existing?.askedAt ?? '') > setting.askedAt || !isName(name)) return snapshot
  return { ...snapshot, keys: { ...snapshot.keys, [name]: setting } }
}

/** Whether an onboarding gives a charge point exactly what the operator wants now. */
export function areWanted(steps: OnboardingStep[], wanted: Record<string, string>): boolean {
  return steps.length === Object.keys(wanted).length && steps.every(({ key, value }) => wanted[key] === value)
}

/** A key and its setting, by its name without case (§7.29). */
export function settingOf(
  known: ConfigurationSnapshot | undefined,
  key: string,
): [string, ConfigurationSetting] | undefined {
  return Object.entries(known?.keys ?? {}).find(([name]) => ciKey(name) === ciKey(key))
}
