import { ciKey } from '../ocpp/types.ts'
import type { ConfigurationSnapshot, IdTag, IdTagInfo, LocalList, Store } from '../store/port.ts'
import type { SettleContext } from './action.ts'
import { settingOf } from './configuration.ts'
import { infoOf, isAllowedAt, type Whereabouts } from './verdict.ts'

/** §7.1: one line of a list; without `idTagInfo` it strikes the tag out. */
export interface ListEntry {
  idTag: string
  idTagInfo?: IdTagInfo
}

export interface ListUpdate {
  listVersion: number
  updateType: 'Differential' | 'Full'
  localAuthorizationList: ListEntry[]
}

/** Where the charge point has not told how many entries its list, and one message, may have (§9.2). */
const LIST_MAX = 1000
const MESSAGE_MAX = 250

/** Bytes of entries in one message: a frame has 32 KB. */
const MESSAGE_BYTES = 28 * 1024

/** No tag on the wire is longer (§7.28). */
const ID_TAG_MAX = 20

const PAGE = 500

type Source = Pick<Store, 'listIdTags' | 'getConfiguration' | 'getLive' | 'getLocalList'>

/**
 * The next update of a charge point's list: what differs from our tags, or all of it where we do not know what the list
 * holds. Of more than one message takes, the first part.
 */
export async function composeUpdate(
  store: Source,
  chargePointId: string,
  now: string,
  full: boolean,
): Promise<ListUpdate> {
  const known = await store.getLocalList(chargePointId)
  const configuration = await store.getConfiguration(chargePointId)
  const entries = full ? undefined : known?.entries
  const { siteId } = (await store.getLive(chargePointId)) ?? {}
  const max = limitOf(configuration, 'LocalAuthListMaxLength', LIST_MAX)
  const wanted = await wantedEntries(store, now, { chargePointId, siteId }, max)
  return {
    listVersion: Math.max(known?.version ?? 0, 0) + 1,
    updateType: entries ? 'Differential' : 'Full',
    localAuthorizationList: firstPart(
      entries ? differences(wanted, entries) : wanted,
      limitOf(configuration, 'SendLocalListMaxLength', MESSAGE_MAX),
    ),
  }
}

function limitOf(configuration: ConfigurationSnapshot | undefined, key: string, otherwise: number): number {
  const limit = Number.parseInt(settingOf(configuration, key)?.[1].value ?? '', 10)
  return limit > 0 ? limit : otherwise
}

/**
 * All our tags that are allowed there, as the list tells of them: there is no room to name the others everywhere. Where it
 * cannot hold them all, those that may charge go first.
 */
async function wantedEntries(
  store: Source,
  now: string,
  where: Whereabouts,
  max: number,
): Promise<ListEntry[]> {
  const entries = (await allIdTags(store))
    .filter((idTag) => idTag.idTag.length <= ID_TAG_MAX && isAllowedAt(idTag, where))
    .map((idTag) => ({ idTag: idTag.idTag, idTagInfo: infoOf(idTag, now, where) }))
  if (entries.length <= max) return entries
  const accepted = entries.filter(({ idTagInfo }) => idTagInfo.status === 'Accepted')
  const others = entries.filter(({ idTagInfo }) => idTagInfo.status !== 'Accepted')
  return [...accepted, ...others].slice(0, max)
}

async function allIdTags(store: Source): Promise<IdTag[]> {
  const all: IdTag[] = []
  let cursor: string | undefined
  do {
    const page = await store.listIdTags({}, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
    all.push(...page.items)
    cursor = page.cursor
  } while (cursor !== undefined)
  return all
}

/** What turns the list into the wanted one; what goes makes room for what comes. */
export function differences(wanted: ListEntry[], entries: Record<string, string>): ListEntry[] {
  const present = new Set(wanted.map(({ idTag }) => ciKey(idTag)))
  const gone = Object.keys(entries).filter((idTag) => !present.has(idTag))
  return [
    ...gone.map((idTag) => ({ idTag })),
    ...wanted.filter(({ idTag, idTagInfo }) => idTagInfo && entries[ciKey(idTag)] !== digestOf(idTagInfo)),
  ]
}

function firstPart(entries: ListEntry[], max: number): ListEntry[] {
  const part: ListEntry[] = []
  let bytes = 0
  for (const entry of entries.slice(0, max)) {
    bytes += new TextEncoder().encode(JSON.stringify(entry)).length + 1
    if (bytes > MESSAGE_BYTES) break
    part.push(entry)
  }
  return part
}

/** All that a list says of a tag, in short. */
export function digestOf({ status, expiryDate = '', parentIdTag = '' }: IdTagInfo): string {
  return [status, expiryDate, parentIdTag].join('|')
}

/** The list after an update was accepted. An amendment of what we do not know leaves it unknown. */
export function afterUpdate(
  known: LocalList | undefined,
  { listVersion: version, updateType, localAuthorizationList }: ListUpdate,
): KnownList {
  if (updateType === 'Differential' && !known?.entries) return { version }
  const entries = new Map(updateType === 'Full' ? [] : Object.entries(known?.entries ?? {}))
  for (const { idTag, idTagInfo } of localAuthorizationList) {
    if (idTagInfo) entries.set(ciKey(idTag), digestOf(idTagInfo))
    else entries.delete(ciKey(idTag))
  }
  return { version, entries: Object.fromEntries(entries) }
}

type KnownList = Omit<LocalList, 'at'>

/** What an answer tells of the list, unless the answer to a later call has told already. */
export async function recordUnlessOlder(
  { store, chargePointId, askedAt, settledAt: at }: SettleContext,
  next: (known: LocalList | undefined) => KnownList | undefined,
): Promise<void> {
  const known = await store.getLocalList(chargePointId)
  if (known && known.at > askedAt) return
  const list = next(known)
  if (list) await store.recordLocalList(chargePointId, { ...list, at })
}
