import { passwordOf } from './configuration-keys.ts'
import type { Tls } from './socket.ts'

/** Of the security whitepaper §2: 0 none, 1 password, 2 TLS and password, 3 TLS with a certificate of its own. */
export type SecurityProfile = 0 | 1 | 2 | 3

/** How the station comes to the central system. */
export interface Access {
  endpoint: string
  password?: Uint8Array
  tls?: Tls
}

export interface Credentials {
  url: string
  password?: string | Uint8Array
  tls?: Tls
}

/** With a new profile it tries so often, before it goes back to the one it came with before. */
const ATTEMPTS = 3

/** The profile that such a station has, unless it is told another. */
export function profileOf({ url, password, tls }: Credentials): SecurityProfile {
  const isSecure = url.startsWith('wss:')
  if (isSecure && tls?.cert && tls.key) return 3
  if (password === undefined) return 0
  return isSecure ? 2 : 1
}

/** What the station has to prove itself with, and what of that its security profile lets it use. */
export class Security {
  readonly #url: string
  readonly #tls: Tls | undefined
  #password: Uint8Array | undefined
  #profile: SecurityProfile
  #next: SecurityProfile | undefined
  #earlier: SecurityProfile | undefined
  #failures = 0

  constructor({ url, password, tls }: Credentials, profile: SecurityProfile) {
    this.#url = url
    this.#tls = tls
    this.#password = typeof password === 'string' ? Buffer.from(password) : password
    this.#profile = profile
  }

  get profile(): SecurityProfile {
    return this.#profile
  }

  /** From profile 2 on over TLS, at the same address. The certificate is shown in profile 3, and the password is not. */
  access(profile = this.#profile): Access {
    const { ca, cert, key } = this.#tls ?? {}
    const isSecure = this.#url.startsWith('wss:')
    const password = profile === 1 || profile === 2 ? this.#password : undefined
    return {
      endpoint: profile >= 2 && !isSecure ? this.#url.replace(/^ws:/, 'wss:') : this.#url,
      ...(password ? { password } : {}),
      tls: { ...(ca ? { ca } : {}), ...(profile === 3 && cert && key ? { cert, key } : {}) },
    }
  }

  /** Whitepaper A05: no profile is lowered over OCPP, and for a higher one the station has to have what that asks for. */
  accepts(profile: number): boolean {
    if (profile === this.#profile) return true
    if (profile < this.#profile) return false
    return profile === 3 ? Boolean(this.#tls?.cert && this.#tls.key) : this.#password !== undefined
  }

  /** What was accepted is used after the reset that follows. */
  raise(profile: SecurityProfile): void {
    this.#next = profile
  }

  /** Whitepaper A01. A station without security has its first password by this, and uses it (OCPP-J §6.2.2). */
  changePassword(authorizationKey: string): void {
    this.#password = passwordOf(authorizationKey)
    if (this.#profile === 0) this.#profile = this.#url.startsWith('wss:') ? 2 : 1
  }

  restarted(): void {
    if (this.#next === undefined || this.#next === this.#profile) return
    this.#earlier = this.#profile
    this.#profile = this.#next
    this.#next = undefined
    this.#failures = 0
  }

  connected(): void {
    this.#earlier = undefined
  }

  /** True if the new profile was given up, and the one before is used again. */
  failed(): boolean {
    if (this.#earlier === undefined) return false
    this.#failures += 1
    if (this.#failures < ATTEMPTS) return false
    this.#profile = this.#earlier
    this.#earlier = undefined
    return true
  }
}
