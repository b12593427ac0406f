import type { Key } from './table-client.ts'

/** Every key of the one table, and nothing else knows them. */
export const keys = {
  chargePoint: (chargePointId: string): Key => ({ pk: `CP#${chargePointId}`, sk: 'CP' }),
  live: (chargePointId: string): Key => ({ pk: `CP#${chargePointId}`, sk: 'LIVE' }),
  connection: (connectionId: string): Key => ({ pk: `CONNECTION#${connectionId}`, sk: 'CONNECTION' }),
  configuration: (chargePointId: string): Key => ({ pk: `CP#${chargePointId}`, sk: 'CONFIGURATION' }),
  call: (chargePointId: string, messageId: string): Key => ({
    pk: `CP#${chargePointId}`,
    sk: `CALL#${messageId}`,
  }),
  idTag: (idTag: string): Key => ({ pk: `TAG#${idTag.toLowerCase()}`, sk: 'TAG' }),
  idTagActive: (idTag: string): Key => ({ pk: `TAG#${idTag.toLowerCase()}`, sk: 'ACTIVE' }),
  transaction: (transactionId: number): Key => ({ pk: `TX#${transactionId}`, sk: 'TX' }),
  meterValues: (
    owner: { transactionId: number } | { chargePointId: string },
    time: string,
    digest: string,
  ): Key => ({
    pk: 'transactionId' in owner ? `TX#${owner.transactionId}` : `CP#${owner.chargePointId}`,
    sk: `MV#${time}#${digest}`,
  }),
  /** An id tag is the same in any case, unregistered too. */
  unknown: (kind: string, id: string): Key => ({
    pk: `UNKNOWN#${kind}#${kind === 'id-tag' ? id.toLowerCase() : id}`,
    sk: 'UNKNOWN',
  }),
  replay: (key: string): Key => ({ pk: `REPLAY#${key}`, sk: 'REPLAY' }),
}

/** Partitions of the indexes. */
export const partitions = {
  chargePoints: 'CP',
  idTags: 'TAG',
  transactions: 'TX',
  unknown: (kind: string) => `UNKNOWN#${kind}`,
  ofChargePoint: (chargePointId: string) => `CP#${chargePointId}`,
  ofIdTag: (idTag: string) => `TAG#${idTag.toLowerCase()}`,
}

export const EXISTS = 'attribute_exists(#pk)'
export const IS_NEW = 'attribute_not_exists(#pk)'
