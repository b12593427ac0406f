/** What a setting may be: in words, as a command line gives it, and as a value. */
export interface Kind {
  must: string
  parse(text: string): unknown
  holds(value: unknown): boolean
}

export function whole(from: number, to: number, unit: string): Kind {
  return {
    must: `a whole number from ${from} to ${to} ${unit}`,
    parse: Number,
    holds: (value) => Number.isInteger(value) && Number(value) >= from && Number(value) <= to,
  }
}

export function amount(currency: string): Kind {
  return {
    must: `a number of ${currency} above 0`,
    parse: Number,
    holds: (value) => Number.isFinite(value) && Number(value) > 0,
  }
}

export function oneOf(...values: (string | number)[]): Kind {
  const shown = values.map((each) => (typeof each === 'string' ? `"${each}"` : String(each)))
  return {
    must: `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`,
    parse: (text) => values.find((each) => String(each) === text) ?? text,
    holds: (value) => values.some((each) => each === value),
  }
}

export const flag: Kind = {
  must: '"true" or "false"',
  parse: (text) => (text === 'true' ? true : text === 'false' ? false : text),
  holds: (value) => typeof value === 'boolean',
}

export const text: Kind = {
  must: 'a text',
  parse: (given) => given,
  holds: (value) => typeof value === 'string',
}

export const matching = (must: string, pattern: RegExp): Kind => ({
  must,
  parse: (given) => given,
  holds: (value) => typeof value === 'string' && pattern.test(value),
})

export const email = matching('an e-mail address', /^[^@\s]+@[^@\s]+$/)

/** With commas on a command line. */
export function listOf(must: string, holds: (each: string) => boolean): Kind {
  return {
    must: `a list of ${must}`,
    parse: (given) => given.split(',').map((each) => each.trim()),
    holds: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string' && holds(each)),
  }
}
