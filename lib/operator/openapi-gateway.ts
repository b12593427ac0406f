import * as z from 'zod'
import type { Json, SchemaCollection } from './openapi-schemas.ts'

/** What API Gateway answers by itself: before a request comes here, or where no answer comes from here. */
const ANSWERS = {
  400: 'Bad Request',
  401: 'Unauthorized',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const

const gatewayErrorSchema = z
  .strictObject({ message: z.string() })
  .meta({ id: 'GatewayError', description: 'An answer of API Gateway itself' })

/** Every operation with those answers, beside its own of the same status; 401 where a token is asked for. */
export function withGatewayErrors(paths: Record<string, Json>, schemas: SchemaCollection): Json {
  const schema = schemas.refer(gatewayErrorSchema, 'output')
  const operation = ({ responses, ...facts }: Json): Json => {
    const asksForToken = !Array.isArray(facts.security) || facts.security.length > 0
    const answers = Object.entries(ANSWERS).filter(([status]) => asksForToken || status !== '401')
    const own = responses as Record<string, Json>
    const both = answers.map(([status, message]) => {
      const { content, ...answer } = own[status] ?? { description: message }
      const json = { 'application/json': { schema, example: { message } } }
      return [status, { ...answer, content: { ...(content as Json), ...json } }]
    })
    return { ...facts, responses: { ...own, ...Object.fromEntries(both) } }
  }
  return mapValues(paths, (item) => mapValues(item, (each) => operation(each as Json)))
}

const mapValues = <T, R>(values: Record<string, T>, change: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]))
