import { type Dialect, schema, type TypeOf } from '../ocpp/schema.ts'
import type { Configuration } from './configuration.ts'
import { CallFailed, type IdTagInfo, idTagInfoOf } from './messages.ts'

export const sendLocalListOf = (t: Dialect) =>
  t.object({
    listVersion: t.integer(),
    updateType: t.enum(['Differential', 'Full']),
    localAuthorizationList: t.optional(
      t.array(t.object({ idTag: t.string(20), idTagInfo: t.optional(idTagInfoOf(t)) })),
    ),
  })
export const sendLocalList = schema(sendLocalListOf)
export type LocalListUpdate = TypeOf<typeof sendLocalList>

export interface AuthorizationOptions {
  configuration: Configuration
  now(): number
  /** Asks the central system; rejects with CallFailed. */
  ask(idTag: string): Promise<IdTagInfo>
}

const CACHE_SIZE = 1000

/** Who may charge: the local authorization list, the cache, and the central system (§3.5). idTags know no case (§7.28). */
export class Authorization {
  readonly #options: AuthorizationOptions
  readonly #cache = new Map<string, IdTagInfo>()
  #list = new Map<string, IdTagInfo>()
  #listVersion = 0

  constructor(options: AuthorizationOptions) {
    this.#options = options
  }

  /** §4.1. A central system that refuses to answer is an authorization refused; one that does not answer is offline. */
  async authorize(idTag: string): Promise<IdTagInfo> {
    const { configuration, ask } = this.#options
    const local = this.#known(idTag)
    if (local?.status === 'Accepted' && configuration.flag('LocalPreAuthorize')) return local
    try {
      const info = await ask(idTag)
      this.learn(idTag, info)
      return info
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error
      return error.reason === 'Refused' ? { status: 'Invalid' } : this.#authorizeOffline(local)
    }
  }

  /** Keeps an idTagInfo in the cache (§3.5.1), unless the list knows the tag. False: the list says otherwise (§3.5.2). */
  learn(idTag: string, info: IdTagInfo): boolean {
    const key = idTag.toLowerCase()
    const listed = this.#listed(key)
    if (listed) return (listed.status === 'Accepted') === (info.status === 'Accepted')
    if (!this.#options.configuration.flag('AuthorizationCacheEnabled')) return true
    if (this.#cache.size >= CACHE_SIZE && !this.#cache.has(key)) this.#makeRoom()
    this.#cache.delete(key)
    this.#cache.set(key, info)
    return true
  }

  parentOf(idTag: string): string | undefined {
    return this.#known(idTag)?.parentIdTag
  }

  /** §5.4 and errata 3.23. */
  clearCache(): boolean {
    this.#cache.clear()
    return this.#options.configuration.flag('AuthorizationCacheEnabled')
  }

  /** §5.10: 0 says that the list is empty, -1 that there is none. */
  get listVersion(): number {
    if (!this.#options.configuration.flag('LocalAuthListEnabled')) return -1
    return this.#list.size === 0 ? 0 : this.#listVersion
  }

  /** §5.15 and errata 3.52. */
  updateList({ listVersion, updateType, localAuthorizationList = [] }: LocalListUpdate) {
    const { configuration } = this.#options
    if (!configuration.flag('LocalAuthListEnabled')) return 'NotSupported'
    if (listVersion <= 0 || localAuthorizationList.length > configuration.number('SendLocalListMaxLength')) {
      return 'Failed'
    }
    if (updateType === 'Differential' && listVersion <= this.#listVersion) return 'VersionMismatch'
    if (hasDuplicates(localAuthorizationList.map(({ idTag }) => idTag.toLowerCase()))) return 'Failed'
    const list = new Map(updateType === 'Full' ? [] : this.#list)
    for (const { idTag, idTagInfo } of localAuthorizationList) {
      if (idTagInfo) list.set(idTag.toLowerCase(), idTagInfo)
      else if (updateType === 'Full') return 'Failed'
      else list.delete(idTag.toLowerCase())
    }
    if (list.size > configuration.number('LocalAuthListMaxLength')) return 'Failed'
    this.#list = list
    this.#listVersion = listVersion
    for (const idTag of list.keys()) this.#cache.delete(idTag)
    return 'Accepted'
  }

  /** §3.5.4. */
  #authorizeOffline(local: IdTagInfo | undefined): IdTagInfo {
    const { configuration } = this.#options
    if (local) return configuration.flag('LocalAuthorizeOffline') ? local : { status: 'Invalid' }
    return { status: configuration.flag('AllowOfflineTxForUnknownId') ? 'Accepted' : 'Invalid' }
  }

  /** §3.5.3: the list comes before the cache. What was valid once may have run out since. */
  #known(idTag: string): IdTagInfo | undefined {
    const key = idTag.toLowerCase()
    const cached = this.#options.configuration.flag('AuthorizationCacheEnabled')
      ? this.#cache.get(key)
      : undefined
    const info = this.#listed(key) ?? cached
    const isOver = info?.expiryDate !== undefined && Date.parse(info.expiryDate) <= this.#options.now()
    return info && isOver && info.status === 'Accepted' ? { ...info, status: 'Expired' } : info
  }

  #listed(key: string): IdTagInfo | undefined {
    return this.#options.configuration.flag('LocalAuthListEnabled') ? this.#list.get(key) : undefined
  }

  #makeRoom(): void {
    for (const [idTag, { status }] of this.#cache) if (status !== 'Accepted') this.#cache.delete(idTag)
    const [oldest] = this.#cache.keys()
    if (oldest !== undefined && this.#cache.size >= CACHE_SIZE) this.#cache.delete(oldest)
  }
}

function hasDuplicates(values: readonly string[]): boolean {
  return new Set(values).size < values.length
}
