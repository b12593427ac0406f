import { MESSAGE_LIMIT } from './connections-api.ts'
import { asNumber, asObject, isObject, type JsonObject } from './json.ts'

/** A function's answer in the shape that Lambda proxy integration asks for. Throws if it has another. */
export function proxyResult(result: unknown): { status: number; headers: JsonObject; body: string } {
  const { statusCode, headers, body = '' } = asObject(result)
  const status = asNumber(statusCode)
  const text = body === null ? '' : body
  if (!isObject(result) || status === undefined || typeof text !== 'string') {
    throw new Error('Malformed Lambda proxy response')
  }
  if (Buffer.byteLength(text) > MESSAGE_LIMIT)
    throw new Error(`The answer is larger than ${MESSAGE_LIMIT} bytes`)
  return { status, headers: asObject(headers), body: text }
}
