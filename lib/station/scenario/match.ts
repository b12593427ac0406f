/** Where what came is not what was expected: each a line `path: expected …, got …`. Empty if it agrees. */
export function differences(expected: unknown, actual: unknown, path = ''): string[] {
  if (Array.isArray(expected)) return ofLists(expected, actual, path)
  if (typeof expected === 'object' && expected !== null) return ofObjects(expected, actual, path)
  return agrees(expected, actual) ? [] : [line(path, expected, actual)]
}

function ofLists(expected: unknown[], actual: unknown, path: string): string[] {
  if (!Array.isArray(actual)) return [line(path, expected, actual)]
  if (actual.length !== expected.length) {
    return [
      `${path || 'it'}: expected ${expected.length} items, got ${actual.length}: ${JSON.stringify(actual)}`,
    ]
  }
  return expected.flatMap((each, index) => differences(each, actual[index], `${path}[${index}]`))
}

/** Of an object only the members named have to agree. */
function ofObjects(expected: object, actual: unknown, path: string): string[] {
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual))
    return [line(path, expected, actual)]
  const there = actual as Record<string, unknown>
  return Object.entries(expected).flatMap(([key, each]) =>
    differences(each, there[key], path ? `${path}.${key}` : key),
  )
}

/** `'*'`: anything; `/…/`: text that matches; `>1`, `<=5`: a number; `null`: nothing. */
function agrees(expected: unknown, actual: unknown): boolean {
  if (expected === null) return actual === undefined || actual === null
  if (typeof expected !== 'string') return expected === actual
  if (expected === '*') return actual !== undefined && actual !== null
  const pattern = /^\/(.+)\/$/s.exec(expected)?.[1]
  if (pattern !== undefined) return typeof actual === 'string' && new RegExp(pattern).test(actual)
  const [, sign, bound] = /^([<>]=?)\s*(-?\d+(?:\.\d+)?)$/.exec(expected) ?? []
  return sign === undefined ? expected === actual : compares(sign, Number(bound), actual)
}

function compares(sign: string, bound: number, actual: unknown): boolean {
  const number = typeof actual === 'string' && actual !== '' ? Number(actual) : actual
  if (typeof number !== 'number' || Number.isNaN(number)) return false
  if (sign === '>') return number > bound
  if (sign === '>=') return number >= bound
  return sign === '<' ? number < bound : number <= bound
}

function line(path: string, expected: unknown, actual: unknown): string {
  const got = actual === undefined ? 'nothing' : JSON.stringify(actual)
  return `${path || 'it'}: expected ${JSON.stringify(expected)}, got ${got}`
}
