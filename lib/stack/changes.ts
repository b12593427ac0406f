import { Duration } from 'aws-cdk-lib'
import type { ITable, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { FilterCriteria, type Function as LambdaFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import { DynamoEventSource, type DynamoEventSourceProps, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import { DEAD_LETTERS } from './queue.ts'

/** Sort keys, or how they begin: what follows from a change to any other item is nobody's business. */
const beginning = (...prefixes: string[]) => prefixes.map((prefix) => ({ prefix }))

/** Records that stand in lists and sums. */
const LISTED = ['CP', 'LIVE', 'TX', 'TAG', 'TASK', 'USER', 'SITE', ...beginning('CP#')]

/** Meter values that came with a stop, or after it: the figures of the transaction are brought up to them. */
const LATE_VALUES = {
  Keys: { sk: { S: beginning('MV#') } },
  NewImage: { flag: { S: ['late', 'transactionData'] } },
}

/** A ReserveNow that was in vain ends the reservation it asked for. */
const RESERVED_IN_VAIN = {
  Keys: { sk: { S: beginning('CALL#') } },
  NewImage: {
    action: { S: ['ReserveNow'] },
    status: { S: ['Refused', 'Undelivered', 'Expired', 'Cancelled'] },
  },
}

/** Records whose changes are events. */
const TOLD = ['CP', 'LIVE', 'TX', 'FIGURES', 'TASK', ...beginning('CALL#', 'SEC#', 'MV#', 'CP#')]

/**
 * The table's stream, to those who bring lists up to date and tell of events. A change that fails holds up those behind it
 * in its shard, so it is singled out. For lists it is tried for some minutes and put aside: they can be rebuilt. Events
 * cannot: they are tried until shortly before the stream forgets the change. What comes back is where the others end.
 */
export function feedChanges(
  scope: Construct,
  table: TableV2,
  { relist, tell }: { relist: LambdaFunction; tell: LambdaFunction },
): Queue {
  const dead = new Queue(scope, 'DeadChanges', DEAD_LETTERS)
  acknowledge(dead, {
    SQS3: 'It is a dead-letter queue: of streams, which name it where the rule does not look.',
  })
  const source = (
    patience: Pick<DynamoEventSourceProps, 'retryAttempts' | 'maxRecordAge'>,
    sortKeys: unknown[],
    ...others: object[]
  ) =>
    new DynamoEventSource(table as ITable, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      ...patience,
      onFailure: new SqsDlq(dead),
      filters: [{ Keys: { sk: { S: sortKeys } } }, ...others].map((dynamodb) =>
        FilterCriteria.filter({ dynamodb }),
      ),
    })
  relist.addEventSource(source({ retryAttempts: 10 }, LISTED, LATE_VALUES, RESERVED_IN_VAIN))
  tell.addEventSource(source({ maxRecordAge: Duration.hours(23) }, TOLD))
  return dead
}
