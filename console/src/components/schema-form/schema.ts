/** As much of JSON Schema (draft 2020-12) as the schemas of OCPP's requests use. */
export interface Schema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  properties?: Record<string, Schema>
  required?: readonly string[]
  items?: Schema
  enum?: readonly (string | number)[]
  format?: string
  description?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  multipleOf?: number
}

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json }

/** What is being filled in: absent is `undefined`. */
export type Draft = Json | undefined

export const isObject = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `a.b[0].c`, as the API writes the path of an issue. */
export const childPath = (path: string, name: string | number): string => {
  if (typeof name === 'number') return `${path}[${name}]`
  return path === '' ? name : `${path}.${name}`
}

/** What a form starts with: objects that must be there, with what must be in them and can only be one thing. */
export function startOf(schema: Schema, optional: (path: string) => boolean, path = ''): Draft {
  if (schema.type === 'object') {
    const required = (schema.required ?? []).filter((name) => !optional(childPath(path, name)))
    const entries = required.flatMap((name): [string, Json][] => {
      const property = schema.properties?.[name]
      const start = property && startOf(property, optional, childPath(path, name))
      return start === undefined ? [] : [[name, start]]
    })
    return Object.fromEntries(entries)
  }
  if (schema.type === 'array') return []
  return schema.enum?.length === 1 ? schema.enum[0] : undefined
}

/** Paths of what must be there and is not, inside whatever is there. */
export function missingIn(
  schema: Schema,
  value: Draft,
  optional: (path: string) => boolean,
  path = '',
): string[] {
  if (schema.type === 'array' && Array.isArray(value)) {
    const items = schema.items ?? {}
    return value.flatMap((item, index) => missingIn(items, item, optional, childPath(path, index)))
  }
  if (schema.type !== 'object' || !isObject(value)) return []
  const required = new Set(schema.required ?? [])
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const place = childPath(path, name)
    const part = value[name]
    if (part !== undefined) return missingIn(property, part, optional, place)
    return required.has(name) && !optional(place) ? [place] : []
  })
}

/** The object with this property, or without it. */
export function withProperty(value: Draft, name: string, part: Draft): Record<string, Json> {
  const { [name]: _, ...others } = isObject(value) ? value : {}
  return part === undefined ? others : { ...others, [name]: part }
}

const USUAL_MAXIMUM = 2 ** 31 - 1

/** What can be said of a number's bounds, where they are narrower than a 32-bit integer's. */
export function boundsOf({ minimum, maximum }: Schema): { minimum?: number; maximum?: number } {
  return {
    ...(minimum !== undefined && minimum > -USUAL_MAXIMUM ? { minimum } : {}),
    ...(maximum !== undefined && maximum < USUAL_MAXIMUM ? { maximum } : {}),
  }
}
