import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { DynamoDBRecord, StreamRecord } from 'aws-lambda'
import { toCall } from './calls.ts'
import { toChargePoint } from './charge-points.ts'
import { toSecurityEvent } from './events.ts'
import { toActive, toIdTag } from './id-tags.ts'
import { type RecordKind, recordOf } from './keys.ts'
import { toLive } from './live-record.ts'
import { toFigures, toMeterValues } from './meter-values.ts'
import type { Change } from './port.ts'
import { toReservation } from './reservations.ts'
import { toSite } from './sites.ts'
import type { Item, Key } from './table-client.ts'
import { toTask } from './tasks.ts'
import { toTransaction } from './transaction-record.ts'
import { toUser } from './users.ts'

/** As long as the longest sequence number of a stream. */
const SEQUENCE_DIGITS = 40

type Sides = { before?: Item; after?: Item }
type OfKind = { [K in RecordKind]: (id: string, sides: Sides, key: Key) => object }

/** Both sides of the record, read as the verb that gets it reads it. */
const READERS: OfKind = {
  chargePoint: (chargePointId, sides) => ({ chargePointId, ...read(sides, toChargePoint) }),
  live: (chargePointId, sides) => ({ chargePointId, ...read(sides, toLive) }),
  call: (chargePointId, sides, { sk }) => ({
    chargePointId,
    messageId: sk.slice('CALL#'.length),
    ...read(sides, toCall),
  }),
  securityEvent: (chargePointId, sides) => ({ chargePointId, ...read(sides, toSecurityEvent) }),
  transaction: (id, sides) => ({ transactionId: Number(id), ...read(sides, toTransaction) }),
  transactionFigures: (id, sides) => ({ transactionId: Number(id), ...read(sides, toFigures) }),
  meterValues: (_, sides) => read(sides, toMeterValues),
  reservation: (id, sides) => ({ reservationId: Number(id), ...read(sides, toReservation) }),
  idTag: (id, sides) => {
    const tags = read(sides, toIdTag)
    return { idTag: (tags.after ?? tags.before)?.idTag ?? id, ...tags }
  },
  idTagActive: (idTag, sides) => ({ idTag, ...read(sides, toActive) }),
  task: (taskId, sides) => ({ taskId, ...read(sides, toTask) }),
  user: (userId, sides) => ({ userId, ...read(sides, toUser) }),
  site: (siteId, sides) => ({ siteId, ...read(sides, toSite) }),
}

/** What a record of the table's stream says; undefined where it is of nothing that anyone waits for. */
export function changeOf({ eventID, dynamodb = {} }: DynamoDBRecord): Change | undefined {
  const key = unmarshalled(dynamodb.Keys)
  const record = key && recordOf(key)
  if (!key || !record) return undefined
  const before = unmarshalled(dynamodb.OldImage)
  const after = unmarshalled(dynamodb.NewImage)
  const sides = { ...(before ? { before } : {}), ...(after ? { after } : {}) }
  const { SequenceNumber = '', ApproximateCreationDateTime = 0 } = dynamodb
  return {
    changeId: eventID ?? SequenceNumber,
    sequence: SequenceNumber.padStart(SEQUENCE_DIGITS, '0'),
    at: new Date(ApproximateCreationDateTime * 1000).toISOString(),
    kind: record.kind,
    ...READERS[record.kind](record.id, sides, key),
  } as Change
}

function read<T>({ before, after }: Sides, reader: (item: Item) => T): { before?: T; after?: T } {
  return { ...(before ? { before: reader(before) } : {}), ...(after ? { after: reader(after) } : {}) }
}

function unmarshalled(image: StreamRecord['Keys']): Item | undefined {
  return image && (unmarshall(image as Parameters<typeof unmarshall>[0]) as Item)
}
