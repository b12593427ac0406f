import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { ERROR_CODES } from '../../lib/ocpp/error.ts'

/** The schemas of ocpp-rpc: somebody else's reading of the specification. */
const schemas = createRequire(import.meta.url)('ocpp-rpc/lib/schemas/ocpp1_6.json') as { $id: string }[]

/** Without multipleOfPrecision Ajv takes a third of all one-decimal numbers for no multiples of 0.1. */
const ajv = new Ajv({ strictSchema: false, multipleOfPrecision: 6, allErrors: true })
formats.default(ajv)
// The ids are names here, not URIs: Ajv refuses a URN without a namespace.
for (const { $id, ...schema } of schemas) ajv.addSchema(schema, $id.replace('urn:', ''))

/** What breaks the schema of `direction`; empty if nothing does. */
export function violationsOf(action: string, direction: 'req' | 'conf', payload: unknown): string[] {
  const validate = ajv.getSchema(`${action}.${direction}`)
  if (!validate) return [`there is no schema for ${action}.${direction}`]
  if (validate(payload)) return []
  return [`${action}.${direction}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(payload)}`]
}

/** `[4, messageId, code, description, details]` (OCPP-J §4.2.3). */
export function violationsOfError(frame: unknown[]): string[] {
  const [, , code, description, details] = frame
  const isRight =
    frame.length === 5 &&
    ERROR_CODES.some((each) => each === code) &&
    typeof description === 'string' &&
    description.length <= 255 &&
    typeof details === 'object'
  return isRight ? [] : [`CALLERROR ${JSON.stringify(frame)}`]
}
