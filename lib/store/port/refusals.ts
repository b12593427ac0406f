import type { Page, PageRequest } from './page.ts'

export const REFUSAL_REASONS = [
  'NoCredentials',
  'MalformedCredentials',
  'WrongUser',
  'WrongPassword',
  'PlainWebSocket',
  'NoCertificate',
  'WrongCertificate',
  'CertificateNotExpected',
] as const

/** Why a handshake of a registered charge point was refused. */
export type RefusalReason = (typeof REFUSAL_REASONS)[number]

/** What came from one network in the name of one charge point, and did not get in. */
export interface Refusal {
  chargePointId: string
  /** See `networkOf`. */
  network: string
  /** The latest; those while it was locked out are not counted. */
  address?: string
  reason: RefusalReason
  attempts: number
  firstAt: string
  lastAt: string
  /** Wrong passwords since `countedSince`. */
  wrong?: number
  countedSince?: string
  /** Until then nothing from there is looked at for this charge point. */
  lockedUntil?: string
  /** How often in a row it was locked out. */
  locks?: number
}

export interface Refused {
  chargePointId: string
  network: string
  address?: string
  reason: RefusalReason
  at: string
  /** Adds a wrong password to those since this instant; earlier ones do not count any more. */
  countSince?: string
}

export interface Refusals {
  /** The record as it is then. */
  rememberRefusal(refused: Refused): Promise<Refusal>
  getRefusal(chargePointId: string, network: string): Promise<Refusal | undefined>
  /** Only if there are still so many wrong passwords: the count begins anew, so one of several that come here does it. */
  lockOut(
    chargePointId: string,
    network: string,
    lock: { wrong: number; until: string; locks: number },
  ): Promise<void>
  forgetRefusal(chargePointId: string, network: string): Promise<void>
  /** By charge point. */
  listRefusals(page: PageRequest): Promise<Page<Refusal>>
  /** All of a charge point, and gives them. */
  forgetRefusals(chargePointId: string): Promise<Refusal[]>
}
