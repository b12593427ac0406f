import { etagOf } from './conditional.ts'
import { CSV_MEDIA_TYPE, type Csv, cellsOf, csvText, headerOf } from './csv.ts'
import { defined } from './defined.ts'
import type { Asked, Endpoint } from './endpoint.ts'
import { isProblem } from './problem.ts'
import { nextPage, problemReply, type Reply } from './reply.ts'

/** Of one answer. A list that is longer is told in several, each with a Link to the next one. */
export const CSV_ROWS_MAX = 10_000

/** A function may answer with 6 MB of JSON, of which the text is a part. */
const TEXT_MAX_BYTES = 4_500_000

/** Half of what API Gateway waits. */
const SECONDS_MAX = 15

/** Items asked for at once: so many are held as objects, beside the text. */
const PAGE = 200

interface CsvRequest {
  url: URL
  /** How many items at most, where that was asked for. */
  limit?: number
}

interface PageBody {
  items: unknown[]
  cursor?: string
}

/** A list as CSV: the pages that the endpoint answers with, one after the other, as rows. */
export async function csvReply(
  endpoint: Endpoint,
  csv: Csv,
  asked: Asked,
  { url, limit: wanted = Number.POSITIVE_INFINITY }: CsvRequest,
): Promise<Reply> {
  const given = asked.query as { cursor?: string } | undefined
  const until = Date.now() + SECONDS_MAX * 1000
  const told = { items: 0, rows: 0, bytes: 0, texts: [headerOf(csv)] }
  let cursor = given?.cursor
  for (let step = PAGE; ; ) {
    const limit = Math.min(step, wanted - told.items, CSV_ROWS_MAX - told.rows)
    const query = defined({ ...given, limit, cursor }) as unknown as Asked['query']
    const answer = await endpoint.handle({ ...asked, query })
    if (isProblem(answer)) return problemReply(answer)
    const page = answer.body as PageBody
    const cells = cellsOf(csv, page.items)
    const text = csvText(cells)
    const bytes = Buffer.byteLength(JSON.stringify(text))
    if (told.bytes + bytes <= TEXT_MAX_BYTES || (told.items === 0 && page.items.length === 1)) {
      cursor = page.cursor
      told.items += page.items.length
      told.rows += cells.length
      told.bytes += bytes
      told.texts.push(text)
      const full = told.items >= wanted || told.rows >= CSV_ROWS_MAX || Date.now() >= until
      if (cursor === undefined || full) break
      // What does not fit begins the next answer; where it is the first, less of it is asked for.
    } else if (told.items > 0) break
    else step = Math.ceil(page.items.length / 2)
  }
  const text = told.texts.join('')
  return {
    status: 200,
    headers: {
      ...(endpoint.spec.answers[200]?.etag ? { ETag: etagOf(undefined, text) } : {}),
      'Content-Type': `${CSV_MEDIA_TYPE}; charset=utf-8; header=present`,
      'Content-Disposition': `attachment; filename="${csv.name}.csv"`,
      ...nextPage(url, cursor),
    },
    text,
  }
}
