import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { type Authorize, AwsError } from './aws-error.ts'
import type { Answer, ChangeCapture } from './change-capture.ts'
import { askEngine } from './engine-request.ts'
import { asArray, asObject, asText, type JsonObject, parseJson } from './json.ts'
import { messageOf } from './log.ts'
import { arn } from './world.ts'

interface Permission {
  action: string
  resource: string
}

const TRANSACT_WRITES: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
}

const tableArn = (table: unknown): string => {
  const name = asText(table) ?? ''
  return name.startsWith('arn:') ? name : arn('dynamodb', `table/${name}`)
}

/** What a request needs, as the service authorization reference lists it. */
export function permissions(operation: string, body: JsonObject): Permission[] {
  const need = (name: string, table: unknown): Permission => ({
    action: `dynamodb:${name}`,
    resource: tableArn(table),
  })
  switch (operation) {
    case 'TransactWriteItems':
      return asArray(body.TransactItems).flatMap((item) =>
        Object.entries(asObject(item)).map(([kind, write]) =>
          need(TRANSACT_WRITES[kind] ?? kind, asObject(write).TableName),
        ),
      )
    case 'TransactGetItems':
      return asArray(body.TransactItems).map((item) =>
        need('GetItem', asObject(asObject(item).Get).TableName),
      )
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys(asObject(body.RequestItems)).map((table) => need(operation, table))
    default: {
      const { action, resource } = need(operation, body.TableName)
      return [{ action, resource: body.IndexName ? `${resource}/index/${body.IndexName}` : resource }]
    }
  }
}

const WRITES = /^(PutItem|UpdateItem|DeleteItem|TransactWriteItems|BatchWriteItem)$/

/** Checks the caller's grants and hands the request to the engine as it came; of writes the stream is told. */
export class DynamoDbProxy {
  private readonly engine: () => URL
  private readonly capture: ChangeCapture | undefined

  /** `engine` gives the engine's address; it may change when the engine is restarted. */
  constructor(engine: () => URL, capture?: ChangeCapture) {
    this.engine = engine
    this.capture = capture
  }

  async handle(
    operation: string,
    body: Buffer,
    request: IncomingMessage,
    response: ServerResponse,
    authorize: Authorize,
  ): Promise<void> {
    const input = asObject(parseJson(body.toString()))
    for (const { action, resource } of permissions(operation, input)) authorize(action, resource)
    if (!this.capture || !WRITES.test(operation)) {
      const answer = await this.forward(body, request)
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      return pipeline(answer, response)
    }
    const answer = await this.capture.write(operation, input, () => this.answer(body, request))
    response.writeHead(answer.status, answer.headers).end(answer.body)
  }

  private async answer(body: Buffer, request: IncomingMessage): Promise<Answer> {
    const answer = await this.forward(body, request)
    return {
      status: answer.statusCode ?? 500,
      headers: answer.headers,
      body: Buffer.concat(await answer.toArray()),
    }
  }

  private forward(body: Buffer, { headers }: IncomingMessage): Promise<IncomingMessage> {
    return askEngine(this.engine(), headers, body).catch((error: unknown) => {
      throw new AwsError(500, 'InternalServerError', `The store does not answer: ${messageOf(error)}`)
    })
  }
}
