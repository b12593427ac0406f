import type { LogEntry, Outcome, ShownQuirk, StationView } from '../protocol.ts'

/** Sends a request and tells what came of it in the status line. */
export async function ask(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: object = {},
): Promise<Outcome> {
  const outcome = await send<Outcome>(method, path, body).catch(
    (): Outcome => ({ ok: false, text: 'The simulator does not answer' }),
  )
  tell(outcome)
  return outcome
}

export function act(key: string, body: object): Promise<Outcome> {
  return ask('POST', `/api/stations/${key}/act`, body)
}

export function check(text: string): Promise<{ remarks: string[] }> {
  return send('POST', '/api/check', { text })
}

/** Asked for once. */
let quirks: Promise<ShownQuirk[]> | undefined

export function quirkList(): Promise<ShownQuirk[]> {
  quirks ??= fetch('/api/quirks')
    .then((response) => response.json())
    .then((answer: { quirks: ShownQuirk[] }) => answer.quirks)
    .catch(() => {
      quirks = undefined
      return []
    })
  return quirks
}

async function send<T>(method: string, path: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(path, { method, headers, body: JSON.stringify(body) })
  return (await response.json()) as T
}

const SHOWN_MS = 8_000
let hiding: number | undefined

export function tell({ ok, text }: Outcome): void {
  const line = document.getElementById('outcome')
  if (!line) return
  line.textContent = text
  line.dataset.ok = String(ok)
  clearTimeout(hiding)
  hiding = window.setTimeout(() => {
    line.textContent = ''
  }, SHOWN_MS)
}

export interface Listener {
  onStations(stations: StationView[]): void
  onLog(entries: LogEntry[]): void
  /** Whether the simulator can be heard. */
  onHearing(isHeard: boolean): void
}

export function listen({ onStations, onLog, onHearing }: Listener): void {
  const source = new EventSource('/api/stream')
  source.addEventListener('stations', (event) => onStations(JSON.parse(event.data)))
  source.addEventListener('log', (event) => onLog(JSON.parse(event.data)))
  source.onopen = () => onHearing(true)
  source.onerror = () => onHearing(false)
}
