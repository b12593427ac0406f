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
  facts: (chargePointId: string): Key => ({ pk: `CP#${chargePointId}`, sk: 'FACTS' }),
  profiles: (chargePointId: string): Key => ({ pk: `CP#${chargePointId}`, sk: 'PROFILES' }),
  localList: (chargePointId: string): Key => ({ pk: `CP#${chargePointId}`, sk: 'LOCALLIST' }),
  onboarding: (chargePointId: string): Key => ({ pk: `CP#${chargePointId}`, sk: 'ONBOARDING' }),
  job: (chargePointId: string, messageId: string): Key => ({
    pk: `CP#${chargePointId}`,
    sk: `JOB#${messageId}`,
  }),
  message: (chargePointId: string, at: string, place: string): Key => ({
    pk: `CP#${chargePointId}`,
    sk: `MSG#${at}#${place}`,
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
  /**
   * An identity may contain `#`; it must not look like another one that is followed by a message id. No more of it is
   * encoded: a sort key has 1024 bytes.
   */
  reservation: (reservationId: number, chargePointId: string, messageId: string): Key => ({
    pk: `RES#${reservationId}`,
    sk: `CP#${chargePointId.replace(/[%#]/g, encodeURIComponent)}#${messageId}`,
  }),
  task: (taskId: string): Key => ({ pk: `TASK#${taskId}`, sk: 'TASK' }),
  batch: (taskId: string, batch: number): Key => ({ pk: `TASK#${taskId}`, sk: `BATCH#${inOrder(batch)}` }),
  tally: (taskId: string, batch: number): Key => ({ pk: `TASK#${taskId}`, sk: `TALLY#${inOrder(batch)}` }),
  file: (fileId: string): Key => ({ pk: `FILE#${fileId}`, sk: 'FILE' }),
  audit: (auditId: string): Key => ({ pk: `AUDIT#${auditId}`, sk: 'AUDIT' }),
  /** An id tag is the same in any case, unregistered too. */
  unknown: (kind: string, id: string): Key => ({
    pk: `UNKNOWN#${kind}#${kind === 'id-tag' ? id.toLowerCase() : id}`,
    sk: 'UNKNOWN',
  }),
  replay: (key: string): Key => ({ pk: `REPLAY#${key}`, sk: 'REPLAY' }),
}

/** A number as text that is ordered as it is. */
const inOrder = (batch: number): string => String(batch).padStart(6, '0')

/** Partitions of the indexes. */
export const partitions = {
  chargePoints: 'CP',
  idTags: 'TAG',
  transactions: 'TX',
  reservations: 'RES',
  tasks: 'TASK',
  firmware: 'FILE',
  audit: 'AUDIT',
  unknown: (kind: string) => `UNKNOWN#${kind}`,
  ofChargePoint: (chargePointId: string) => `CP#${chargePointId}`,
  ofIdTag: (idTag: string) => `TAG#${idTag.toLowerCase()}`,
  reservationsOfChargePoint: (chargePointId: string) => `RES#CP#${chargePointId}`,
  reservationsOfIdTag: (idTag: string) => `RES#TAG#${idTag.toLowerCase()}`,
  filesOfChargePoint: (chargePointId: string) => `FILE#CP#${chargePointId}`,
}

export const EXISTS = 'attribute_exists(#pk)'
export const IS_NEW = 'attribute_not_exists(#pk)'

/** When DynamoDB may remove what was written at an instant and is kept for so many days. */
export const expiresAfter = (days: number, at: string): number =>
  Math.floor(Date.parse(at) / 1000) + days * 24 * 3600
