import type { Schemas } from './client.ts'

type Event = Schemas['Event']

/**
 * What queries are filed under. The first part is a noun, the second what one of them: an identity, or a list. An event
 * makes stale whatever begins with one of the keys that {@link touchedBy} gives for it.
 */
export const keys = {
  overview: ['overview'],
  chargePoints: ['charge-points'],
  chargePoint: (chargePointId: string) => ['charge-point', chargePointId],
  part: (chargePointId: string, part: string) => ['charge-point', chargePointId, part],
  inbox: ['unknown-charge-points'],
  refused: ['refused-charge-points'],
  imports: ['imports'],
  import: (importId: string) => ['import', importId],
  transactions: ['transactions'],
  transaction: (transactionId: number) => ['transaction', transactionId],
  reservations: ['reservations'],
  idTags: ['id-tags'],
  idTag: (idTag: string) => ['id-tag', idTag],
  unknownIdTags: ['unknown-id-tags'],
  users: ['users'],
  user: (userId: string) => ['user', userId],
  sites: ['sites'],
  site: (siteId: string) => ['site', siteId],
  tasks: ['tasks'],
  task: (taskId: string) => ['task', taskId],
  events: ['events'],
  files: ['files'],
  audit: ['audit'],
  webhooks: ['webhooks'],
  webhook: (webhookId: string) => ['webhook', webhookId],
  chargingProfiles: ['charging-profiles'],
  chargingProfile: (chargingProfileId: number) => ['charging-profile', chargingProfileId],
} as const

type Key = readonly unknown[]

/** `now`: what the event itself is about. `soon`: lists and figures, which the central system brings up to date a moment later. */
export interface Touched {
  now: Key[]
  soon: Key[]
}

const LISTED: Record<string, Key[]> = {
  ChargePointRegistered: [keys.chargePoints, keys.inbox, keys.overview],
  ChargePointChanged: [keys.chargePoints, keys.overview],
  ChargePointRemoved: [keys.chargePoints, keys.overview],
  ChargePointConnected: [keys.chargePoints, keys.overview],
  ChargePointDisconnected: [keys.chargePoints, keys.overview],
  ChargePointBooted: [keys.chargePoints],
  ConnectorStatusChanged: [keys.chargePoints, keys.overview],
  TransactionStarted: [keys.transactions, keys.chargePoints, keys.idTags, keys.overview],
  TransactionUpdated: [keys.transactions, keys.overview],
  TransactionStopped: [keys.transactions, keys.chargePoints, keys.idTags, keys.overview],
  ReservationChanged: [keys.reservations, keys.overview],
  TaskEnded: [keys.tasks, keys.overview],
}

export function touchedBy({ type, chargePointId, data }: Event): Touched {
  const { transactionId, taskId, idTag } = data as {
    transactionId?: number
    taskId?: string
    idTag?: string
  }
  return {
    now: [
      ...(chargePointId === undefined ? [] : [keys.chargePoint(chargePointId)]),
      ...(transactionId === undefined ? [] : [keys.transaction(transactionId)]),
      ...(taskId === undefined ? [] : [keys.task(taskId)]),
      ...(idTag === undefined ? [] : [keys.idTag(idTag)]),
    ],
    soon: [...(LISTED[type] ?? []), keys.events],
  }
}
