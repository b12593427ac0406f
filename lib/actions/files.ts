import { shorten } from '../ocpp/shorten.ts'
import type { FileKind } from '../store/port.ts'
import type { ComposeContext, Issue } from './action.ts'

/**
 * A file of ours as a location in a payload: `busbar:files/<fileId>`. A URL that anyone may use takes its place only in the
 * frame that is sent, and is never on record.
 */
const SCHEME = 'busbar:'
const FILE_URI = /^busbar:files\/([0-9a-f-]{36})$/

/** What a file of diagnostics is called until its charge point names it. */
export const UNNAMED = 'diagnostics'

/** As long as a URL can be good for. */
export const URL_SECONDS = 6 * 3600

/** How far ahead a charge point may be told to fetch a file of ours: its URL must be good then, and for a while after. */
const FETCH_WITHIN_MILLISECONDS = 5 * 3600_000

export function fileUri(fileId: string): string {
  return `${SCHEME}files/${fileId}`
}

export function fileIdOf(location: string): string | undefined {
  return FILE_URI.exec(location)?.[1]
}

/** Whether a location is meant to be a file of ours, well-formed or not. */
export function isOurs(location: unknown): location is string {
  return typeof location === 'string' && location.startsWith(SCHEME)
}

/** What keeps a charge point from fetching a file of ours: there must be one, with content, of the kind. */
export async function issuesOfFile(
  { store, depot }: Pick<ComposeContext, 'store' | 'depot'>,
  path: string,
  location: string,
  kind: FileKind,
): Promise<Issue[]> {
  const fileId = fileIdOf(location)
  if (fileId === undefined) return [{ path, message: `a file of ours is ${fileUri('<fileId>')}` }]
  const file = await store.getFile(fileId)
  if (file?.kind !== kind) return [{ path, message: `there is no ${kind} file ${fileId}` }]
  if (file.status === 'Stored' || (file.status === 'Awaited' && (await hasArrived({ store, depot }, fileId))))
    return []
  return [{ path, message: `file ${fileId} has no content: ${file.status}` }]
}

/** It may have been sent a moment ago, and nobody looked. */
async function hasArrived(
  { store, depot }: Pick<ComposeContext, 'store' | 'depot'>,
  fileId: string,
): Promise<boolean> {
  const bytes = await depot.sizeOf(fileId).catch(() => undefined)
  if (bytes === undefined) return false
  await store.updateFile(fileId, { status: 'Stored', bytes })
  return true
}

/** A URL of ours would have expired by then. */
export function issuesOfFetchTime(path: string, instant: unknown, now: string): Issue[] {
  if (typeof instant !== 'string') return []
  return Date.parse(instant) - Date.parse(now) > FETCH_WITHIN_MILLISECONDS
    ? [{ path, message: 'a file of ours can be fetched within 5 hours only' }]
    : []
}

/** The whitepaper gives a location 512 characters: no URL to a file of ours is that short. */
export function issuesOfShortLocation(path: string, location: unknown): Issue[] {
  return isOurs(location)
    ? [{ path, message: 'a file of ours cannot be named here: its URL is longer than 512 characters' }]
    : []
}

/** The name a charge point gives a file, as it may be shown: no path, and nothing that cannot be printed. */
export function shownName(given: string | undefined, otherwise: string): string {
  const last = (given ?? '').split(/[/\\]/).at(-1) ?? ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return shorten(last.replace(/[\u0000-\u001f\u007f]/g, ''), 255) || otherwise
}
