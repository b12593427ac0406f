import { ciKey } from '../ocpp/types.ts'

/** Configuration keys whose values are credentials: write-only by the whitepaper (§7.2), and read by some all the same. */
const SECRET_KEYS: ReadonlySet<string> = new Set(['authorizationkey'])

export const REDACTED = '***'

export function isSecretKey(key: string): boolean {
  return SECRET_KEYS.has(ciKey(key))
}

export function withoutSecret<T extends { value?: string }>(key: string, setting: T): T {
  return isSecretKey(key) && setting.value !== undefined ? { ...setting, value: REDACTED } : setting
}

/** A response as it may be kept: in a list of configuration keys, the secret ones lose their values. */
export function withoutSecrets(response: unknown): unknown {
  if (typeof response !== 'object' || response === null || Array.isArray(response)) return response
  return Object.fromEntries(
    Object.entries(response).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(withoutOwnSecret) : value,
    ]),
  )
}

function withoutOwnSecret(entry: unknown): unknown {
  const { key, value } = (typeof entry === 'object' && entry !== null ? entry : {}) as {
    key?: unknown
    value?: unknown
  }
  return typeof key === 'string' && value !== undefined && isSecretKey(key)
    ? { ...(entry as object), value: REDACTED }
    : entry
}

/** The password in a URL, `ftp://user:password@host/…`, in text or in JSON, where slashes may be escaped. */
const URL_PASSWORD = /([a-z][a-z0-9+.-]*:\\?\/\\?\/[^\s"/@:]*):[^\s"/@]+@/gi

/** The same value with no URL in it that tells a password. */
export function withoutUrlPasswords<T>(value: T): T {
  if (typeof value === 'string') return value.replace(URL_PASSWORD, `$1:${REDACTED}@`) as T
  if (Array.isArray(value)) return value.map(withoutUrlPasswords) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withoutUrlPasswords(each)]),
  ) as T
}
