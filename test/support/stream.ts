import { isDeepStrictEqual } from 'node:util'
import type { DynamoDBRecord } from 'aws-lambda'

/** The changes of an engine's table that was created with its stream. */
export class TableStream {
  private readonly endpoint: string
  private readonly table: string
  private last: string | undefined

  constructor(endpoint: string, table: string) {
    this.endpoint = endpoint
    this.table = table
  }

  /** Those since the last time, oldest first. What changes nothing is in no stream of AWS. */
  async read(): Promise<DynamoDBRecord[]> {
    const StreamArn = (await this.ask('DynamoDB_20120810.DescribeTable', { TableName: this.table })).Table
      .LatestStreamArn
    const { StreamDescription } = await this.streams('DescribeStream', { StreamArn })
    const from =
      this.last === undefined
        ? { ShardIteratorType: 'TRIM_HORIZON' }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: this.last }
    const { ShardIterator } = await this.streams('GetShardIterator', {
      StreamArn,
      ShardId: StreamDescription.Shards[0].ShardId,
      ...from,
    })
    const found: DynamoDBRecord[] = []
    for (let iterator = ShardIterator; iterator; ) {
      const { Records, NextShardIterator } = await this.streams('GetRecords', {
        ShardIterator: iterator,
        Limit: 1000,
      })
      if (Records.length === 0) break
      found.push(...Records)
      iterator = NextShardIterator
    }
    this.last = found.at(-1)?.dynamodb?.SequenceNumber ?? this.last
    return found.filter(({ dynamodb }) => !isDeepStrictEqual(dynamodb?.OldImage, dynamodb?.NewImage))
  }

  private streams(operation: string, input: object): Promise<any> {
    return this.ask(`DynamoDBStreams_20120810.${operation}`, input)
  }

  private async ask(target: string, input: object): Promise<any> {
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': target,
        'x-amz-date': '20260101T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(10_000),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${target}: ${response.status} ${text}`)
    return JSON.parse(text)
  }
}
