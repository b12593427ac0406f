import { createHash } from 'node:crypto'

/** The versions `If-Match` names; `undefined` where there is no such condition, or any version will do (`*`). */
export type IfMatch = readonly number[] | undefined

/**
 * `"<version>-<digest>"`. The digest covers the whole answer, so that a reader learns of whatever changed (RFC 9110
 * §8.8); the version alone decides about an edit, which a heartbeat must not spoil.
 */
export function etagOf(version: number | undefined, body: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(body, inOrder)).digest('base64url').slice(0, 12)
  return version === undefined ? `"${digest}"` : `"${version}-${digest}"`
}

/** The store gives a record's properties in any order. */
function inOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

const ENTITY_TAGS = /(?:W\/)?"([^"]*)"/g

/** A tag that a proxy has weakened, as CloudFront does when it compresses, still names its version. */
export function readIfMatch(header: string | undefined): IfMatch {
  if (header === undefined || header.trim() === '*') return undefined
  return [...header.matchAll(ENTITY_TAGS)]
    .map(([, tag = '']) => Number.parseInt(tag, 10))
    .filter(Number.isInteger)
}

/** Whether `If-None-Match` says that the caller has this already (weak comparison, RFC 9110 §13.1.2). */
export function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.trim() === '*' || [...header.matchAll(ENTITY_TAGS)].some(([, tag]) => `"${tag}"` === etag)
}

/** No record has this version, so insisting on it always fails. */
const NEVER = -1

/** The one version to insist on. Where several are named, it is the current one if that is among them. */
export async function versionToInsistOn(
  ifMatch: IfMatch,
  current: () => Promise<number | undefined>,
): Promise<number | undefined> {
  if (!ifMatch || ifMatch.length === 1) return ifMatch?.[0]
  const version = ifMatch.length === 0 ? undefined : await current()
  return version !== undefined && ifMatch.includes(version) ? version : NEVER
}
