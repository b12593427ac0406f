/**
 * The one table's shape, shared by the store, which writes it, and the stack, which provisions it. An item appears in an
 * index only while it carries that index's two attributes.
 */
export const TABLE = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'ttl',
  indexes: {
    /** Every list an operator pages through: one partition per kind of entity. */
    list: { partitionKey: 'listPk', sortKey: 'listSk' },
    /** Running transactions, by start. */
    active: { partitionKey: 'activePk', sortKey: 'activeSk' },
    /** A charge point's transactions, by start. */
    chargePoint: { partitionKey: 'chargePointPk', sortKey: 'chargePointSk' },
    /** An id tag's transactions, by start. */
    idTag: { partitionKey: 'idTagPk', sortKey: 'idTagSk' },
  },
} as const

export type IndexName = keyof typeof TABLE.indexes
