import { EXISTS, IS_NEW } from './keys.ts'
import { changeExpression } from './record.ts'
import type { Item, Key, TableClient } from './table-client.ts'

/** What an operator registers under an identity, edits by its version, and removes: one item each. */
export function registered<Id, T>(table: TableClient, keyOf: (id: Id) => Key, read: (item: Item) => T) {
  return {
    async create(item: Item): Promise<'created' | 'exists'> {
      const { written } = await table.put(item, { condition: IS_NEW })
      return written ? 'created' : 'exists'
    },

    async get(id: Id): Promise<T | undefined> {
      const item = await table.get(keyOf(id))
      return item && read(item)
    },

    /** `change`: attributes of the item, those that place it in an index among them. */
    async update(id: Id, change: object, at: string, version?: number): Promise<T | 'unknown' | 'changed'> {
      const { written, item } = await table.update({
        key: keyOf(id),
        ...changeExpression(change, at, version),
      })
      return written ? read(item) : item ? 'changed' : 'unknown'
    },

    async remove(id: Id, version?: number): Promise<'deleted' | 'unknown' | 'changed'> {
      const { written, item } = await table.delete(keyOf(id), {
        condition: version === undefined ? EXISTS : '#version = :version',
        ...(version === undefined ? {} : { values: { version } }),
      })
      return written ? 'deleted' : item ? 'changed' : 'unknown'
    },
  }
}

/** A place in a list by name, without case. No name holds the tab that ends it, which comes before whatever a name holds. */
export const nameOrder = (name: string, id: string): string => `${nameKey(name)}\t${id}`

export const nameKey = (name: string): string => name.normalize('NFC').toLowerCase()
