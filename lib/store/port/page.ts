export interface Page<T> {
  items: T[]
  /** Hand it back to read on; absent on the last page. */
  cursor?: string
}

export interface PageRequest {
  limit: number
  cursor?: string
  /** By the key of the list, which for most is a time; unless given, in the list's own order. */
  order?: 'asc' | 'desc'
}
