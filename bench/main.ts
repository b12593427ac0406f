import { type Bundle, fits, measureBundles } from './bundles.ts'
import { type Measured, measureUnits } from './units.ts'

/** Prints what a message costs beside what it may cost, and how large the functions are; fails if a budget is broken. */
function table(rows: string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('   '),
    )
    .join('\n')
}

const number = (value: number, digits = 0) => value.toFixed(digits)

function holds({ units, budget }: Measured): boolean {
  return !budget || (units.write <= budget[0] && units.read <= budget[1])
}

function verdict(measured: Measured): string {
  if (!measured.budget) return ''
  return holds(measured) ? 'holds' : 'BROKEN'
}

const verdictOn = (bundle: Bundle): string => (bundle.budget ? (fits(bundle) ? 'holds' : 'BROKEN') : '')

const measured = await measureUnits()
console.log(
  '\nDynamoDB units per journey (write / read), the worst of 20 samples, beside the budget of the design\n',
)
console.log(
  table([
    ['', 'write', 'read', 'requests', 'budget', ''],
    ...measured.map((each) => [
      each.what,
      number(each.units.write),
      number(each.units.read, each.units.read % 1 === 0 ? 0 : 1),
      number(each.units.requests, each.units.requests % 1 === 0 ? 0 : 1),
      each.budget ? each.budget.join(' / ') : '',
      verdict(each),
    ]),
  ]),
)
console.log(
  '\nThe embedded engine does not bill conditional writes that fail; DynamoDB does, at one unit each.',
)
const bundles = measureBundles()
console.log(
  '\nFunctions, minified; imports are milliseconds of this machine’s processor,\nand as a multiple of importing the SDK’s DynamoDB client alone\n',
)
console.log(
  table([
    ['', 'kB', 'gzip kB', 'import ms', '× SDK', 'budget', ''],
    ...bundles.map((each) => [
      each.name,
      number(each.kilobytes),
      number(each.gzipKilobytes),
      number(each.importMilliseconds),
      number(each.importRatio, 2),
      each.budget ? `${each.budget.kilobytes} kB, × ${each.budget.importRatio}` : '',
      verdictOn(each),
    ]),
  ]),
)
const broken = [...measured.filter((each) => !holds(each)), ...bundles.filter((each) => !fits(each))]
console.log(broken.length > 0 ? `\n${broken.length} budgets are broken\n` : '\nEvery budget holds.\n')
process.exitCode = broken.length > 0 ? 1 : 0
