import { IS_NEW, keys } from './keys.ts'
import type {
  ConfigurationSnapshot,
  Facts,
  Installed,
  InstalledProfiles,
  LocalList,
  Onboarding,
} from './port.ts'
import { withoutKeys } from './record.ts'
import type { Item, Key, TableClient } from './table-client.ts'

/** Stays below the 400 KB that an item may have: some 5,000 tags. */
const ENTRIES_MAX_BYTES = 350_000

export function installedVerbs(table: TableClient): Installed {
  return {
    async getConfiguration(chargePointId) {
      return toConfiguration(await table.get(keys.configuration(chargePointId)))
    },

    changeConfiguration: (chargePointId, change) =>
      rewrite(table, keys.configuration(chargePointId), {
        read: toConfiguration,
        change,
        write: (configuration) => ({ ...configuration }),
      }),

    async getFacts(chargePointId) {
      return toFacts(await table.get(keys.facts(chargePointId)))
    },

    async noteFact(chargePointId, note) {
      const name = `#${note.fact}${'connectorId' in note ? `_${note.connectorId}` : ''}`
      await table.update({
        key: keys.facts(chargePointId),
        update: `SET ${name} = :value`,
        // The same call's answer may be settled again, but not over the boot that came of it.
        condition: `attribute_not_exists(${name}) OR ${name}.#askedAt < :askedAt OR (${name}.#askedAt = :askedAt AND attribute_not_exists(${name}.#bootedAt))`,
        values: { value: note.value, askedAt: note.value.askedAt },
      })
    },

    async listInstalledProfiles(chargePointId) {
      return toProfiles(await table.get(keys.profiles(chargePointId))).profiles
    },

    changeInstalledProfiles: (chargePointId, change) =>
      rewrite(table, keys.profiles(chargePointId), {
        read: toProfiles,
        change,
        write: ({ profiles, cleared }) => ({
          profiles: JSON.stringify(profiles),
          cleared: JSON.stringify(cleared),
        }),
      }),

    async getLocalList(chargePointId) {
      const item = await table.get(keys.localList(chargePointId))
      if (!item) return undefined
      const { entries, ...list } = withoutKeys<Omit<LocalList, 'entries'> & { entries?: string }>(item)
      return { ...list, ...(entries === undefined ? {} : { entries: JSON.parse(entries) }) }
    },

    async recordLocalList(chargePointId, { entries, ...list }) {
      const text = entries && JSON.stringify(entries)
      const kept = text !== undefined && Buffer.byteLength(text) <= ENTRIES_MAX_BYTES
      await table.put(
        { ...keys.localList(chargePointId), ...list, ...(kept ? { entries: text } : {}) },
        { condition: `${IS_NEW} OR #at <= :at`, values: { at: list.at } },
      )
    },

    async getOnboarding(chargePointId) {
      const item = await table.get(keys.onboarding(chargePointId))
      return item && withoutKeys<Onboarding>(item)
    },

    async saveOnboarding(onboarding) {
      const { written } = await table.put(
        { ...keys.onboarding(onboarding.chargePointId), ...onboarding },
        {
          condition: onboarding.version === 1 ? IS_NEW : '#version = :before',
          ...(onboarding.version === 1 ? {} : { values: { before: onboarding.version - 1 } }),
        },
      )
      return written
    },
  }
}

/** Reads, changes and writes; anew where the version that was read is not the item's any more. */
async function rewrite<T>(
  table: TableClient,
  key: Key,
  {
    read,
    change,
    write,
  }: {
    read: (item: Item | undefined) => T
    change: (value: T) => T
    write: (value: T) => Record<string, unknown>
  },
): Promise<void> {
  let item = await table.get(key)
  for (;;) {
    const known = read(item)
    const changed = change(known)
    if (changed === known) return
    const version = item?.version as number | undefined
    const attempt = await table.put(
      { ...key, ...write(changed), version: (version ?? 0) + 1 },
      version === undefined
        ? { condition: 'attribute_not_exists(#version)' }
        : { condition: '#version = :version', values: { version } },
    )
    if (attempt.written) return
    item = attempt.item
  }
}

function toConfiguration(item: Item | undefined): ConfigurationSnapshot | undefined {
  if (!item) return undefined
  const { version: _, ...configuration } = withoutKeys<ConfigurationSnapshot & { version?: number }>(item)
  return configuration
}

const toProfiles = (item: Item | undefined): InstalledProfiles => ({
  profiles: JSON.parse(String(item?.profiles ?? '[]')),
  cleared: JSON.parse(String(item?.cleared ?? '[]')),
})

/** Each fact is an attribute of its own: `unlock_1` is connector 1's. */
function toFacts(item: Item | undefined): Facts {
  const facts: Facts = { availability: {}, unlocks: {} }
  for (const [name, value] of Object.entries(item ? withoutKeys<Record<string, unknown>>(item) : {})) {
    const [fact, connectorId] = name.split('_')
    if (fact === 'availability') facts.availability[Number(connectorId)] = value as Facts['availability'][0]
    else if (fact === 'unlock') facts.unlocks[Number(connectorId)] = value as Facts['unlocks'][0]
    else Object.assign(facts, { [name]: value })
  }
  return facts
}
