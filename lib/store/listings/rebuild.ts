import { keys, partitions, recordOf } from '../keys.ts'
import { REBUILD_PARTS, type Rebuild, type RebuildPart, type Subject } from '../port.ts'
import { toReservation } from '../reservations.ts'
import type { Item, TableClient } from '../table-client.ts'
import { dropSums } from './figures.ts'

/**
 * Every record is counted into a new generation of sums. While that goes on the sums of both count: a record leaves one
 * as it enters the other. What is left in the old ones in the end was wrong.
 */
export interface RebuildState extends Rebuild {
  /** The generation that records may still be counted in: more than one before, where a rebuild was given up. */
  since: number
  part: RebuildPart
  /** Where in the part the next piece begins. */
  after?: Record<string, unknown>
}

/** Where each kind of record has an index of all of them. */
const PARTITIONS: Record<RebuildPart, string> = {
  chargePoints: partitions.chargePoints,
  idTags: partitions.idTags,
  users: partitions.users,
  sites: partitions.sites,
  reservations: partitions.reservations,
  tasks: partitions.tasks,
  transactions: partitions.transactions,
}

/** One that has stood still for so long has lost its next piece, and may be begun anew. */
const ABANDONED_SECONDS = 3600

/** Longer than the first piece is waited for, and than any piece takes. */
const STUCK_SECONDS = 300

export async function readRebuild(table: TableClient): Promise<RebuildState | undefined> {
  const item = await table.get(keys.rebuild())
  if (!item) return undefined
  const { pk: _, sk: __, movedAt: ___, ...state } = item
  return state as unknown as RebuildState
}

/** Undefined where one is going on. */
export async function beginRebuild(
  table: TableClient,
  current: RebuildState | undefined,
  at: string,
): Promise<RebuildState | undefined> {
  const generation = (current?.generation ?? 0) + 1
  const since = current && current.endedAt === undefined ? current.since : generation - 1
  const state: RebuildState = { generation, since, startedAt: at, step: 0, part: REBUILD_PARTS[0], done: {} }
  const abandoned = secondsBefore(at, ABANDONED_SECONDS)
  const { written } = await table.put(
    { ...keys.rebuild(), ...state, movedAt: at },
    current
      ? {
          condition: '#generation = :current AND (attribute_exists(#endedAt) OR #movedAt < :abandoned)',
          values: { current: current.generation, abandoned },
        }
      : { condition: 'attribute_not_exists(#pk)' },
  )
  return written ? state : undefined
}

/** Whether it stands still at this piece. Who learns so is to ask for the piece again: for minutes nobody else does. */
export async function isStuck(
  table: TableClient,
  { generation, step }: RebuildState,
  at: string,
): Promise<boolean> {
  const { written } = await table.update({
    key: keys.rebuild(),
    update: 'SET #movedAt = :at',
    condition:
      '#generation = :generation AND #step = :step AND attribute_not_exists(#endedAt) AND #movedAt < :stuck',
    values: { at, generation, step, stuck: secondsBefore(at, STUCK_SECONDS) },
  })
  return written
}

const secondsBefore = (at: string, seconds: number): string =>
  new Date(Date.parse(at) - seconds * 1000).toISOString()

/** Records in one piece, and of them at once. */
const PIECE = 500
const AT_ONCE = 20

/** Counts a piece and says where the next one begins; false where somebody else has done so. */
export async function countPiece(
  table: TableClient,
  state: RebuildState,
  relist: (subject: Subject) => Promise<void>,
  at: string,
): Promise<boolean> {
  const { part, after, generation, since, step, done } = state
  const { items, last } = await table.query({
    index: 'list',
    partition: PARTITIONS[part],
    limit: PIECE,
    ...(after ? { after } : {}),
  })
  const waiting = items.flatMap((item) => subjectIn(item) ?? [])
  const work = async () => {
    for (let subject = waiting.pop(); subject; subject = waiting.pop()) await relist(subject)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const next = last ? part : REBUILD_PARTS[REBUILD_PARTS.indexOf(part) + 1]
  for (let old = since; !next && old < generation; old++) await dropSums(table, old)
  const { written } = await table.put(
    {
      ...keys.rebuild(),
      generation,
      since: next ? since : generation,
      startedAt: state.startedAt,
      step: step + 1,
      part: next ?? part,
      done: { ...done, [part]: (done[part] ?? 0) + items.length },
      movedAt: at,
      ...(last ? { after: last } : {}),
      ...(next ? {} : { endedAt: at }),
    },
    { condition: '#generation = :generation AND #step = :step', values: { generation, step } },
  )
  return written
}

function subjectIn(item: Item): Subject | undefined {
  const { kind, id } = recordOf(item) ?? {}
  if (id === undefined) return undefined
  switch (kind) {
    case 'chargePoint':
      return { kind, chargePointId: id }
    case 'idTag':
      return { kind, idTag: id }
    case 'user':
      return { kind, userId: id }
    case 'site':
      return { kind, siteId: id }
    case 'task':
      return { kind, taskId: id }
    case 'transaction':
      return { kind, transactionId: Number(id) }
    case 'reservation': {
      const { reservationId, chargePointId, messageId } = toReservation(item)
      return { kind, reservationId, chargePointId, messageId }
    }
    default:
      return undefined
  }
}
