import * as z from 'zod'
import { maybe, nameText } from './fields.ts'
import { pageFields } from './paging.ts'

export const NAME_MAX = 100

export const nameField = nameText(NAME_MAX)

/** The query of a list by name, which can be read from either end. */
export const byNameFields = {
  ...pageFields,
  name: maybe(nameField).meta({ description: 'Only those whose name begins so, whatever its case' }),
  order: z.enum(['asc', 'desc']).default('asc').meta({
    description: 'asc: by name from A to Z; desc: the other way round',
    default: 'asc',
  }),
}

/** The same as the store's filter and page. */
export function byName<Q extends z.output<z.ZodObject<typeof byNameFields>>>({
  limit,
  cursor,
  name,
  order,
}: Q) {
  return {
    filter: { ...(name === undefined ? {} : { namePrefix: name }), descending: order === 'desc' },
    page: { limit, ...(cursor === undefined ? {} : { cursor }) },
  }
}
