import { ciKey } from '../ocpp/types.ts'

/** Configuration keys whose values are credentials: write-only by the whitepaper (§7.2), and read by some all the same. */
const SECRET_KEYS: ReadonlySet<string> = new Set(['authorizationkey'])

export const REDACTED = '***'

/** Also with spaces around it: what was typed so is no less a password, and some charge points take it. */
export function isSecretKey(key: string): boolean {
  return SECRET_KEYS.has(ciKey(key.trim()))
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

/** A URL from its colon on, in text or in JSON: slashes may be escaped, and a quotation mark ends it, escaped or not. */
const URL_REST = /:\\*\/\\*\/(?:[^\s"\\]|\\+(?!["\\]))*/g

/** `ftp://user:password@host/…` */
const URL_PASSWORD = /(:\\*\/\\*\/[^/@:]*):[^/]+@/g

/** What is often a token: `https://host/…?sig=…` */
const URL_QUERY = /\?.+$/

/** The same value with no URL in it that tells a password, or what follows its question mark. */
export function withoutUrlSecrets<T>(value: T): T {
  if (typeof value === 'string') {
    const clean = (url: string) =>
      url.replace(URL_PASSWORD, `$1:${REDACTED}@`).replace(URL_QUERY, `?${REDACTED}`)
    return value.replace(URL_REST, clean) as T
  }
  if (Array.isArray(value)) return value.map(withoutUrlSecrets) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutUrlSecrets(each)])) as T
}
