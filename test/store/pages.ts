import type { Page, PageRequest } from '../../lib/store/port.ts'

/** A list read to its end, two at a time: the items, and how many pages they came in. */
export async function readThrough<T>(
  list: (page: PageRequest) => Promise<Page<T>>,
): Promise<{ items: T[]; pages: number }> {
  const items: T[] = []
  let cursor: string | undefined
  let pages = 0
  do {
    const page = await list({ limit: 2, ...(cursor === undefined ? {} : { cursor }) })
    items.push(...page.items)
    cursor = page.cursor
    pages += 1
  } while (cursor !== undefined)
  return { items, pages }
}
