/**
 * The media type that a caller likes best of those there are (RFC 9110 §12.5.1); of equally good ones the first.
 * `undefined`: none of them will do.
 */
export function preferredType<T extends string>(
  accept: string | undefined,
  offered: readonly T[],
): T | undefined {
  const ranges = (accept ?? '*/*').split(',').flatMap(readRange)
  if (ranges.length === 0) return offered[0]
  let best: { type: T; quality: number } | undefined
  for (const type of offered) {
    const quality = qualityOf(type, ranges)
    if (quality > (best?.quality ?? 0)) best = { type, quality }
  }
  return best?.type
}

interface Range {
  type: string
  quality: number
}

/** Parameters other than `q` do not tell our types apart. */
function readRange(text: string): Range[] {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  if (!/^[^\s/]+\/[^\s/]+$/.test(type)) return []
  const given = parameters.map((each) => /^q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(each)?.[1])
  const quality = given.find((each) => each !== undefined)
  return [{ type, quality: quality === undefined ? 1 : Number(quality) }]
}

/** That of the range that says it most exactly. */
function qualityOf(type: string, ranges: Range[]): number {
  const general = `${type.split('/')[0]}/*`
  for (const each of [type, general, '*/*']) {
    const matching = ranges.filter((range) => range.type === each).map(({ quality }) => quality)
    if (matching.length > 0) return Math.max(...matching)
  }
  return 0
}
