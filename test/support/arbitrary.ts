import fc from 'fast-check'

type Schema = any

const ODD_TEXTS = [
  '',
  ' ',
  'x'.repeat(300),
  '\u0000',
  '𝛼β☃',
  '../..',
  '%2F%00',
  '"; DROP',
  '=1+1',
  '__proto__',
  '-1',
  'null',
  '2026-02-30T25:61:00Z',
]
const ODD_NUMBERS = [0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308]

export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...ODD_TEXTS, ...ODD_NUMBERS, null, true, [], {}, [[]], [null]),
  fc.jsonValue({ maxDepth: 2 }),
)

export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...ODD_TEXTS.filter((text) => text !== '')),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
)

/** Values that a JSON Schema allows, as far as it says so without patterns; `known` are texts to take now and then. */
export function valid(
  schema: Schema,
  document: Schema,
  known: readonly string[] = [],
): fc.Arbitrary<unknown> {
  return arbitraryOf(schema, document, known, 0)
}

function arbitraryOf(
  given: Schema,
  document: Schema,
  known: readonly string[],
  depth: number,
): fc.Arbitrary<unknown> {
  const schema = resolve(given, document)
  const again = (each: Schema) => arbitraryOf(each, document, known, depth + 1)
  if (depth > 8 || schema === undefined || schema === true) return fc.constant('deep')
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) return fc.oneof(...alternatives.map(again))
  if (schema.allOf)
    return fc.tuple(...schema.allOf.map(again)).map((parts) => Object.assign({}, ...(parts as object[])))
  const examples = schema.examples?.length ? [fc.constantFrom(...schema.examples)] : []
  return fc.oneof(ofType(schema, again, known), ...examples)
}

function ofType(
  schema: Schema,
  again: (each: Schema) => fc.Arbitrary<unknown>,
  known: readonly string[],
): fc.Arbitrary<unknown> {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  switch (type) {
    case 'object':
      return objectOf(schema, again)
    case 'array':
      return fc.array(again(schema.items ?? true), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, 3),
      })
    case 'integer':
    case 'number':
      return fc.integer({
        min: Math.max(schema.minimum ?? -5, -1e9),
        max: Math.min(schema.maximum ?? 1000, 2 ** 31 - 1),
      })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      return textOf(schema, known)
    default:
      return oddValue
  }
}

function objectOf(schema: Schema, again: (each: Schema) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const properties = Object.entries(schema.properties ?? {}).map(
    ([name, each]) => [name, again(each)] as const,
  )
  const named = fc.record(Object.fromEntries(properties), {
    requiredKeys: (schema.required ?? []).filter((name: string) =>
      properties.some(([each]) => each === name),
    ),
    noNullPrototype: true,
  } as object)
  if (typeof schema.additionalProperties !== 'object' || properties.length > 0) return named
  return fc.dictionary(fc.string({ minLength: 1, maxLength: 10 }), again(schema.additionalProperties), {
    maxKeys: 3,
    noNullPrototype: true,
  })
}

function textOf(
  { format, minLength = 0, maxLength = 40 }: Schema,
  known: readonly string[],
): fc.Arbitrary<unknown> {
  if (format === 'date-time') {
    return fc
      .date({ min: new Date(0), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true })
      .map((date) => date.toISOString())
  }
  if (format === 'uri')
    return fc.constantFrom('https://example.invalid/hook', 'https://example.invalid:1/a?b=c')
  const length = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) }
  const own = fc.oneof(fc.string(length), fc.string({ ...length, unit: 'grapheme' }))
  return known.length > 0 ? fc.oneof(own, fc.constantFrom(...known)) : own
}

/** A valid value with something wrong with it, or a value that has nothing to do with the schema. */
export function broken(
  schema: Schema,
  document: Schema,
  known: readonly string[] = [],
): fc.Arbitrary<unknown> {
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          valid(schema, document, known),
          fc.nat(),
          oddValue,
          fc.constantFrom('replace', 'remove', 'add'),
        )
        .map(spoil),
    },
    { weight: 1, arbitrary: oddValue },
  )
}

function spoil([value, at, odd, how]: [unknown, number, unknown, string]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return odd
  const names = Object.keys(value)
  const name = names[at % Math.max(names.length, 1)]
  if (how === 'add' || name === undefined) return { ...value, unexpected: odd }
  const { [name]: _, ...rest } = value as Record<string, unknown>
  return how === 'remove' ? rest : { ...rest, [name]: odd }
}

export function resolve(schema: Schema, document: Schema): Schema {
  if (!schema?.$ref) return schema
  const target = (schema.$ref as string)
    .split('/')
    .slice(1)
    .reduce((node, part) => node?.[part.replaceAll('~1', '/')], document)
  return resolve(target, document)
}
