import * as z from 'zod'

export type Json = Record<string, unknown>

/**
 * Zod schemas as JSON Schemas of an OpenAPI 3.1 document, which are plain draft 2020-12. Those with an id of their own
 * become components.
 */
export class SchemaCollection {
  readonly components: Record<string, Json> = {}

  /** `input`: as it is sent to us, with defaults left out. `output`: as we send it. */
  refer(schema: z.ZodType, io: 'input' | 'output'): Json {
    // Only what is nested in another schema is given by reference.
    const { properties, $defs } = z.toJSONSchema(z.strictObject({ it: schema }), {
      io,
      override: tidy,
    }) as unknown as {
      properties: { it: Json }
      $defs?: Record<string, Json>
    }
    for (const [id, definition] of Object.entries($defs ?? {}))
      this.components[id] = withComponentRefs(definition)
    return withComponentRefs(properties.it)
  }
}

type Override = NonNullable<z.core.ToJSONSchemaParams['override']>

/**
 * The pattern that zod has for instants says in 300 characters what the format says in one word. And where a schema
 * transforms what it reads, zod takes examples and defaults for those of the result; ours are what is sent.
 */
const tidy: Override = ({ zodSchema, jsonSchema }) => {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
  const { examples, default: value } = z.globalRegistry.get(zodSchema) ?? {}
  if (examples) jsonSchema.examples = examples as unknown[]
  if (value !== undefined) jsonSchema.default = value
}

function withComponentRefs(definition: Json): Json {
  return JSON.parse(JSON.stringify(definition), (name, value) =>
    name === '$ref' && typeof value === 'string' ? value.replace('#/$defs/', '#/components/schemas/') : value,
  ) as Json
}
