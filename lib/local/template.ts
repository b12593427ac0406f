import type { Assembly, Resource } from './assembly.ts'
import { PSEUDO_PARAMETERS, resolve, type Scope } from './intrinsics.ts'
import { asObject, asText, isObject } from './json.ts'
import { UserError } from './log.ts'
import { KINDS, type Own } from './physical.ts'

export interface StackOptions {
  /** Instead of the names made up here, by logical id. */
  names?: Record<string, string>
  /** Beginnings of texts and what stands in their place: the addresses of AWS, and those on this machine. */
  rewrites?: Record<string, string>
  parameters?: Record<string, string>
}

/**
 * A synthesized stack, read: resources by logical id, properties with their intrinsic functions resolved. Properties are
 * resolved when they are asked for, so that a resource that nothing here runs may hold what is not emulated.
 */
export class Stack {
  readonly name: string
  private readonly assembly: Assembly
  private readonly options: StackOptions
  private readonly scope: Scope = {
    ref: (name, where) => this.ref(name, where),
    attribute: (resource, attribute, where) => this.attribute(resource, attribute, where),
    condition: (name, where) => this.condition(name, where),
    mapping: (map, top, second, where) => this.mapping(map, top, second, where),
  }

  constructor(assembly: Assembly, options: StackOptions = {}) {
    this.name = assembly.stackName
    this.assembly = assembly
    this.options = options
  }

  /** Logical ids of the resources of these types, in the template's order. */
  ids(...types: string[]): string[] {
    return Object.entries(this.assembly.template.Resources)
      .filter(
        ([, { Type, Condition }]) => types.includes(Type) && (!Condition || this.condition(Condition, Type)),
      )
      .map(([id]) => id)
  }

  type(id: string): string | undefined {
    return this.assembly.template.Resources[id]?.Type
  }

  read(id: string, property: string): unknown {
    const value = this.resource(id, id).Properties?.[property]
    return this.rewrite(resolve(value, this.scope, `${id}.${property}`))
  }

  text(id: string, property: string): string | undefined {
    return asText(this.read(id, property))
  }

  required(id: string, property: string): string {
    const value = this.text(id, property)
    if (value === undefined) throw new UserError(`${id} (${this.type(id)}) has no ${property}`)
    return value
  }

  /** What `Ref` gives for a resource. */
  refOf(id: string): string {
    return this.rewriteText(this.physical(id, id))
  }

  attributeOf(id: string, attribute: string): string {
    return this.rewriteText(this.attribute(id, attribute, id))
  }

  /** The resource of a type for which `Ref` gives this. */
  find(type: string, ref: string | undefined): string | undefined {
    return this.ids(type).find((id) => this.refOf(id) === ref)
  }

  /** The path of an asset on this machine, from its object key. */
  asset(key: string): string | undefined {
    return this.assembly.assets.get(key)
  }

  /** A text with every address of AWS in it, wherever it stands, replaced by that on this machine. */
  rewriteWithin(text: string): string {
    return Object.entries(this.options.rewrites ?? {}).reduce(
      (result, [from, to]) => result.replaceAll(from, to),
      text,
    )
  }

  private resource(id: string, where: string): Resource {
    const resource = this.assembly.template.Resources[id]
    if (!resource) throw new UserError(`${where}: there is no resource "${id}" in the template`)
    return resource
  }

  private own(id: string): Own {
    return (property) =>
      asText(resolve(this.resource(id, id).Properties?.[property], this.scope, `${id}.${property}`))
  }

  private ref(name: string, where: string): unknown {
    if (name === 'AWS::StackName') return this.name
    if (Object.hasOwn(PSEUDO_PARAMETERS, name)) return PSEUDO_PARAMETERS[name]
    const parameter = this.assembly.template.Parameters?.[name]
    if (!parameter) return this.physical(name, where)
    const value = this.options.parameters?.[name] ?? parameter.Default
    if (value === undefined)
      throw new UserError(`${where}: the parameter "${name}" has no default and no value here`)
    return value
  }

  private physical(id: string, where: string): string {
    const given = this.options.names?.[id]
    if (given !== undefined) return given
    const { Type } = this.resource(id, where)
    const kind = KINDS[Type]
    if (!kind) throw new UserError(`${where}: the Ref of "${id}" (${Type}) is not emulated`)
    return kind.ref(id, this.own(id), this.name)
  }

  private attribute(id: string, attribute: string, where: string): string {
    const { Type } = this.resource(id, where)
    const kind = KINDS[Type]
    const name = kind?.attributes?.[attribute]
    if (!name)
      throw new UserError(`${where}: the attribute ${attribute} of "${id}" (${Type}) is not emulated`)
    if (name === kind.ref) return this.physical(id, where)
    return name(id, this.own(id), this.name)
  }

  private condition(name: string, where: string): boolean {
    const conditions = asObject(this.assembly.template.Conditions)
    if (!Object.hasOwn(conditions, name)) throw new UserError(`${where}: there is no condition "${name}"`)
    return resolve(conditions[name], this.scope, `Conditions.${name}`) === true
  }

  private mapping(map: string, top: string, second: string, where: string): unknown {
    const value = asObject(asObject(asObject(this.assembly.template.Mappings)[map])[top])[second]
    if (value === undefined) throw new UserError(`${where}: there is no mapping ${map}.${top}.${second}`)
    return value
  }

  private rewrite(value: unknown): unknown {
    if (typeof value === 'string') return this.rewriteText(value)
    if (Array.isArray(value)) return value.map((each) => this.rewrite(each))
    if (!isObject(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.rewrite(each)]))
  }

  private rewriteText(text: string): string {
    for (const [from, to] of Object.entries(this.options.rewrites ?? {})) {
      if (text.startsWith(from)) return to + text.slice(from.length)
    }
    return text
  }
}
