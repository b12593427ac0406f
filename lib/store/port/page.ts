export interface Page<T> {
  items: T[]
  /** Hand it back to read on; absent on the last page. */
  cursor?: string
}

export interface PageRequest {
  limit: number
  cursor?: string
}
