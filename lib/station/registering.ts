export interface RegisteringOptions {
  /** Of the operator API, such as `http://localhost:8080/api`. */
  api: string
  token(): Promise<string>
  chargePoints: readonly NewChargePoint[]
  idTags: readonly string[]
  /** What it is about to do, which may take a while. */
  say(text: string): void
}

/** As the API takes it. */
export interface NewChargePoint {
  chargePointId: string
  securityProfile?: number
  password?: string
  allowMissingSubprotocol?: boolean
}

const MOST_ROWS = 10_000
const REQUEST_TIMEOUT_MS = 60_000
const IMPORT_PATIENCE_MS = 5 * 60_000
const LOOK_AGAIN_MS = 300

interface Import {
  importId: string
  status: string
  counts: { created: number; updated: number; unchanged: number; failed: number }
  items?: { id?: string; message: string }[]
}

/**
 * Makes the stations and tags known to the central system, by its imports. What is known already stays as it is, except
 * for what it needs to be let in, such as a password. What it did is returned in words; throws an Error that says what went wrong.
 */
export async function register(options: RegisteringOptions): Promise<string> {
  const { api, chargePoints, idTags, say } = options
  const token = await options.token()
  // What a station needs to be let in is set anew; else it stays as it is known.
  const mode = chargePoints.some((each) => Object.keys(each).length > 1) ? 'upsert' : 'create'
  say(`registering ${chargePoints.length} charge points and ${idTags.length} id tags`)
  const stations = await importAll(api, token, 'charge-points', mode, chargePoints)
  // Fleets share tags.
  const tags = idTags.map((idTag) => ({ idTag, maxActiveTransactions: 100 }))
  const tagged = await importAll(api, token, 'id-tags', 'create', tags, isThereAlready)
  return `registered ${stations} charge points and ${tagged} id tags; the others were known`
}

/** A tag that is known, with other properties, is good enough. */
const isThereAlready = ({ message }: { message: string }) => / is registered already, /.test(message)

async function importAll(
  api: string,
  token: string,
  kind: string,
  mode: string,
  rows: readonly object[],
  isFine: (error: { message: string }) => boolean = () => false,
): Promise<number> {
  let created = 0
  for (let from = 0; from < rows.length; from += MOST_ROWS) {
    const body = { kind, mode, rows: rows.slice(from, from + MOST_ROWS) }
    const started = (await ask(api, token, 'POST', '/imports', body)) as Import
    const { counts, items = [] } = await ended(api, token, started.importId)
    const wrong = items.filter((each) => !isFine(each))
    if (wrong.length > 0) {
      const [{ id, message } = { id: '', message: '' }] = wrong
      throw new Error(`${counts.failed} ${kind} could not be registered, such as ${id}: ${message}`)
    }
    created += counts.created
  }
  return created
}

async function ended(api: string, token: string, importId: string): Promise<Import> {
  const until = Date.now() + IMPORT_PATIENCE_MS
  for (;;) {
    const state = (await ask(api, token, 'GET', `/imports/${encodeURIComponent(importId)}`)) as Import
    if (state.status !== 'Running') return state
    if (Date.now() > until) throw new Error(`the import ${importId} takes too long`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

async function ask(
  api: string,
  token: string,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`${api}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`)
  return JSON.parse(text)
}
