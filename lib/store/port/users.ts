import type { Page, PageRequest } from './page.ts'

/** A person or an organisation that has id tags. Never seen by a charge point. */
export interface User {
  userId: string
  name: string
  email?: string
  phone?: string
  note?: string
  createdAt: string
  updatedAt: string
  version: number
}

export type UserChange = { [K in 'name' | 'email' | 'phone' | 'note']?: User[K] | null }

export interface UserFilter {
  /** What the name begins with, whatever its case. */
  namePrefix?: string
  /** Compared as a whole, without case. */
  email?: string
  descending?: boolean
}

export interface Users {
  createUser(user: User): Promise<'created' | 'exists'>
  getUser(userId: string): Promise<User | undefined>
  /** By name, without case. */
  listUsers(filter: UserFilter, page: PageRequest): Promise<Page<User>>
  /** Applies the change if `version`, when given, is still the record's own. `null` removes a property. */
  updateUser(
    userId: string,
    change: UserChange,
    at: string,
    version?: number,
  ): Promise<User | 'unknown' | 'changed'>
  /** Nothing else goes with it: who refers to it is for the caller to look after. */
  deleteUser(userId: string, version?: number): Promise<'deleted' | 'unknown' | 'changed'>
}
