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
  user: (userId: string): Key => ({ pk: `USER#${userId}`, sk: 'USER' }),
  site: (siteId: string): Key => ({ pk: `SITE#${siteId}`, sk: 'SITE' }),
  chargingProfileTemplate: (chargingProfileId: number): Key => ({
    pk: `PROFILE#${chargingProfileId}`,
    sk: 'PROFILE',
  }),
  transaction: (transactionId: number): Key => ({ pk: `TX#${transactionId}`, sk: 'TX' }),
  transactionFigures: (transactionId: number): Key => ({ pk: `TX#${transactionId}`, sk: 'FIGURES' }),
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
  import: (importId: string): Key => ({ pk: `IMPORT#${importId}`, sk: 'IMPORT' }),
  importOutcome: (importId: string, batch: number): Key => ({
    pk: `IMPORT#${importId}`,
    sk: `OUTCOME#${inOrder(batch)}`,
  }),
  importErrors: (importId: string, batch: number): Key => ({
    pk: `IMPORT#${importId}`,
    sk: `ERRORS#${inOrder(batch)}`,
  }),
  /** A partition of its own for each batch: five megabytes at once are too much for one. */
  importRows: (importId: string, batch: number): Key => ({
    pk: `IMPORT#${importId}#${inOrder(batch)}`,
    sk: 'ROWS',
  }),
  file: (fileId: string): Key => ({ pk: `FILE#${fileId}`, sk: 'FILE' }),
  audit: (auditId: string): Key => ({ pk: `AUDIT#${auditId}`, sk: 'AUDIT' }),
  /** An id tag is the same in any case, unregistered too. */
  unknown: (kind: string, id: string): Key => ({
    pk: `UNKNOWN#${kind}#${kind === 'id-tag' ? id.toLowerCase() : id}`,
    sk: 'UNKNOWN',
  }),
  /** Of all networks that came in the name of one charge point. */
  refusal: (chargePointId: string, network: string): Key => ({
    pk: `REFUSED#${chargePointId}`,
    sk: `FROM#${network}`,
  }),
  replay: (key: string): Key => ({ pk: `REPLAY#${key}`, sk: 'REPLAY' }),
  securityEvent: (chargePointId: string, time: string, digest: string): Key => ({
    pk: `CP#${chargePointId}`,
    sk: `SEC#${time}#${digest}`,
  }),
  /** All of one day (UTC), in the order in which they were written down. */
  event: (at: string, sequence: string, eventId: string): Key => ({
    pk: `EVENTS#${at.slice(0, 10)}`,
    sk: `${at}#${sequence}#${eventId}`,
  }),
  /** Beside the record it is of: how that is listed and counted. */
  listing: ({ pk, sk }: Key): Key => ({ pk, sk: pk.startsWith('RES#') ? `LISTING#${sk}` : 'LISTING' }),
  /** Sums over all records, in parts that are written to apart: of all time, or of a day. */
  figures: (generation: number, shard: number, day = 'ALL'): Key => ({
    pk: `FIGURES#${generation}#${shard}`,
    sk: day,
  }),
  rebuild: (): Key => ({ pk: 'FIGURES', sk: 'REBUILD' }),
  webhook: (webhookId: string): Key => ({ pk: `WEBHOOK#${webhookId}`, sk: 'WEBHOOK' }),
  webhookState: (webhookId: string): Key => ({ pk: `WEBHOOK#${webhookId}`, sk: 'STATE' }),
  failedDelivery: (webhookId: string, eventId: string): Key => ({
    pk: `WEBHOOK#${webhookId}`,
    sk: `FAILURE#${eventId}`,
  }),
}

/** Which record a key is of, by the beginning of its partition key and that of its sort key. */
const RECORDS = [
  ['CP#', /^CP$/, 'chargePoint'],
  ['CP#', /^LIVE$/, 'live'],
  ['CP#', /^CALL#/, 'call'],
  ['CP#', /^SEC#/, 'securityEvent'],
  ['CP#', /^MV#/, 'meterValues'],
  ['TX#', /^TX$/, 'transaction'],
  ['TX#', /^FIGURES$/, 'transactionFigures'],
  ['TX#', /^MV#/, 'meterValues'],
  ['RES#', /^CP#/, 'reservation'],
  ['TAG#', /^TAG$/, 'idTag'],
  ['TAG#', /^ACTIVE$/, 'idTagActive'],
  ['TASK#', /^TASK$/, 'task'],
  ['USER#', /^USER$/, 'user'],
  ['SITE#', /^SITE$/, 'site'],
] as const

export type RecordKind = (typeof RECORDS)[number][2]

/** The kind of record under a key, and the identity in its partition key, which may contain anything. */
export function recordOf({ pk, sk }: Key): { kind: RecordKind; id: string } | undefined {
  const found = RECORDS.find(([partition, sort]) => pk.startsWith(partition) && sort.test(sk))
  return found && { kind: found[2], id: pk.slice(found[0].length) }
}

/** A number as text that is ordered as it is. */
const inOrder = (batch: number): string => String(batch).padStart(6, '0')

/** Partitions of the indexes. */
export const partitions = {
  chargePoints: 'CP',
  idTags: 'TAG',
  users: 'USER',
  sites: 'SITE',
  chargingProfileTemplates: 'PROFILE',
  transactions: 'TX',
  reservations: 'RES',
  tasks: 'TASK',
  imports: 'IMPORT',
  firmware: 'FILE',
  audit: 'AUDIT',
  auditBy: (by: string) => `AUDIT#BY#${by}`,
  auditOfOperation: (operation: string) => `AUDIT#OPERATION#${operation}`,
  /** What was done to a resource, and to what is below it. */
  auditOfPlace: (place: string) => `AUDIT#TARGET#${place}`,
  webhooks: 'WEBHOOK',
  unknown: (kind: string) => `UNKNOWN#${kind}`,
  refusals: 'REFUSED',
  ofChargePoint: (chargePointId: string) => `CP#${chargePointId}`,
  ofIdTag: (idTag: string) => `TAG#${idTag.toLowerCase()}`,
  reservationsOfChargePoint: (chargePointId: string) => `RES#CP#${chargePointId}`,
  usersOfEmail: (email: string) => `USER#EMAIL#${email.toLowerCase()}`,
  reservationsOfIdTag: (idTag: string) => `RES#TAG#${idTag.toLowerCase()}`,
  filesOfChargePoint: (chargePointId: string) => `FILE#CP#${chargePointId}`,
}

export const EXISTS = 'attribute_exists(#pk)'
export const IS_NEW = 'attribute_not_exists(#pk)'

/** When DynamoDB may remove what was written at an instant and is kept for so many days. */
export const expiresAfter = (days: number, at: string): number =>
  Math.floor(Date.parse(at) / 1000) + days * 24 * 3600
