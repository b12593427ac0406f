import type { Schemas } from '../../api/client.ts'

export type Filter = Schemas['ChargePointFilter']

/** The properties of a filter, in the order that they are offered in. */
export const FILTER_TEXTS = ['vendor', 'model', 'firmwareVersion', 'siteId', 'tag'] as const

/** Whom a task is for, as it is typed. */
export interface Targets {
  by: 'names' | 'filter' | 'all'
  names: string
  filter: Readonly<Record<string, string>>
}

/** As a task takes them, or none where nobody is meant yet. */
export function wishOf({
  by,
  names,
  filter,
}: Targets): Pick<Schemas['NewTask'], 'chargePointIds' | 'filter'> | undefined {
  if (by === 'all') return { filter: { all: true } }
  if (by === 'names') {
    const chargePointIds = namesIn(names)
    return chargePointIds.length === 0 ? undefined : { chargePointIds }
  }
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value.trim() !== ''))
  return Object.keys(given).length === 0 ? undefined : { filter: given as Filter }
}

/** One on each line, or with commas between them; each once. */
export const namesIn = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\n,;]/)
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  ),
]
