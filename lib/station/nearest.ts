/** More typing errors than these, and something else was meant. */
const MOST_ERRORS = 3

/** Of the names the one that was probably meant; `undefined` if none is like it. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const word = typed.toLowerCase().replaceAll(/[_ ]/g, '-')
  const ranked = names
    .map((name) => ({ name, errors: distance(word, name.toLowerCase()) }))
    .toSorted((a, b) => a.errors - b.errors)
  const [best] = ranked
  if (best && best.errors <= Math.min(MOST_ERRORS, word.length / 2)) return best.name
  return word.length > 2 ? names.find((name) => name.toLowerCase().includes(word)) : undefined
}

/** ` Is it "x"?`, or nothing. */
export function suggestion(typed: string, names: readonly string[]): string {
  const name = nearest(typed, names)
  return name === undefined ? '' : ` Is it "${name}"?`
}

/** How many letters to put in, leave out or change (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
