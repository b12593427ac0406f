import { asText, isObject, parseJson } from './json.ts'
import { UserError } from './log.ts'

/** Gives the route key that a message selects; `$default` where the expression cannot be evaluated. */
export type SelectRoute = (body: string) => string

const STEP = /^(?:\.?\[(\d+)\]|\.?\['([^']+)'\]|\.?([A-Za-z_][\w-]*))/

/**
 * A route selection expression: `$request.body.` and a path in the JSON of the message (`action`, `[0]`, `a.b[1]`). What
 * is found is made a text, as API Gateway does; a message that is not JSON, or has nothing there, goes to `$default`.
 */
export function routeSelection(expression: string): SelectRoute {
  const path = /^\$\{?request\.body(.+?)\}?$/.exec(expression)?.[1]
  const steps = path === undefined ? undefined : parsePath(path)
  if (!steps) throw new UserError(`The route selection expression "${expression}" is not emulated`)
  return (body) => {
    let value = parseJson(body)
    for (const step of steps) value = follow(value, step)
    // What is neither text nor number would be the text of its JSON, which is no route's key.
    return asText(value) ?? '$default'
  }
}

function follow(value: unknown, step: string): unknown {
  if (Array.isArray(value)) return value[Number(step)]
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
}

function parsePath(path: string): string[] | undefined {
  const steps: string[] = []
  for (let rest = path; rest !== ''; ) {
    const match = STEP.exec(rest)
    const step = match?.[1] ?? match?.[2] ?? match?.[3]
    if (!match || step === undefined) return undefined
    steps.push(step)
    rest = rest.slice(match[0].length)
  }
  return steps
}
