import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { endOverdueReservations, relistChanged } from '../lib/central-system/relist.ts'
import { changeOf } from '../lib/store/changes.ts'
import { createSystem } from './system.ts'
import { logged } from './telemetry.ts'

const system = createSystem('relist')

/** How often it is looked for reservations that have expired, as long as anything changes at all. */
const LOOK_EVERY_MILLISECONDS = 60_000
let lookedAt = Date.now()

/** Changes of the table bring lists and sums up to date. What fails comes again, with all that came after it. */
export const handler = (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> =>
  logged(system.log, { changes: event.Records.length }, () => relist(event))

async function relist({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const read = Records.map((record) => ({ record, change: changeIn(record) }))
  const failed = await relistChanged(
    system,
    read.flatMap(({ change }) => (change && change !== 'unreadable' ? [change] : [])),
  )
  if (Date.now() - lookedAt > LOOK_EVERY_MILLISECONDS) {
    lookedAt = Date.now()
    await endOverdueReservations(system).catch((error: unknown) =>
      system.log.error('expired reservations could not be ended', { error }),
    )
  }
  const lost = read.filter(({ change }) => change && (change === 'unreadable' || failed.has(change)))
  return {
    batchItemFailures: lost.map(({ record }) => ({
      itemIdentifier: record.dynamodb?.SequenceNumber ?? '',
    })),
  }
}

function changeIn(record: DynamoDBRecord): ReturnType<typeof changeOf> | 'unreadable' {
  try {
    return changeOf(record)
  } catch (error) {
    system.log.error('a change could not be read', { eventId: record.eventID, error })
    return 'unreadable'
  }
}
