import * as z from 'zod'
import type { Page } from '../store/port.ts'
import { maybe } from './fields.ts'

/** Query parameters are text; digits alone make a number of it. */
const toNumber = (value: unknown) =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value

const LIMIT = 50

export const pageFields = {
  limit: z
    .preprocess(toNumber, z.int({ error: 'must be an integer' }).min(1).max(200))
    .default(LIMIT)
    .meta({ description: 'How many items at most', default: LIMIT }),
  cursor: maybe(z.string().min(1)).meta({ description: 'The `cursor` of the page before' }),
}

export const pageQuery = z.strictObject(pageFields)

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
