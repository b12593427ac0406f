import type { ConfigurationSnapshot } from './charge-points.ts'

/** What the answers of a charge point told of its state: each fact with the instant its call was sent. */
export interface Facts {
  /** By connectorId. */
  availability: Record<number, AvailabilityFact>
  /** By connectorId: how the latest UnlockConnector ended. */
  unlocks: Record<number, Fact & { status: string }>
  reset?: Fact & { messageId: string; type: string; bootedAt?: string }
  cache?: Fact & { status: string }
  /** The latest reading of the configuration that was asked for by ourselves. */
  reading?: Fact
}

export interface Fact {
  /** When the call was sent. An answer to an earlier call changes nothing. */
  askedAt: string
  /** When the answer came. */
  at: string
}

export type AvailabilityFact = Fact & { type: 'Operative' | 'Inoperative'; status: 'Accepted' | 'Scheduled' }

/** A single fact, as it is written. */
export type FactNote =
  | { fact: 'availability' | 'unlock'; connectorId: number; value: Fact & Record<string, unknown> }
  | { fact: 'reset' | 'cache' | 'reading'; value: Fact & Record<string, unknown> }

/** A charging profile (§7.8) that a charge point has accepted. */
export interface InstalledProfile {
  connectorId: number
  profile: Record<string, unknown> & {
    chargingProfileId: number
    chargingProfilePurpose: string
    stackLevel: number
    transactionId?: number
  }
  /** When its call was sent; of a TxProfile that came with a remote start, when its transaction began. */
  askedAt?: string
  /** When it was accepted, and by which call. */
  at: string
  messageId: string
}

/** What ClearChargingProfile names (§6.13). */
export interface ClearCriteria {
  id?: number
  connectorId?: number
  chargingProfilePurpose?: string
  stackLevel?: number
}

/** The profiles in a charge point, and what was cleared lately: an earlier call's answer that is late brings none of it back. */
export interface InstalledProfiles {
  profiles: InstalledProfile[]
  cleared: { criteria: ClearCriteria; askedAt: string }[]
}

/** The local authorization list as the charge point has it. */
export interface LocalList {
  /** 0: empty. -1: not supported. */
  version: number
  at: string
  /** A digest per id tag (lower case) of what the list says of it; absent where we do not know what is in it. */
  entries?: Record<string, string>
  /** The amendment it refused, and when: the whole list was sent for that, and not all of the rest has followed yet. */
  mended?: { messageId: string; at: string }
}

/** The way of a Pending charge point to its acceptance. */
export interface Onboarding {
  chargePointId: string
  /** A new run at every boot that finds the last one ended. */
  runId: string
  status: 'Configuring' | 'Triggering' | 'Accepted' | 'Failed'
  startedAt: string
  updatedAt: string
  steps: OnboardingStep[]
  /** The TriggerMessage for the boot that is answered Accepted. */
  triggerMessageId?: string
  failure?: string
  version: number
}

export interface OnboardingStep {
  key: string
  value: string
  messageId?: string
  /** The charge point's answer: Accepted, RebootRequired, Rejected, NotSupported; or how the call ended without one. */
  result?: string
}

/** What is in a charge point, as far as we know. */
export interface Installed {
  getConfiguration(chargePointId: string): Promise<ConfigurationSnapshot | undefined>
  /** Reads, changes and writes; anew where somebody else wrote meanwhile. `change` may give back what it got. */
  changeConfiguration(
    chargePointId: string,
    change: (known: ConfigurationSnapshot | undefined) => ConfigurationSnapshot,
  ): Promise<void>
  getFacts(chargePointId: string): Promise<Facts>
  /** Unless a later call's answer told otherwise. */
  noteFact(chargePointId: string, note: FactNote): Promise<void>
  listInstalledProfiles(chargePointId: string): Promise<InstalledProfile[]>
  /** Reads, changes and writes; anew where somebody else wrote meanwhile. */
  changeInstalledProfiles(
    chargePointId: string,
    change: (installed: InstalledProfiles) => InstalledProfiles,
  ): Promise<void>
  getLocalList(chargePointId: string): Promise<LocalList | undefined>
  recordLocalList(chargePointId: string, list: LocalList): Promise<void>
  getOnboarding(chargePointId: string): Promise<Onboarding | undefined>
  /** Only over the version before it; `false` where somebody else wrote meanwhile. */
  saveOnboarding(onboarding: Onboarding): Promise<boolean>
}
