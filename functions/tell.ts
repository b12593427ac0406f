import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { tellChanges } from '../lib/operator/events-told.ts'
import { changeOf } from '../lib/store/changes.ts'
import type { Change } from '../lib/store/port.ts'
import { createBus, createSystem } from './system.ts'
import { logged } from './telemetry.ts'

const system = createSystem('tell')
const publish = createBus(system.log)

/** Changes of the table, in order, become events. What fails comes again, with all that came after it. */
export const handler = (event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> =>
  logged(system.log, { changes: event.Records.length }, () => tell(event))

async function tell({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const untold = await tellChanges(system, publish, Records.map(read))
  return {
    batchItemFailures: untold.map((position) => ({
      itemIdentifier: Records[position]?.dynamodb?.SequenceNumber ?? '',
    })),
  }
}

/** What cannot be read now never could be: tried again, it would hold up all behind it for a day. */
function read(record: DynamoDBRecord): Change | undefined {
  try {
    return changeOf(record)
  } catch (error) {
    const { eventID: eventId, dynamodb } = record
    system.log.error('a change could not be read, and its events are lost', {
      eventId,
      keys: dynamodb?.Keys,
      error,
    })
    return undefined
  }
}
