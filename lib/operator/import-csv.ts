import { CsvError, parse } from 'csv-parse/sync'
import * as z from 'zod'
import type { RowData } from '../central-system/imports.ts'
import { plainText, splitList } from './csv.ts'
import { type Issue, invalid, type Problem, problem } from './problem.ts'

/** Of one column: which types its values may have. */
type Columns = Map<string, ReadonlySet<string>>

const COLUMNS_MAX = 100

/**
 * The rows of a CSV text as the schema's JSON would have them: column by column, without the empty cells. `passedOver`:
 * columns that an export has and that nobody can set. A cell beyond the header is a property that the schema does not know,
 * so its row fails by itself.
 */
export function rowsOfCsv(
  text: string,
  schema: z.ZodObject,
  passedOver: readonly string[],
): RowData[] | Problem<'invalid' | 'malformed'> {
  const lines = linesOf(text)
  if ('problem' in lines) return lines
  const [header, ...rest] = lines
  if (!header) return invalid([{ path: '', message: 'there is no header' }])
  if (header.length > COLUMNS_MAX)
    return invalid([{ path: '', message: `there must be at most ${COLUMNS_MAX} columns` }])
  const columns = columnsOf(schema)
  const issues = issuesOfHeader(header, columns, passedOver)
  if (issues.length > 0) return invalid(issues)
  if (rest.length === 0) return invalid([{ path: 'rows', message: 'there are none below the header' }])
  return rest.map((cells) => rowOf(cells, header, columns))
}

function rowOf(cells: string[], header: string[], columns: Columns): RowData {
  const known = header.flatMap((name, position) => {
    const cell = plainText(cells[position] ?? '')
    const types = columns.get(name)
    return cell === '' || !types ? [] : [[name, readCell(cell, types)]]
  })
  const beyond = cells.findIndex((cell, position) => position >= header.length && cell !== '')
  return Object.fromEntries(beyond < 0 ? known : [...known, [`cell ${beyond + 1}`, cells[beyond]]])
}

function issuesOfHeader(header: string[], columns: Columns, passedOver: readonly string[]): Issue[] {
  const seen = new Set<string>()
  return header.flatMap((name) => {
    const path = name.slice(0, 100)
    if (seen.has(name)) return [{ path, message: 'is a column more than once' }]
    seen.add(name)
    if (columns.has(name) || passedOver.includes(name)) return []
    return [{ path, message: `there is no such column; there are ${[...columns.keys()].join(', ')}` }]
  })
}

function linesOf(text: string): string[][] | Problem<'malformed'> {
  try {
    return parse(text, { bom: true, skip_empty_lines: true, relax_column_count: true })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return problem('malformed', `the body cannot be read as CSV: ${error.message}`)
  }
}

interface JsonSchema {
  type?: string | string[]
  anyOf?: JsonSchema[]
}

const columnsOf = ({ shape }: z.ZodObject): Columns =>
  new Map(
    Object.entries(shape).map(([name, property]) => {
      const { $schema: _, ...schema } = z.toJSONSchema(property as z.ZodType, { io: 'input' })
      return [name, new Set(typesOf(schema as JsonSchema))]
    }),
  )

const typesOf = ({ type = [], anyOf = [] }: JsonSchema): string[] => [
  ...[type].flat(),
  ...anyOf.flatMap(typesOf),
]

/** What cannot be what the column wants stays text: the schema says what is wrong with it. */
function readCell(cell: string, types: ReadonlySet<string>): unknown {
  const isNumber = /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/.test(cell)
  if ((types.has('integer') || types.has('number')) && isNumber) return Number(cell)
  if (types.has('boolean') && /^(?:true|false)$/i.test(cell)) return cell.toLowerCase() === 'true'
  if (types.has('array')) return splitList(cell)
  return types.has('object') ? readObject(cell) : cell
}

function readObject(cell: string): unknown {
  try {
    return JSON.parse(cell)
  } catch {
    return cell
  }
}
