import { stringify } from 'csv-stringify/sync'

/** How a list is told as CSV: the rest is as for JSON. */
export interface Csv {
  /** What the file is called, without its ending. */
  name: string
  /** Paths of properties, as in `idTagInfo.status`: the names of the columns, in their order. They do not change. */
  columns: readonly string[]
  /** The rows that one item makes; unless given, it is one itself. */
  rows?: (item: never) => object[]
}

export const CSV_MEDIA_TYPE = 'text/csv'

/** RFC 4180: a line of names, CRLF at the end of every line. */
export const headerOf = ({ columns }: Csv): string => `${columns.join(',')}\r\n`

/** The cells of some items, row by row. */
export function cellsOf({ columns, rows }: Csv, items: readonly unknown[]): unknown[][] {
  const objects = rows ? items.flatMap((item) => rows(item as never)) : items
  return objects.map((object) => columns.map((path) => cellOf(object, path)))
}

/** Rows as text, without the header. */
export const csvText = (cells: unknown[][]): string =>
  stringify(cells, { record_delimiter: 'windows', quoted_match: /[\r\n]/, escape_formulas: true, cast: CAST })

/** What is absent is an empty cell; lists are joined, and what has a shape of its own is JSON. */
function cellOf(object: unknown, path: string): unknown {
  const value = path
    .split('.')
    .reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], object)
  if (Array.isArray(value)) return joinList(value.map(String))
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}

/** What a spreadsheet takes for a formula, and such a text behind the apostrophe that makes text of it. */
const FORMULA = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/

const NUMBER = /^-\d+(?:\.\d+)?$/

const CAST = {
  boolean: String,
  /**
   * A number is no formula, whoever wrote it. A text with an apostrophe before what would be a formula is given another
   * one, so that {@link plainText} finds every text as it was.
   */
  string: (text: string) => {
    if (NUMBER.test(text)) return { value: text, escape_formulas: false }
    return text.startsWith("'") && FORMULA.test(text) ? `'${text}` : text
  },
}

/** A cell as it was before it was made safe for spreadsheets. */
export const plainText = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell

/** Several texts in one cell. A `;` that belongs to a text has a backslash before it, as has a backslash. */
export const joinList = (texts: readonly string[]): string =>
  texts.map((text) => text.replaceAll(/[\\;]/g, '\\$&')).join(';')

export const splitList = (cell: string): string[] =>
  [...`;${cell}`.matchAll(/;((?:\\.|[^\\;])*)/gs)].map(([, text = '']) => text.replaceAll(/\\(.)/gs, '$1'))
