/** Where a record stands in a list, and what it is counted as. A pure function of the record gives it. */
export interface Listing {
  places: Place[]
  /** What it adds to each sum. A name that ends with a day, as in `heard.2026-11-21`, is of that day. */
  counts: Record<string, number>
}

/** A row of a list: all rows of one list share a partition, ordered by `order`. */
export interface Place {
  /** `chargePoints/vendor/ABB` */
  list: string
  /** Unique within the list: ends with the record's own id. */
  order: string
}

export const merged = (one: Listing, other: Listing): Listing => ({
  places: [...one.places, ...other.places],
  counts: { ...one.counts, ...other.counts },
})

export const sameListing = (one: Listing, other: Listing): boolean => textOf(one) === textOf(other)

const textOf = ({ places, counts }: Listing): string =>
  JSON.stringify([places.map(({ list, order }) => [list, order]).sort(), Object.entries(counts).sort()])
