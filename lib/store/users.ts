import { keys, partitions } from './keys.ts'
import { pageOf } from './paging.ts'
import type { User, UserFilter, Users } from './port.ts'
import { withoutKeys } from './record.ts'
import { nameKey, nameOrder, registered } from './registered.ts'
import type { Item, Query, TableClient } from './table-client.ts'

export const toUser = (item: Item): User => withoutKeys<User>(item)

export function userVerbs(table: TableClient): Users {
  const users = registered(table, keys.user, toUser)
  return {
    async createUser(user) {
      const { userId, name, email } = user
      return users.create({ ...keys.user(userId), ...user, ...placesOf(userId, name, email) })
    },

    getUser: (userId) => users.get(userId),

    listUsers: (filter, page) => pageOf(table, queryOf(filter), page, toUser),

    async updateUser(userId, change, at, version) {
      if (change.name === undefined && change.email === undefined)
        return users.update(userId, change, at, version)
      // Its places follow from both; they are those of the record that is changed, or nothing is.
      const current = await users.get(userId)
      if (!current) return 'unknown'
      const { name = current.name, email = current.email } = change
      const places = placesOf(userId, name ?? current.name, email ?? undefined)
      const moved = { ...change, ...NO_EMAIL, ...places }
      const result = await users.update(userId, moved, at, version ?? current.version)
      return result === 'changed' && version === undefined
        ? this.updateUser(userId, change, at, version)
        : result
    },

    deleteUser: (userId, version) => users.remove(userId, version),
  }
}

function placesOf(userId: string, name: string, email: string | undefined) {
  const order = nameOrder(name, userId)
  return {
    listPk: partitions.users,
    listSk: order,
    ...(email === undefined ? {} : { idTagPk: partitions.usersOfEmail(email), idTagSk: order }),
  }
}

const NO_EMAIL = { idTagPk: null, idTagSk: null }

/** Both orders are by name, so what the name begins with is a part of the key in both. */
function queryOf({ email, namePrefix, descending = false }: UserFilter): Omit<Query, 'limit' | 'after'> {
  return {
    ...(email === undefined
      ? { index: 'list', partition: partitions.users }
      : { index: 'idTag', partition: partitions.usersOfEmail(email) }),
    ...(namePrefix ? { prefix: nameKey(namePrefix) } : {}),
    newestFirst: descending,
  }
}
