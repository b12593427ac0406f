import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { callVerbs } from './calls.ts'
import { chargePointVerbs } from './charge-points.ts'
import { idTagVerbs } from './id-tags.ts'
import { inboxVerbs } from './inbox.ts'
import type { Store } from './port.ts'
import { replayVerbs } from './replays.ts'
import { TableClient } from './table-client.ts'
import { transactionVerbs } from './transactions.ts'

/** The store on one DynamoDB table. */
export function createStore(client: DynamoDBClient, tableName: string): Store {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } })
  const table = new TableClient(documents, tableName)
  return {
    ...chargePointVerbs(table),
    ...idTagVerbs(table),
    ...inboxVerbs(table),
    ...transactionVerbs(table),
    ...callVerbs(table),
    ...replayVerbs(table),
  }
}
