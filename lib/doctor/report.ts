import type { Check, Finding, Outcome } from './check.ts'

export interface Result {
  check: Check
  finding: Finding
  seconds: number
}

const MARKS: Record<Outcome, [mark: string, colour: number]> = {
  passed: ['✔', 32],
  fallback: ['↷', 33],
  noted: ['•', 36],
  skipped: ['–', 2],
  failed: ['✘', 31],
}

export type Paint = (colour: number, text: string) => string

export const paint =
  (isColoured: boolean): Paint =>
  (colour, text) =>
    isColoured ? `\u001b[${colour}m${text}\u001b[0m` : text

/** What a row says beside what was seen: the finding's own words, else the check's. */
export function adviceOf({ check, finding }: Result): { means: string; set: string } {
  const { outcome, means, set } = finding
  const asExpected = outcome === 'passed'
  return {
    means: means ?? (asExpected ? check.means : outcome === 'skipped' ? 'not looked at' : 'not as expected'),
    set: set ?? (asExpected || outcome === 'skipped' ? `(${check.otherwise})` : check.otherwise),
  }
}

/** One line while it runs. */
export function lineOf({ check, finding, seconds }: Result, colour: Paint): string {
  const [mark, code] = MARKS[finding.outcome]
  const time = colour(2, `${seconds.toFixed(1)} s`)
  return `${colour(code, `${mark} ${finding.outcome.padEnd(8)}`)} ${check.name.padEnd(16)} ${finding.seen}  ${time}`
}

const HEAD = ['check', 'expected', 'seen', 'what it means', 'what to set, or (what helps if not)']
/** Of the width, after that of the names. */
const SHARES = [0.26, 0.19, 0.26, 0.29]
const NAME_WIDTH = 18
const GAP = '  '

/** Five columns, with their cells wrapped to the width of the terminal. */
export function table(results: readonly Result[], width: number, colour: Paint): string {
  const room = Math.max(width, 100) - NAME_WIDTH - SHARES.length * GAP.length
  const widths = [NAME_WIDTH, ...SHARES.map((share) => Math.floor(share * room))]
  const rule = colour(2, widths.map((each) => '─'.repeat(each)).join(GAP))
  const rows = results.map((result) => {
    const { check, finding } = result
    const [mark, code] = MARKS[finding.outcome]
    const { means, set } = adviceOf(result)
    const cells = [`${mark} ${check.name}`, check.expected, finding.seen, means, set]
    return row(cells, widths, (text) => colour(code, text))
  })
  return [row(HEAD, widths, (text) => text), ...rows].flatMap((each) => [each, rule]).join('\n')
}

function row(cells: string[], widths: number[], first: (text: string) => string): string {
  const columns = cells.map((cell, i) => wrapped(cell, widths[i] ?? 0))
  const height = Math.max(...columns.map((lines) => lines.length))
  return Array.from({ length: height }, (_, at) =>
    columns
      .map((lines, i) => {
        const text = (lines[at] ?? '').padEnd(widths[i] ?? 0)
        return i === 0 ? first(text) : text
      })
      .join(GAP)
      .trimEnd(),
  ).join('\n')
}

/** Lines of whole words; a word that is longer than a line is cut. */
export function wrapped(text: string, width: number): string[] {
  const words = text.split(' ').flatMap((word) => word.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [''])
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** How many there are of each outcome. */
export function summaryOf(results: readonly Result[]): Record<Outcome, number> {
  const count = (outcome: Outcome) => results.filter(({ finding }) => finding.outcome === outcome).length
  return {
    passed: count('passed'),
    fallback: count('fallback'),
    noted: count('noted'),
    skipped: count('skipped'),
    failed: count('failed'),
  }
}

export function document(url: string, startedAt: Date, results: readonly Result[]): object {
  return {
    url,
    startedAt: startedAt.toISOString(),
    summary: summaryOf(results),
    checks: results.map((result) => ({
      name: result.check.name,
      outcome: result.finding.outcome,
      expected: result.check.expected,
      seen: result.finding.seen,
      ...adviceOf(result),
      seconds: Math.round(result.seconds * 10) / 10,
    })),
  }
}
