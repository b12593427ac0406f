import { createRequire } from 'node:module'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import { generateSync } from 'json-schema-faker'
import type { ErrorCode } from '../../lib/ocpp/error.ts'

/**
 * Payloads made from schemas that are not ours: those of `ocpp-rpc`, which follow the OCA's 2019-12 and 2020-3 sets.
 * Everything is seeded, so that a failure can be looked at again.
 */

/** The part of JSON Schema that OCPP's schemas are written in. */
interface JsonSchema {
  $id?: string
  $ref?: string
  definitions?: Record<string, JsonSchema>
  type?: string
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  enum?: string[]
  format?: string
  maxLength?: number
  minItems?: number
  multipleOf?: number
}

export type Direction = 'req' | 'conf'

const OFFICIAL: JsonSchema[] = createRequire(import.meta.url)('ocpp-rpc/lib/schemas/ocpp1_6.json')

export const officialActions = [...new Set(OFFICIAL.map(({ $id = '' }) => $id.replace(/^urn:|\.\w+$/g, '')))]

const ajv = new Ajv({ strict: false, multipleOfPrecision: 6 })
addFormats.default(ajv)
// Known by plain keys: `urn:Authorize.req` lacks the namespace a URN must have, and ajv's URI parser will not have it.
for (const { $id = '', ...each } of OFFICIAL) ajv.addSchema(each, $id.slice('urn:'.length))

/** The independent verdict on a payload. */
export function oracle(action: string, direction: Direction): ValidateFunction {
  const validate = ajv.getSchema(`${action}.${direction}`)
  if (!validate) throw new Error(`no official schema of ${action}.${direction}`)
  return validate
}

const SEEDS = 40

/** Valid payloads: one with every optional field, one with none, the others with some. */
export function payloadsOf(action: string, direction: Direction): unknown[] {
  return Array.from({ length: SEEDS }, (_, seed) => payloadOf(action, direction, seed))
}

function payloadOf(action: string, direction: Direction, seed: number): unknown {
  return generateSync(forGenerator(official(action, direction)), {
    seed: seed + 1,
    maxDepth: 12,
    // The fullest one is what faults are put into: every list in it has something to break.
    ...(seed === 0 ? { alwaysFakeOptionals: true, minItems: 1 } : {}),
    ...(seed === 1 ? { optionalsProbability: 0 } : {}),
    formats: {
      'date-time': (random) => {
        const instant = new Date(random.int(0, 4_000_000_000) * 1000).toISOString().slice(0, -5)
        return `${instant}${random.pick(['', '.5', '.123', '.1234567'])}${random.pick(['Z', '+00:00', '+05:30', '-08:00'])}`
      },
      uri: (random) =>
        random.pick(['ftp://user:pass@host/dir', 'https://host:8443/a%20b?c=d', 'sftp://[::1]/']),
    },
    outputTransform: (value, schema) =>
      typeof schema === 'object' && schema.tenths ? Number(value) / 10 : value,
  })
}

function official(action: string, direction: Direction): JsonSchema {
  const found = OFFICIAL.find(({ $id }) => $id === `urn:${action}.${direction}`)
  if (!found) throw new Error(`no official schema of ${action}.${direction}`)
  return withoutReferences(found, found.definitions ?? {})
}

function withoutReferences(schema: JsonSchema, definitions: Record<string, JsonSchema>): JsonSchema {
  const { $ref, definitions: _, ...own } = schema
  const { properties, items, ...rest } = $ref ? (definitions[$ref.replace(/^.*\//, '')] ?? own) : own
  return {
    ...rest,
    ...(items ? { items: withoutReferences(items, definitions) } : {}),
    ...(properties
      ? { properties: mapValues(properties, (each) => withoutReferences(each, definitions)) }
      : {}),
  }
}

/** Decimals are made as whole tenths, integers as ids of all sizes (the generator's own stay small). */
function forGenerator(schema: JsonSchema): Record<string, unknown> {
  const { properties, items, multipleOf, ...rest } = schema
  if (multipleOf) return { type: 'integer', minimum: 0, maximum: 10_000, tenths: true }
  if (schema.type === 'integer') return { type: 'integer', minimum: -1, maximum: 2_147_483_647 }
  return {
    ...rest,
    ...(items ? { items: forGenerator(items) } : {}),
    ...(properties ? { properties: mapValues(properties, forGenerator) } : {}),
  }
}

/** A payload with exactly one fault, and the CALLERROR code that fault deserves (design §8). */
export interface Mutant {
  fault: string
  path: string
  payload: unknown
  code: ErrorCode
}

/** Every single fault that can be put into the fullest valid payload. */
export function mutantsOf(action: string, direction: Direction): Mutant[] {
  return [...faultsIn(payloadOf(action, direction, 0), official(action, direction), '')]
}

function* faultsIn(value: unknown, schema: JsonSchema, path: string): Generator<Mutant> {
  for (const [fault, payload, code] of faultsOf(value, schema)) yield { fault, path, payload, code }
  if (schema.properties) {
    const object = value as Record<string, unknown>
    for (const [key, property] of Object.entries(schema.properties)) {
      for (const mutant of faultsIn(object[key], property, path ? `${path}.${key}` : key)) {
        yield { ...mutant, payload: { ...object, [key]: mutant.payload } }
      }
    }
  }
  if (schema.items) {
    const [first, ...others] = value as unknown[]
    for (const mutant of faultsIn(first, schema.items, `${path}[0]`)) {
      yield { ...mutant, payload: [mutant.payload, ...others] }
    }
  }
}

function* faultsOf(value: unknown, schema: JsonSchema): Generator<[string, unknown, ErrorCode]> {
  yield ['wrong type', schema.type === 'string' ? 42 : 'forty-two', 'TypeConstraintViolation']
  yield ['list for a value', [[]], 'TypeConstraintViolation']
  yield ['null', null, 'TypeConstraintViolation']
  if (schema.type === 'object') {
    const object = value as Record<string, unknown>
    for (const key of schema.required ?? []) {
      const { [key]: _, ...others } = object
      yield [`without ${key}`, others, 'OccurenceConstraintViolation']
    }
    yield ['unknown key', { ...object, vendorSpecific: 1 }, 'FormationViolation']
  }
  if (schema.type === 'integer') yield ['fraction', 1.5, 'TypeConstraintViolation']
  if (schema.multipleOf) yield ['two fraction digits', 0.15, 'PropertyConstraintViolation']
  if (schema.minItems) yield ['empty list', [], 'OccurenceConstraintViolation']
  if (schema.maxLength) yield ['too long', 'x'.repeat(schema.maxLength + 1), 'PropertyConstraintViolation']
  if (schema.format === 'uri') yield ['URI with a blank', 'ftp://host/a b', 'PropertyConstraintViolation']
  if (schema.format === 'date-time') {
    yield ['no date', 'yesterday', 'PropertyConstraintViolation']
    yield ['no such date', '2026-02-30T08:00:00Z', 'PropertyConstraintViolation']
    yield ['date without zone', '2026-11-21T08:00:00', 'PropertyConstraintViolation']
    yield ['date without time', '2026-11-21', 'PropertyConstraintViolation']
  }
  if (schema.enum) {
    yield ['unheard-of word', 'NoSuchWord', 'PropertyConstraintViolation']
    const lowered = String(value).toLowerCase()
    if (!schema.enum.includes(lowered)) yield ['lower case', lowered, 'PropertyConstraintViolation']
  }
}

function mapValues<T, R>(record: Record<string, T>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}
