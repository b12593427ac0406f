/** Where a record stands in a list, and what it is counted as. A pure function of the record gives it. */
export interface Listing {
  places: Place[]
  /** What it adds to each sum. */
  counts: Record<string, number>
}

/** A row of a list: all rows of one list share a partition, ordered by `order`. */
export interface Place {
  /** `chargePoints/vendor/ABB` */
  list: string
  /** Unique within the list: ends with the record's own id. */
  order: string
}
