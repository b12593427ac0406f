import type { ConnectorState, ConnectorStatus, Live, RemoteStartWish } from './port.ts'
import type { Item } from './table-client.ts'

/**
 * The live record is written with every message, so it is kept small and flat: `status_1` and `transaction_1` are
 * connector 1's, which lets one update touch one connector without the others being there.
 */
export function toLive(item: Item): Live {
  const { inFlight, inFlightOn, lapsed } = item as {
    inFlight?: { messageId: string; deadline: string; attempt?: string }
    inFlightOn?: string
    lapsed?: { messageId: string } | ''
  }
  return {
    chargePointId: item.pk.slice('CP#'.length),
    registrationStatus: item.registrationStatus as Live['registrationStatus'],
    connectors: connectorsOf(item),
    queue: (item.queue as string[] | undefined) ?? [],
    reservations: numbered(item, 'reservation'),
    remoteStarts: remoteStartsOf(item),
    violations: (item.violations as number | undefined) ?? 0,
    ...(inFlight ? { inFlight: inFlightOf(inFlight, inFlightOn) } : {}),
    ...(lapsed ? { lapsed: lapsed.messageId } : {}),
    ...pick(item, [
      'connection',
      'lastSeenAt',
      'stale',
      'strict',
      'siteId',
      'logUntil',
      'firmware',
      'diagnostics',
      'log',
      'lastViolation',
    ]),
  }
}

function inFlightOf(
  { messageId, deadline }: { messageId: string; deadline: string },
  connectionId = '',
): NonNullable<Live['inFlight']> {
  return { messageId, deadline, connectionId }
}

function connectorsOf(item: Item): Live['connectors'] {
  const connectors: Live['connectors'] = {}
  const add = (connectorId: string, state: ConnectorState): void => {
    connectors[Number(connectorId)] = { ...connectors[Number(connectorId)], ...state }
  }
  for (const [id, status] of Object.entries(numbered<StoredStatus>(item, 'status')))
    add(id, { status: statusOf(status) })
  const running = numbered<StoredTransaction>(item, 'transaction')
  for (const [id, { id: transactionId }] of Object.entries(running)) add(id, { transactionId })
  for (const [id, earlier] of Object.entries(numbered<StoredTransaction>(item, 'earlier'))) {
    if (earlier.id !== NONE.id && earlier.id !== running[Number(id)]?.id)
      add(id, { earlierTransactionId: earlier.id })
  }
  return connectors
}

/** A name in an expression has no minus sign. */
export const nameOf = (kind: string, id: number): string => `${kind}_${String(id).replace('-', '_')}`

/** What is stored under `kind_1`, `kind_2`, …, by number. */
function numbered<T>(item: Item, kind: string): Record<number, T> {
  const found = Object.entries(item).flatMap(([name, value]) => {
    const id = name.startsWith(`${kind}_`) ? name.slice(kind.length + 1) : undefined
    return id === undefined ? [] : [[Number(id.replace('_', '-')), value as T] as const]
  })
  return Object.fromEntries(found)
}

const REMOTE_START = 'remoteStart_'

/** The message id, a UUID, is not stored twice; a name in an expression has no hyphen. */
export const remoteStartNamed = (messageId: string): string =>
  `${REMOTE_START}${messageId.replaceAll('-', '_')}`

function remoteStartsOf(item: Item): Live['remoteStarts'] {
  return Object.entries(item).flatMap(([name, value]) => {
    if (!name.startsWith(REMOTE_START)) return []
    const messageId = name.slice(REMOTE_START.length).replaceAll('_', '-')
    return [{ messageId, ...(value as Omit<RemoteStartWish, 'messageId'>) }]
  })
}

function pick<K extends keyof Live>(item: Item, names: readonly K[]): Pick<Live, K> {
  return Object.fromEntries(
    names.filter((name) => item[name] !== undefined).map((name) => [name, item[name]]),
  ) as Pick<Live, K>
}

interface StoredTransaction {
  id: number
  startedAt?: string
}

/** In the place of an earlier transaction, where a start found none. */
export const NONE: StoredTransaction = { id: 0 }

type StoredStatus = ConnectorStatus & { connectionId?: string }

function statusOf({ connectionId: _, ...status }: StoredStatus): ConnectorStatus {
  return status
}
