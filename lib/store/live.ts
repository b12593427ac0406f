import { EXISTS, keys } from './keys.ts'
import { NONE, remoteStartNamed, toLive } from './live-record.ts'
import { type ChargePoints, type Connection, type Heard, type LiveChange, NO_CREDENTIALS_ID } from './port.ts'
import type { Condition, Item, TableClient } from './table-client.ts'
import { likelyId } from './transaction-id.ts'

/** API Gateway ends every connection after two hours. */
const CONNECTION_MAX_SECONDS = 2 * 3600 + 600

type LiveVerbs = Pick<
  ChargePoints,
  | 'getLive'
  | 'connect'
  | 'chargePointOf'
  | 'disconnect'
  | 'hear'
  | 'noteStale'
  | 'noteTransaction'
  | 'expectRemoteStart'
  | 'forgetRemoteStart'
  | 'clearTransaction'
>

export function liveVerbs(table: TableClient): LiveVerbs {
  async function hear(heard: Heard): ReturnType<ChargePoints['hear']> {
    const { chargePointId, connectionId, at, violation } = heard
    const change = heard.change && changeOf(heard.change, heard)
    const { written, item } = await table.update({
      key: keys.live(chargePointId),
      update: [
        `SET ${['#lastSeenAt = :at', ...(violation ? ['#lastViolation = :violation'] : []), ...(change ? [change.set] : [])].join(', ')}`,
        'REMOVE #stale',
        ...(violation ? ['ADD #violations :one'] : []),
      ].join(' '),
      condition: [
        EXISTS,
        IS_CURRENT,
        ...(change ? [change.condition] : []),
        ...(change && violation ? [UNLESS_STRICT] : []),
      ].join(' AND '),
      values: {
        at,
        connectionId,
        ...(violation ? { violation: { ...violation, at }, one: 1 } : {}),
        ...(change && violation ? { strict: true } : {}),
        ...change?.values,
      },
    })
    if (!item) return { known: false }
    if (written) return { known: true, current: true, live: toLive(item) }
    const connection = item.connection as Connection | undefined
    const current = !connection || connection.connectionId === connectionId
    if (!current || !change) return { known: true, current, live: toLive(item) }
    const { change: _, ...unchanging } = heard
    return hear(unchanging)
  }

  return {
    hear,

    async getLive(chargePointId) {
      const item = await table.get(keys.live(chargePointId))
      return item && toLive(item)
    },

    async connect(chargePointId, connection, credentialsId) {
      const { connectionId, connectedAt } = connection
      const ttl = Math.floor(Date.parse(connectedAt) / 1000) + CONNECTION_MAX_SECONDS
      await table.put({ ...keys.connection(connectionId), chargePointId, ttl })
      const letInBy = credentialsId === undefined ? undefined : lettingInBy(credentialsId)
      const { written, item } = await table.update(
        {
          key: keys.live(chargePointId),
          update: 'SET #connection = :connection, #lastSeenAt = :at REMOVE #stale',
          condition: [EXISTS, IS_NEWER, ...(letInBy ? [letInBy.condition] : [])].join(' AND '),
          values: { connection, at: connectedAt, ...letInBy?.values },
        },
        'old',
      )
      if (!item) return { outcome: 'unknown' }
      if (!written) return { outcome: letInBy?.holds(item) === false ? 'outdated' : 'superseded' }
      const replaced = item.connection as Connection | undefined
      return {
        outcome: 'connected',
        ...(replaced && replaced.connectionId !== connectionId ? { replaced } : {}),
      }
    },

    async chargePointOf(connectionId) {
      return (await table.get(keys.connection(connectionId)))?.chargePointId as string | undefined
    },

    async disconnect(chargePointId, connectionId) {
      const { written } = await table.update({
        key: keys.live(chargePointId),
        update: 'REMOVE #connection, #stale',
        condition: '#connection.#connectionId = :connectionId',
        values: { connectionId },
      })
      return written
    },

    async noteStale({ chargePointId, connection, lastSeenAt }) {
      await table.update({
        key: keys.live(chargePointId),
        update: 'SET #stale = :true',
        condition: '#connection.#connectionId = :connectionId AND #lastSeenAt = :lastSeenAt',
        values: { true: true, connectionId: connection?.connectionId, lastSeenAt },
      })
    },

    async noteTransaction(chargePointId, connectorId, { transactionId, startedAt }) {
      const { set, condition, values } = transactionOn(connectorId, transactionId, startedAt)
      await table.update({
        key: keys.live(chargePointId),
        update: `SET ${set}`,
        condition: `${EXISTS} AND ${condition}`,
        values,
      })
    },

    async expectRemoteStart(chargePointId, { messageId, ...wish }, others) {
      const forgotten = others.map((each) => `#${remoteStartNamed(each)}`)
      await table.update({
        key: keys.live(chargePointId),
        update: [
          `SET #${remoteStartNamed(messageId)} = :wish`,
          ...(forgotten.length > 0 ? [`REMOVE ${forgotten.join(', ')}`] : []),
        ].join(' '),
        condition: EXISTS,
        values: { wish },
      })
    },

    async forgetRemoteStart(chargePointId, messageId) {
      const name = `#${remoteStartNamed(messageId)}`
      await table.update({
        key: keys.live(chargePointId),
        update: `REMOVE ${name}`,
        condition: `attribute_exists(${name})`,
      })
    },

    async clearTransaction(chargePointId, connectorId, transactionId) {
      const name = `#transaction_${connectorId}`
      await table.update({
        key: keys.live(chargePointId),
        update: `REMOVE ${name}`,
        condition: `${name}.#id = :transactionId`,
        values: { transactionId },
      })
    },
  }
}

