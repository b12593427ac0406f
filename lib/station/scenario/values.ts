/** What references in steps stand for. */
export type Variables = Record<string, unknown>

export class UnknownReference extends Error {
  override name = 'UnknownReference'
}

const WHOLE = /^\$\{([^}]+)\}$/
const WITHIN = /\$\{([^}]+)\}/g

/** Replaces every `${name.path}`: alone it keeps its type, within a text it becomes text. Throws an UnknownReference. */
export function substitute(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') {
    const whole = WHOLE.exec(value)?.[1]
    if (whole !== undefined) return resolve(whole, variables)
    return value.replaceAll(WITHIN, (_, path: string) => text(resolve(path, variables)))
  }
  if (Array.isArray(value)) return value.map((each) => substitute(each, variables))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, substitute(each, variables)]))
}

function resolve(path: string, variables: Variables): unknown {
  let found: unknown = variables
  for (const key of path.trim().split('.')) {
    const holder = found
    found =
      typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key)
        ? holder[key as keyof typeof holder]
        : undefined
    if (found === undefined) throw new UnknownReference(`there is no ${path.trim()} (at ${key})`)
  }
  return found
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
