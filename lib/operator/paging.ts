import * as z from 'zod'
import type { Page } from '../store/port.ts'
import { integerIn, maybe } from './fields.ts'

const LIMIT = 50

export const pageFields = {
  limit: integerIn(1, 200).default(LIMIT).meta({ description: 'How many items at most', default: LIMIT }),
  cursor: maybe(z.string().min(1)).meta({ description: 'The `cursor` of the page before' }),
}

export const pageQuery = z.strictObject(pageFields)

/** Which end of a list comes first. */
export const order = (first: 'asc' | 'desc', description: string) =>
  z.enum(['asc', 'desc']).default(first).meta({ description, default: first })

export const newestFirst = order('desc', 'desc: the newest first')

/** The queries of lists that are read from either end, and by nothing else. */
export const newestFirstQuery = z.strictObject({ ...pageFields, order: newestFirst })
export const inOrderQuery = z.strictObject({
  ...pageFields,
  order: order('asc', 'asc: as described; desc: the other way round'),
})

/** A page of items, under a name of its own in the document. */
export function pageSchema<S extends z.ZodType>(id: string, item: S) {
  return z
    .strictObject({
      items: z.array(item),
      cursor: maybe(z.string()).meta({ description: 'Gives the next page; absent on the last one' }),
    })
    .meta({ id })
}

export function pageBody<T, V>(
  { items, cursor }: Page<T>,
  view: (item: T) => V,
): { items: V[]; cursor?: string } {
  return { items: items.map(view), ...(cursor === undefined ? {} : { cursor }) }
}