/** Not a connection that a newer one has replaced; none at all is the last words after a disconnect. */
const IS_CURRENT = '(attribute_not_exists(#connection) OR #connection.#connectionId = :connectionId)'

const IS_NEWER = '(attribute_not_exists(#connection) OR #connection.#connectedAt <= :at)'

/** Those that a handshake was judged by are still the ones of the charge point. */
function lettingInBy(credentialsId: string): Condition & { holds: (item: Item) => boolean } {
  const holds = (item: Item) => (item.credentialsId ?? NO_CREDENTIALS_ID) === credentialsId
  return credentialsId === NO_CREDENTIALS_ID
    ? { condition: 'attribute_not_exists(#credentialsId)', holds }
    : { condition: '#credentialsId = :credentialsId', values: { credentialsId }, holds }
}

/** What breaks the letter changes nothing at a charge point that is held to it. */
const UNLESS_STRICT = '(attribute_not_exists(#strict) OR #strict <> :strict)'

/** The transaction that started last is the one that runs on a connector. */
function transactionOn(connectorId: number, transactionId: number, startedAt: string) {
  const name = `#transaction_${connectorId}`
  return {
    set: `${name} = :transaction`,
    condition: `(attribute_not_exists(${name}) OR ${name}.#startedAt <= :startedAt)`,
    values: { transaction: { id: transactionId, startedAt }, startedAt },
  }
}

/** A change applies only to an accepted charge point. */
const IF_ACCEPTED = '#registrationStatus = :accepted'

function changeOf(change: LiveChange, { connectionId, at }: Heard) {
  switch (change.kind) {
    case 'status': {
      // Within one connection the station's own time orders statuses; a new connection starts afresh, for its clock
      // may have been set since.
      const name = `#status_${change.connectorId}`
      return {
        set: `${name} = :status`,
        condition: `${IF_ACCEPTED} AND (attribute_not_exists(${name}) OR ${name}.#connectionId <> :connectionId OR ${name}.#timestamp < :timestamp OR (${name}.#timestamp = :timestamp AND ${name}.#receivedAt <= :at))`,
        values: {
          accepted: 'Accepted',
          status: { ...change.status, connectionId },
          timestamp: change.status.timestamp,
        },
      }
    }
    case 'start': {
      const { connectorId, start } = change
      // A clock that runs ahead does not hide what starts after.
      const startedAt = start.timestamp && start.timestamp < at ? start.timestamp : at
      const likely = likelyId(start)
      const noted = transactionOn(connectorId, likely, startedAt)
      const name = `#transaction_${connectorId}`
      return {
        set: `${noted.set}, #earlier_${connectorId} = if_not_exists(${name}, :none)`,
        // Sent again, a start would find itself.
        condition: `${IF_ACCEPTED} AND ${noted.condition} AND (attribute_not_exists(${name}) OR ${name}.#id <> :likely)`,
        values: { accepted: 'Accepted', ...noted.values, none: NONE, likely },
      }
    }
    default:
      return {
        set: `#${change.kind} = :state`,
        condition: IF_ACCEPTED,
        values: { accepted: 'Accepted', state: { status: change.status, at } },
      }
  }
}
