import { Stack } from 'aws-cdk-lib'
import type { WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { TABLE } from '../store/table.ts'
import { acknowledgeWildcards } from './acknowledge.ts'
import type { FunctionName } from './bundle.ts'

type Grants = Partial<Record<FunctionName, string[]>>

/** What each function may do with the table, and no more. */
const TABLE_GRANTS: Grants = {
  authorize: ['GetItem', 'UpdateItem', 'DeleteItem'],
  connect: ['UpdateItem', 'PutItem'],
  disconnect: ['GetItem', 'UpdateItem'],
  message: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
  api: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
  timer: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
  task: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
  relist: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
  tell: ['GetItem', 'BatchGetItem', 'PutItem'],
  webhook: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
}

/**
 * What each function may do with files. A URL is worth what its maker may do: those that send calls make some to fetch and
 * to send files. Without the right to list, S3 answers 403 about a file that is not there.
 */
const FILE_GRANTS: Grants = {
  message: ['GetObject', 'PutObject', 'DeleteObject', 'ListBucket'],
  api: ['GetObject', 'PutObject', 'DeleteObject', 'ListBucket'],
  timer: ['GetObject', 'PutObject', 'ListBucket'],
  task: ['GetObject', 'PutObject', 'ListBucket'],
}

/** Which functions talk to charge points, which of them set the timer, and which go on with tasks. */
const PUSHERS: FunctionName[] = ['connect', 'message', 'api', 'timer', 'task']
const WAKERS: FunctionName[] = ['connect', 'message', 'api', 'timer', 'task']
const SCHEDULERS: FunctionName[] = ['api', 'task']

/** Which functions have events delivered to webhooks, and know their secrets. */
export const DELIVERERS: FunctionName[] = ['api', 'webhook']

interface Granted {
  functions: Record<FunctionName, LambdaFunction>
  table: TableV2
  stage: WebSocketStage
  files: Bucket
  ticks: Queue
  tasks: Queue
}

export function grantAll({ functions, table, stage, files, ticks, tasks }: Granted): void {
  for (const [name, actions] of entriesOf(TABLE_GRANTS)) grantTable(functions[name], table, actions)
  for (const name of PUSHERS) grantConnections(functions[name], stage)
  for (const name of WAKERS) ticks.grantSendMessages(functions[name])
  for (const name of SCHEDULERS) tasks.grantSendMessages(functions[name])
  for (const [name, actions] of entriesOf(FILE_GRANTS)) grantFiles(functions[name], files, actions)
}

const entriesOf = (grants: Grants) => Object.entries(grants) as [FunctionName, string[]][]

/** Whoever may query may do so in the indexes too; nothing else is done there. */
function grantTable(grantee: LambdaFunction, { tableArn }: TableV2, actions: string[]): void {
  allow(
    grantee,
    actions.map((action) => `dynamodb:${action}`),
    tableArn,
  )
  if (!actions.includes('Query')) return
  const indexes = Object.keys(TABLE.indexes).map((name) => `${tableArn}/index/${name}`)
  allow(grantee, ['dynamodb:Query'], ...indexes)
}

/** To send a frame and to hang up. */
function grantConnections(grantee: LambdaFunction, stage: WebSocketStage): void {
  const resources = ['POST', 'DELETE'].map((method) =>
    Stack.of(grantee).formatArn({
      service: 'execute-api',
      resource: stage.api.apiId,
      resourceName: `${stage.stageName}/${method}/@connections/*`,
    }),
  )
  allow(grantee, ['execute-api:ManageConnections'], ...resources)
  acknowledgeWildcards(
    grantee.role ?? grantee,
    resources,
    'Which connections there will be is not known before they are opened.',
  )
}

function grantFiles(grantee: LambdaFunction, files: Bucket, actions: string[]): void {
  const ofObjects = actions.filter((action) => action !== 'ListBucket').map((action) => `s3:${action}`)
  const objects = files.arnForObjects('files/*')
  allow(grantee, ofObjects, objects)
  allow(grantee, ['s3:ListBucket'], files.bucketArn)
  acknowledgeWildcards(
    grantee.role ?? grantee,
    [objects],
    'Which files there will be is not known before they are sent.',
  )
}

function allow(grantee: LambdaFunction, actions: string[], ...resources: string[]): void {
  grantee.addToRolePolicy(new PolicyStatement({ actions, resources }))
}
