import type { Page, PageRequest } from '../store/port.ts'

/** The first of a list, so many at the most, whose pages may be short, or empty, before it ends. */
export async function collect<T>(count: number, read: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = []
  let cursor: string | undefined
  do {
    const page = await read({ limit: count - found.length, ...(cursor === undefined ? {} : { cursor }) })
    found.push(...page.items)
    cursor = page.cursor
  } while (cursor !== undefined && found.length < count)
  return found
}
