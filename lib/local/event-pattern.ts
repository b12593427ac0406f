import { asArray, isObject, type JsonObject } from './json.ts'
import { UserError } from './log.ts'

/**
 * A pattern of EventBridge, which Lambda's event filters share: every field it names must match, by any one of the listed
 * alternatives. Of those, exact values, `prefix`, `suffix`, `anything-but` and `exists` are emulated.
 */
export type Pattern = JsonObject

type Alternative = (value: unknown) => boolean

const MATCHERS: Record<string, (argument: unknown, where: string) => Alternative> = {
  prefix: (argument, where) => affix(argument, where, (value, text) => value.startsWith(text)),
  suffix: (argument, where) => affix(argument, where, (value, text) => value.endsWith(text)),
  exists: (argument) => (value) => (value !== undefined) === (argument === true),
  'anything-but': (argument, where) => {
    const excluded = asArray(argument).map((each) => alternative(each, where))
    return (value) => value !== undefined && !excluded.some((matches) => matches(value))
  },
}

function affix(
  argument: unknown,
  where: string,
  holds: (value: string, text: string) => boolean,
): Alternative {
  if (typeof argument !== 'string')
    throw new UserError(`${where}: only texts are emulated as prefix and suffix`)
  return (value) => typeof value === 'string' && holds(value, argument)
}

function alternative(wanted: unknown, where: string): Alternative {
  if (!isObject(wanted)) return (value) => value === wanted
  const [[name, argument] = ['', undefined], ...others] = Object.entries(wanted)
  const matcher = MATCHERS[name]
  if (!matcher || others.length > 0)
    throw new UserError(`${where}: ${JSON.stringify(wanted)} is not emulated in a pattern`)
  return matcher(argument, where)
}

/** Reads a pattern once. `where` names its place in the template. Throws UserError on what is not emulated. */
export function compile(pattern: Pattern, where: string): (event: JsonObject) => boolean {
  const fields = Object.entries(pattern).map(([name, wanted]) => {
    const at = `${where}.${name}`
    if (isObject(wanted)) {
      const matches = compile(wanted, at)
      return (event: JsonObject) => {
        const value = event[name]
        return matches(isObject(value) ? value : {})
      }
    }
    if (!Array.isArray(wanted) || name.startsWith('$'))
      throw new UserError(`${at}: ${JSON.stringify(wanted)} is not emulated in a pattern`)
    const alternatives = wanted.map((each) => alternative(each, at))
    return (event: JsonObject) => matchesAny(alternatives, event[name])
  })
  return (event) => fields.every((matches) => matches(event))
}

/** A list matches where one of its members does. */
const matchesAny = (alternatives: Alternative[], value: unknown): boolean =>
  (Array.isArray(value) ? value : [value]).some((each) => alternatives.some((matches) => matches(each)))
