import { askEngine } from './engine-request.ts'
import { asObject, asText, type JsonObject, parseJson } from './json.ts'

export class DynamoDbError extends Error {
  readonly type: string
  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

/** One call of the DynamoDB API, for what the runtime itself asks of the engine: no SDK, which would slow the start. */
export async function dynamoDb(engine: URL, operation: string, input: JsonObject): Promise<JsonObject> {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    'x-amz-date': `${new Date().toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`,
    authorization:
      'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  }
  const answer = await askEngine(engine, headers, Buffer.from(JSON.stringify(input)))
  const status = answer.statusCode ?? 500
  const output = asObject(parseJson(Buffer.concat(await answer.toArray()).toString()))
  if (status < 300) return output
  const type = (asText(output.__type) ?? '').replace(/^.*#/, '')
  throw new DynamoDbError(type, `${operation}: ${type || status} ${asText(output.message) ?? ''}`)
}
