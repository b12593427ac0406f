/** One `type=value` of a name; the type in lower case, by its short name where it is one of {@link SHORT_NAMES}. */
export interface NameAttribute {
  type: string
  value: string
}

const SHORT_NAMES: Record<string, string> = { '2.5.4.3': 'cn', '2.5.4.10': 'o' }

/**
 * The attributes of a distinguished name as RFC 4514 or RFC 2253 write it, in the order in which they stand: which end the
 * root is at differs from one writer to the other. Undefined if it is none. Values in `#hex` are left as they are.
 */
export function parseDistinguishedName(text: string): NameAttribute[] | undefined {
  const attributes: NameAttribute[] = []
  let rest = text.trimStart()
  while (rest !== '') {
    const read = readAttribute(rest)
    if (!read) return undefined
    attributes.push(read.attribute)
    rest = read.rest
  }
  return attributes.length > 0 ? attributes : undefined
}

const TYPE = /^\s*(?:oid\.)?([a-z][a-z0-9-]*|\d+(?:\.\d+)*)\s*=\s*/i
const QUOTED = /^"((?:[^"\\]|\\[\s\S])*)"\s*/
const PLAIN = /^(?:[^,;+"\\]|\\[\s\S])*/
const SEPARATOR = /^[,;+]\s*/

function readAttribute(text: string): { attribute: NameAttribute; rest: string } | undefined {
  const [prefix, type] = TYPE.exec(text) ?? []
  if (prefix === undefined || type === undefined) return undefined
  const afterType = text.slice(prefix.length)
  const [quoted, inner] = QUOTED.exec(afterType) ?? []
  const [plain = ''] = PLAIN.exec(afterType) ?? []
  const value = unescaped(inner ?? withoutTrailingSpaces(plain))
  if (value === undefined) return undefined
  const afterValue = afterType.slice((quoted ?? plain).length)
  const [separator] = SEPARATOR.exec(afterValue) ?? []
  if (separator === undefined && afterValue !== '') return undefined
  const rest = afterValue.slice(separator?.length ?? 0)
  // Behind a separator there is another one.
  if (separator !== undefined && rest === '') return undefined
  const name = type.toLowerCase()
  return { attribute: { type: SHORT_NAMES[name] ?? name, value }, rest }
}

/** Spaces at the end mean nothing, unless the first of them is escaped. */
function withoutTrailingSpaces(value: string): string {
  const trimmed = value.replace(/ +$/, '')
  const [backslashes = ''] = /\\*$/.exec(trimmed) ?? []
  return backslashes.length % 2 === 1 ? value.slice(0, trimmed.length + 1) : trimmed
}

/** `\,` stands for the character, `\C3\A4` for bytes of UTF-8. Undefined if they are no UTF-8, or a backslash is the last. */
function unescaped(value: string): string | undefined {
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(value)) return undefined
  try {
    return value.replace(
      /(?:\\[0-9a-f]{2})+|\\([^0-9a-f])|\\([0-9a-f])/gi,
      (text, character?: string, odd?: string) =>
        character ?? odd ?? decodeURIComponent(text.replaceAll('\\', '%')),
    )
  } catch {
    return undefined
  }
}
