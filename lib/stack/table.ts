import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, Billing, ProjectionType, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import { TABLE } from '../store/table.ts'

const text = (name: string) => ({ name, type: AttributeType.STRING })

/**
 * The one table: billed by the request, its changes streamed, kept when the stack goes, restorable to any second of the last
 * 35 days. One that was restored takes its place by its name: as another resource, for CloudFormation to import.
 */
export function createTable(scope: Construct, restored?: string): TableV2 {
  return new TableV2(scope, restored === undefined ? 'Table' : `Table-${restored}`, {
    ...(restored === undefined ? {} : { tableName: restored }),
    partitionKey: text(TABLE.partitionKey),
    sortKey: text(TABLE.sortKey),
    timeToLiveAttribute: TABLE.timeToLive,
    billing: Billing.onDemand(),
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    removalPolicy: RemovalPolicy.RETAIN,
    globalSecondaryIndexes: Object.entries(TABLE.indexes).map(([indexName, { partitionKey, sortKey }]) => ({
      indexName,
      partitionKey: text(partitionKey),
      sortKey: text(sortKey),
      projectionType: ProjectionType.ALL,
    })),
  })
}
