import { asArray, asText, isObject, type JsonObject } from './json.ts'
import { UserError } from './log.ts'
import { arn, WORLD } from './world.ts'

/** Where intrinsic functions look things up. `where` names the place in the template, for the message of a failure. */
export interface Scope {
  ref(name: string, where: string): unknown
  attribute(resource: string, attribute: string, where: string): unknown
  condition(name: string, where: string): boolean
  mapping(map: string, top: string, second: string, where: string): unknown
}

/** What a `Ref` to AWS::NoValue leaves behind: the property that holds it disappears. */
const NO_VALUE = Symbol('AWS::NoValue')

export const PSEUDO_PARAMETERS: Record<string, unknown> = {
  'AWS::AccountId': WORLD.account,
  'AWS::Region': WORLD.region,
  'AWS::Partition': WORLD.partition,
  'AWS::URLSuffix': WORLD.urlSuffix,
  'AWS::NotificationARNs': [],
  'AWS::StackId': arn('cloudformation', 'stack/local/00000000-0000-4000-8000-000000000000'),
  'AWS::NoValue': NO_VALUE,
}

type Intrinsic = (argument: unknown, scope: Scope, where: string) => unknown

const INTRINSICS: Record<string, Intrinsic> = {
  Ref: (name, scope, where) => scope.ref(String(name), where),
  'Fn::GetAtt': (argument, scope, where) => {
    const [resource, ...attribute] =
      typeof argument === 'string' ? argument.split('.') : asArray(argument).map(String)
    return scope.attribute(resource ?? '', attribute.join('.'), where)
  },
  'Fn::Join': (argument, scope, where) => {
    const [separator, list] = asArray(argument)
    return asArray(evaluate(list, scope, where))
      .map((each) => textOrFail(each, where))
      .join(String(separator))
  },
  'Fn::Sub': substitute,
  'Fn::Select': (argument, scope, where) => {
    const [index, list] = asArray(argument)
    return asArray(evaluate(list, scope, where))[Number(evaluate(index, scope, where))]
  },
  'Fn::Split': (argument, scope, where) => {
    const [separator, text] = asArray(argument)
    return textOrFail(evaluate(text, scope, where), where).split(String(separator))
  },
  'Fn::If': (argument, scope, where) => {
    const [name, yes, no] = asArray(argument)
    return evaluate(scope.condition(String(name), where) ? yes : no, scope, where)
  },
  'Fn::FindInMap': (argument, scope, where) => {
    const [map, top, second] = asArray(evaluate(argument, scope, where)).map(String)
    return scope.mapping(map ?? '', top ?? '', second ?? '', where)
  },
  'Fn::Base64': (argument, scope, where) =>
    Buffer.from(textOrFail(evaluate(argument, scope, where), where)).toString('base64'),
  'Fn::Equals': (argument, scope, where) => {
    const [a, b] = asArray(evaluate(argument, scope, where))
    return asText(a) === asText(b)
  },
  'Fn::And': (argument, scope, where) =>
    asArray(argument).every((each) => evaluate(each, scope, where) === true),
  'Fn::Or': (argument, scope, where) =>
    asArray(argument).some((each) => evaluate(each, scope, where) === true),
  'Fn::Not': (argument, scope, where) => evaluate(asArray(argument)[0], scope, where) !== true,
}

/** A value of the template with every intrinsic function in it replaced by what it stands for. */
export function resolve(value: unknown, scope: Scope, where: string): unknown {
  const resolved = evaluate(value, scope, where)
  return resolved === NO_VALUE ? undefined : resolved
}

function evaluate(value: unknown, scope: Scope, where: string): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => evaluate(each, scope, where)).filter((each) => each !== NO_VALUE)
  }
  if (!isObject(value)) return value
  const [name, ...others] = Object.keys(value)
  if (name !== undefined && others.length === 0) {
    const intrinsic = INTRINSICS[name]
    if (intrinsic) return intrinsic(value[name], scope, where)
    if (name === 'Condition' && typeof value[name] === 'string') return scope.condition(value[name], where)
    if (name.startsWith('Fn::')) throw new UserError(`${where}: ${name} is not emulated`)
  }
  return evaluateProperties(value, scope, where)
}

function evaluateProperties(value: JsonObject, scope: Scope, where: string): JsonObject {
  const entries = Object.entries(value).map(
    ([key, each]) => [key, evaluate(each, scope, `${where}.${key}`)] as const,
  )
  return Object.fromEntries(entries.filter(([, each]) => each !== NO_VALUE))
}

function substitute(argument: unknown, scope: Scope, where: string): string {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}]
  return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, expression: string) => {
    if (literal) return `\${${expression}}`
    if (isObject(variables) && Object.hasOwn(variables, expression)) {
      return textOrFail(evaluate(variables[expression], scope, where), where)
    }
    const dot = expression.indexOf('.')
    const value =
      dot < 0
        ? scope.ref(expression, where)
        : scope.attribute(expression.slice(0, dot), expression.slice(dot + 1), where)
    return textOrFail(value, where)
  })
}

function textOrFail(value: unknown, where: string): string {
  const text = asText(value)
  if (text === undefined) throw new UserError(`${where}: a text was expected, not ${JSON.stringify(value)}`)
  return text
}
