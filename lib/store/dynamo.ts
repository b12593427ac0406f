import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { callVerbs } from './calls.ts'
import { chargePointVerbs } from './charge-points.ts'
import { chargingProfileTemplateVerbs } from './charging-profile-templates.ts'
import { eventVerbs } from './events.ts'
import { idTagVerbs } from './id-tags.ts'
import { importVerbs } from './imports.ts'
import { inboxVerbs } from './inbox.ts'
import { installedVerbs } from './installed.ts'
import { fileVerbs, jobVerbs } from './jobs.ts'
import { journalVerbs } from './journal.ts'
import { listingAtOnce } from './listings/at-once.ts'
import { listingVerbs } from './listings/verbs.ts'
import type { Store } from './port.ts'
import { refusalVerbs } from './refusals.ts'
import { replayVerbs } from './replays.ts'
import { reservationVerbs } from './reservations.ts'
import { siteVerbs } from './sites.ts'
import { TableClient } from './table-client.ts'
import { taskVerbs } from './tasks.ts'
import { transactionVerbs } from './transactions.ts'
import { userVerbs } from './users.ts'
import { webhookVerbs } from './webhooks.ts'

/** The store on one DynamoDB table. */
export function createStore(client: DynamoDBClient, tableName: string): Store {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } })
  const table = new TableClient(documents, tableName)
  return listingAtOnce({
    ...listingVerbs(table),
    ...chargePointVerbs(table),
    ...installedVerbs(table),
    ...idTagVerbs(table),
    ...userVerbs(table),
    ...siteVerbs(table),
    ...chargingProfileTemplateVerbs(table),
    ...inboxVerbs(table),
    ...refusalVerbs(table),
    ...transactionVerbs(table),
    ...reservationVerbs(table),
    ...callVerbs(table),
    ...taskVerbs(table),
    ...importVerbs(table),
    ...jobVerbs(table),
    ...fileVerbs(table),
    ...journalVerbs(table),
    ...eventVerbs(table),
    ...webhookVerbs(table),
    ...replayVerbs(table),
  })
}
