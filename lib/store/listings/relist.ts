import { randomUUID } from 'node:crypto'
import { IS_NEW, keys } from '../keys.ts'
import type { Subject } from '../port.ts'
import type { Condition, Item, Key, TableClient, Update } from '../table-client.ts'
import { additions, difference } from './figures.ts'
import { type Listing, type Place, sameListing } from './listing.ts'
import { rowKey, rowOf } from './places.ts'
import { recordKey, wantedListing } from './subjects.ts'

type Write = ({ put: Item } & Condition) | ({ delete: Key } & Condition) | Update

/** What is kept beside a record: how it is listed and counted. `revision` is another after each change; a removal leaves none. */
interface Listed extends Listing {
  revision: string
  /** The generation of sums that it is counted in. */
  generation: number
}

const NOTHING: Listing = { places: [], counts: {} }

/** Somebody else who lists the same record at the same time is done in milliseconds. */
const ATTEMPTS = 10

/**
 * Brings the lists and sums up to a record. The record is read after what was listed of it, and all of the difference is
 * written only if nobody listed it meanwhile: so whoever writes last has read the record last.
 */
export async function relist(
  table: TableClient,
  subject: Subject,
  generationNow: () => Promise<number>,
): Promise<void> {
  const record = recordKey(subject)
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const item = await table.get(keys.listing(record))
    const listed = item && toListed(item)
    const generation = Math.max(listed?.generation ?? 0, await generationNow())
    const wanted = await wantedListing(table, subject)
    if (!listed && !wanted) return
    if (listed && wanted && listed.generation === generation && sameListing(listed, wanted)) return
    const { written } = await table.transact(changes(record, listed, wanted && { ...wanted, generation }))
    if (written) return
  }
  throw new Error(`the ${subject.kind} ${record.pk} is listed by too many at once`)
}

function changes(
  record: Key,
  listed: Listed | undefined,
  wanted: (Listing & { generation: number }) | undefined,
): Write[] {
  const before = rowsOf(listed ?? NOTHING)
  const after = rowsOf(wanted ?? NOTHING)
  return [
    listingWrite(record, listed, wanted),
    ...[...after].filter(([row]) => !before.has(row)).map(([, place]) => ({ put: rowOf(place, record) })),
    ...[...before].filter(([row]) => !after.has(row)).map(([, place]) => ({ delete: rowKey(place) })),
    ...countWrites(listed, wanted),
  ]
}

/** Each row once, whatever else is said twice. */
const rowsOf = ({ places }: Listing): Map<string, Place> =>
  new Map(places.map((place) => [JSON.stringify([place.list, place.order]), place]))

function listingWrite(
  record: Key,
  listed: Listed | undefined,
  wanted: (Listing & { generation: number }) | undefined,
): Write {
  const condition: Condition = listed
    ? { condition: '#revision = :revision', values: { revision: listed.revision } }
    : { condition: IS_NEW }
  if (!wanted) return { delete: keys.listing(record), ...condition }
  const { places, counts, generation } = wanted
  const rows = places.map(({ list, order }) => [list, order])
  return {
    put: { ...keys.listing(record), revision: randomUUID(), generation, places: rows, counts },
    ...condition,
  }
}

/** What goes over to another generation leaves the sums of the one before: both together stay right. */
function countWrites(
  listed: Listed | undefined,
  wanted: (Listing & { generation: number }) | undefined,
): Update[] {
  if (listed && wanted && listed.generation !== wanted.generation)
    return [
      ...additions(listed.generation, difference(listed.counts, {})),
      ...additions(wanted.generation, wanted.counts),
    ]
  const generation = (wanted ?? listed)?.generation ?? 0
  return additions(generation, difference(listed?.counts ?? {}, wanted?.counts ?? {}))
}

function toListed({ revision, generation, places, counts }: Item): Listed {
  return {
    revision: String(revision),
    generation: Number(generation),
    places: (places as [string, string][]).map(([list, order]) => ({ list, order })),
    counts: counts as Listed['counts'],
  }
}
